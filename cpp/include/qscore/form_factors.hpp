/// @file
/// Electron scattering factors of atoms: how strongly an atom scatters at a given resolution.
///
/// The library carries no table: the caller hands over the coefficients of the elements it has, for
/// example those of International Tables for Crystallography, Volume C, Table 4.3.2.2 (five
/// Gaussians, 0 to 2 Å⁻¹), as gemmi does.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace qscore {

/// A scattering factor as five Gaussians: f(s) = Σ a_i exp(−b_i s²/4), with s = 2 sin θ/λ = 1/d in
/// Å⁻¹.
struct FormFactor {
  std::array<double, 5> a{};  ///< Å
  std::array<double, 5> b{};  ///< Å²

  /// The factor at s², in Å⁻².
  double operator()(double s_squared) const {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * std::exp(-b[i] * s_squared / 4);
    return sum;
  }
};

}  // namespace qscore

// Checks of the atoms that model maps are made of.
#pragma once

#include <cmath>
#include <stdexcept>
#include <string>

#include "qscore/model_map.hpp"

namespace qscore {

inline void check_resolution(double resolution) {
  if (!(resolution >= 0.5 && resolution <= 20))
    throw std::invalid_argument("the resolution must be from 0.5 to 20 Å");
}

inline void check_scatterers(const Scatterers& atoms, Span<double> values,
                             const std::string& what) {
  const std::size_t n = atoms.positions.size();
  if (n == 0) throw std::invalid_argument("a model map needs at least one atom");
  if (atoms.occupancies.size() != n || atoms.types.size() != n || values.size() != n)
    throw std::invalid_argument("positions, occupancies, types and " + what +
                                " must have one entry per atom");
  for (const FormFactor& factor : atoms.form_factors)
    for (std::size_t i = 0; i < factor.a.size(); ++i)
      if (!(std::isfinite(factor.a[i]) && std::isfinite(factor.b[i]) && factor.b[i] >= 0))
        throw std::invalid_argument("every form factor must be finite, with widths of 0 or above");
  for (std::size_t i = 0; i < n; ++i) {
    if (!std::isfinite(atoms.occupancies[i]))
      throw std::invalid_argument("every occupancy must be finite");
    if (atoms.types[i] < 0 || static_cast<std::size_t>(atoms.types[i]) >= atoms.form_factors.size())
      throw std::invalid_argument("every type must be the index of a form factor");
    if (!(std::isfinite(values[i]) && values[i] >= 0))
      throw std::invalid_argument("every value of " + what + " must be 0 or above");
  }
}

}  // namespace qscore

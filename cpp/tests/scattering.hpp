// A small model for tests of model maps, and its electron-scattering map by direct summation.
#pragma once

#include <cmath>
#include <complex>
#include <random>
#include <vector>

#include "qscore/model_map.hpp"

namespace qscore::test {

/// International Tables C, 4.3.2.2: C, O and Fe.
inline std::vector<FormFactor> form_factors() {
  return {{{0.0893, 0.2563, 0.7570, 1.0487, 0.3575}, {0.2465, 1.7100, 6.4094, 18.6113, 50.2523}},
          {{0.0974, 0.2921, 0.6910, 0.6990, 0.2039}, {0.2067, 1.3815, 4.6943, 12.7105, 32.4726}},
          {{0.3946, 1.2725, 1.7031, 2.3140, 1.4795}, {0.2717, 2.0443, 7.6007, 29.9714, 86.2265}}};
}

struct Model {
  std::vector<Vec3> positions;
  std::vector<double> occupancies, disorder;
  std::vector<std::int32_t> types;
  std::vector<FormFactor> factors = form_factors();

  Scatterers scatterers() const { return {positions, occupancies, types, factors}; }
};

/// Atoms at random in a box of a few Å, away from the origin.
inline Model random_model(std::size_t atoms) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(0, 1);
  Model model;
  for (std::size_t i = 0; i < atoms; ++i) {
    model.positions.push_back(
        {40 + 9 * uniform(random), -20 + 7 * uniform(random), 3 + 11 * uniform(random)});
    model.occupancies.push_back(i % 5 == 0 ? 0.5 : 1.0);
    model.disorder.push_back(0.1 + 0.9 * uniform(random));
    model.types.push_back(static_cast<std::int32_t>(i % 3));
  }
  return model;
}

/// The electron-scattering map by summing over every reflection of the P1 box, in units of its
/// standard deviation.
class DirectMap {
 public:
  DirectMap(const Model& model, const std::vector<double>& b, double resolution)
      : box_(p1_box(model.positions)) {
    std::array<int, 3> highest{};
    for (std::size_t a = 0; a < 3; ++a)
      highest[a] = static_cast<int>(box_.cell[a] / resolution + 1e-9);
    double power = 0;
    for (int h = -highest[0]; h <= highest[0]; ++h)
      for (int k = -highest[1]; k <= highest[1]; ++k)
        for (int l = 0; l <= highest[2];
             ++l) {  // the other half has the conjugate structure factors
          if (l == 0 && (k < 0 || (k == 0 && h <= 0))) continue;
          const Vec3 s{h / box_.cell[0], k / box_.cell[1], l / box_.cell[2]};
          const double s2 = s[0] * s[0] + s[1] * s[1] + s[2] * s[2];
          if (s2 > (1 + 1e-9) / (resolution * resolution)) continue;
          std::complex<double> f = 0;
          for (std::size_t i = 0; i < model.positions.size(); ++i)
            f += model.occupancies[i] *
                 model.factors[static_cast<std::size_t>(model.types[i])](s2) *
                 std::exp(-b[i] * s2 / 4) * std::polar(1.0, phase(s, model.positions[i]));
          waves_.push_back({s, f});
          power += 2 * std::norm(f);
        }
    sd_ = std::sqrt(power);
  }

  double value(const Vec3& position) const {
    double sum = 0;
    for (const auto& [s, f] : waves_)
      sum += 2 * std::real(f * std::polar(1.0, -phase(s, position)));
    return sum / sd_;
  }

  /// The standard deviation itself, in Å of scattering length per Å³.
  double sd() const { return sd_ / (box_.cell[0] * box_.cell[1] * box_.cell[2]); }

 private:
  struct Wave {
    Vec3 s;
    std::complex<double> f;
  };

  double phase(const Vec3& s, const Vec3& x) const {
    return 2 * 3.14159265358979323846 *
           (s[0] * (x[0] - box_.low[0]) + s[1] * (x[1] - box_.low[1]) +
            s[2] * (x[2] - box_.low[2]));
  }

  P1Box box_;
  std::vector<Wave> waves_;
  double sd_ = 0;
};

}  // namespace qscore::test

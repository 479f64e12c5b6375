// Atoms that lie between grid points, for Fourier transforms on a grid.
//
// The exponential-of-semicircle kernel (Barnett, Magland & af Klinteberg 2019): an atom is spread
// over the few grid points around it, and what that does to the spectrum is divided out after the
// transform. The same kernel, used the other way round, reads a band-limited map between its grid
// points.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "fft.hpp"

namespace qscore {

/// Grid points along each axis over which an atom is spread.
constexpr int spread_width = 8;

/// Grid points per period of the highest frequency, as a multiple of the two that are the least
/// possible. With it and the width the kernel's error is about 1e-6 (same paper, equation 4.8).
constexpr double spread_oversampling = 1.5;

/// The kernel's steepness: 0.97·π·width·(1 − 1/(2·oversampling)).
constexpr double spread_beta =
    0.97 * 3.14159265358979323846 * spread_width * (1 - 1 / (2 * spread_oversampling));

/// Grid size for frequencies −highest … highest.
inline std::int64_t spread_grid_size(std::int64_t highest) {
  return smooth_size(static_cast<std::int64_t>(
                         std::ceil(spread_oversampling * static_cast<double>(2 * highest + 1))) +
                     spread_width);
}

/// The first grid point that an atom at grid coordinate x touches.
inline std::int64_t spread_first(double x) {
  return static_cast<std::int64_t>(std::ceil(x - spread_width / 2.0));
}

/// The kernel's values at the grid points spread_first(x) and on.
inline std::array<float, spread_width> spread_weights(double x) {
  std::array<float, spread_width> weights;
  const double first = static_cast<double>(spread_first(x));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double z = (first + static_cast<double>(i) - x) / (spread_width / 2.0);
    weights[i] =
        static_cast<float>(std::exp(spread_beta * (std::sqrt(std::max(0.0, 1 - z * z)) - 1)));
  }
  return weights;
}

/// One over the kernel's Fourier transform at frequencies 0 … highest of a grid of n points.
inline std::vector<double> spread_corrections(std::int64_t highest, std::int64_t n) {
  constexpr int steps = 100;  // of the trapezoidal rule in θ, with z = sin θ
  const double pi = std::acos(-1.0);
  std::array<double, steps> kernel{}, sine{}, cosine{};
  for (std::size_t i = 1; i < steps; ++i) {
    const double theta = pi * (static_cast<double>(i) / steps - 0.5);
    sine[i] = std::sin(theta);
    cosine[i] = std::cos(theta);
    kernel[i] = std::exp(spread_beta * (cosine[i] - 1));
  }
  std::vector<double> corrections;
  for (std::int64_t h = 0; h <= highest; ++h) {
    const double wave =
        2 * pi * static_cast<double>(h) / static_cast<double>(n) * (spread_width / 2.0);
    double sum = 0;
    for (std::size_t i = 1; i < steps; ++i) sum += kernel[i] * std::cos(wave * sine[i]) * cosine[i];
    corrections.push_back(1 / (sum * pi / steps * (spread_width / 2.0)));
  }
  return corrections;
}

}  // namespace qscore

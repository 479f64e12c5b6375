// The reflections of a P1 box up to a resolution.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "qscore/model_map.hpp"

namespace qscore {

/// Reflections whose |s| is 1/d but for rounding belong to the map.
constexpr double on_the_limit = 1e-9;

/// Highest frequency along each axis of a box at a resolution.
/// @throws std::invalid_argument for more reflections than memory has room for
inline Volume::Index3 highest_frequencies(const P1Box& box, double resolution) {
  const double cells =
      box.cell[0] / resolution * box.cell[1] / resolution * box.cell[2] / resolution;
  if (!(cells < 5e8))  // half a sphere of radius 1 holds 2.1 times as many
    throw std::invalid_argument(
        "the atoms lie too far apart for a map at this resolution: the box around them has more "
        "than a billion reflections");
  Volume::Index3 highest{};
  for (std::size_t a = 0; a < 3; ++a)
    highest[a] = static_cast<std::int64_t>(std::floor(box.cell[a] / resolution + on_the_limit));
  return highest;
}

/// The reflections within the resolution, in the half-space h >= 0, as rods along l: of each h
/// those with |k| <= k_max[h], of each rod those with |l| <= l_max.
struct Rods {
  struct Rod {
    std::int64_t h, k, l_max;
    std::int64_t first;  ///< number of reflections on the rods before this one
  };
  std::vector<std::int64_t> k_max;  // for each h
  std::vector<std::int64_t> first;  // of each h: the rod of k = −k_max[h]
  std::vector<Rod> rods;
  std::int64_t reflections = 0;

  /// @throws std::invalid_argument as highest_frequencies() does
  Rods(const P1Box& box, double resolution) {
    const auto most = highest_frequencies(box, resolution);
    // Another way to the same number, which may round to one more.
    const auto highest = [&](std::size_t axis, double s2_left) {
      return std::min(most[axis],
                      static_cast<std::int64_t>(std::floor(
                          box.cell[axis] * std::sqrt(std::max(s2_left, 0.0)) + on_the_limit)));
    };
    const auto square = [](double x) { return x * x; };
    const double s2_max = 1 / square(resolution);
    for (std::int64_t h = 0; h <= most[0]; ++h) {
      const double left = s2_max - square(static_cast<double>(h) / box.cell[0]);
      k_max.push_back(highest(1, left));
      first.push_back(static_cast<std::int64_t>(rods.size()));
      for (std::int64_t k = -k_max.back(); k <= k_max.back(); ++k) {
        rods.push_back(
            {h, k, highest(2, left - square(static_cast<double>(k) / box.cell[1])), reflections});
        reflections += 2 * rods.back().l_max + 1;
      }
    }
  }

  std::int64_t h_count() const { return static_cast<std::int64_t>(k_max.size()); }
  std::int64_t count() const { return static_cast<std::int64_t>(rods.size()); }
};

}  // namespace qscore

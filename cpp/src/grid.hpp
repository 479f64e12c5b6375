// Checks of the grids that model maps are made on.
#pragma once

#include <stdexcept>
#include <vector>

#include "qscore/model_map.hpp"

namespace qscore {

/// Number of points of a grid.
/// @throws std::invalid_argument for one without points, or with more than memory has addresses for
inline std::size_t points_of(const Grid& grid) {
  std::size_t n = 1;
  for (const auto count : grid.shape) {
    if (count < 1)
      throw std::invalid_argument("the grid of a map needs at least one voxel along each axis");
    if (static_cast<std::uint64_t>(count) > std::vector<float>().max_size() / n)
      throw std::invalid_argument("the grid of a map has too many voxels");
    n *= static_cast<std::size_t>(count);
  }
  return n;
}

/// The grid as a volume without values, for its frame alone.
/// @throws std::invalid_argument for a frame that does not span space
inline Volume frame_of(const Grid& grid) {
  static const float nothing = 0;
  return {&nothing, grid.shape, {0, 0, 0}, grid.frame};
}

}  // namespace qscore

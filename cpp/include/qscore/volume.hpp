/// @file
/// A density map: a grid of float32 values and the affine frame that places it in space.
///
/// A Volume is a view: it neither owns nor copies the values, and it takes any strides, so a map
/// can be used in the axis order of its file, or as a box cut from a larger array. The frame may be
/// skewed.
#pragma once

#include <array>
#include <cstdint>

#include "qscore/export.hpp"
#include "qscore/points.hpp"

namespace qscore {

/// Where the voxels of a grid lie: position = origin + i·steps[0] + j·steps[1] + k·steps[2].
struct Frame {
  Vec3 origin{0, 0, 0};                                          ///< centre of voxel (0, 0, 0), Å
  std::array<Vec3, 3> steps{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};  ///< from one voxel to the next, Å

  /// Centre of voxel (i, j, k), Å.
  Vec3 position(std::int64_t i, std::int64_t j, std::int64_t k) const {
    Vec3 at = origin;
    for (std::size_t a = 0; a < 3; ++a)
      at[a] += static_cast<double>(i) * steps[0][a] + static_cast<double>(j) * steps[1][a] +
               static_cast<double>(k) * steps[2][a];
    return at;
  }
};

/// A grid of float32 values in space.
class QSCORE_API Volume {
 public:
  /// Numbers of voxels along the frame's three axes.
  using Index3 = std::array<std::int64_t, 3>;

  /// @param data     value of voxel (0, 0, 0)
  /// @param shape    number of voxels along the frame's three axes, each at least 1
  /// @param strides  elements (not bytes) between neighbours along the frame's three axes
  /// @param frame    origin and steps, Å
  /// @throws std::invalid_argument for a null pointer, an empty shape, an origin that is not
  /// finite, or steps that do not span space
  Volume(const float* data, const Index3& shape, const Index3& strides, const Frame& frame);

  /// Value of voxel (0, 0, 0).
  const float* data() const { return data_; }
  /// Number of voxels along the frame's three axes.
  const Index3& shape() const { return shape_; }
  /// Elements (not bytes) between neighbours along the frame's three axes.
  const Index3& strides() const { return strides_; }
  /// Origin and steps, Å.
  const Frame& frame() const { return frame_; }

  /// Fractional voxel coordinates (i, j, k) of a position in Å.
  Vec3 to_index(const Vec3& position) const {
    const double x = position[0] - frame_.origin[0];
    const double y = position[1] - frame_.origin[1];
    const double z = position[2] - frame_.origin[2];
    return {inverse_[0][0] * x + inverse_[0][1] * y + inverse_[0][2] * z,
            inverse_[1][0] * x + inverse_[1][1] * y + inverse_[1][2] * z,
            inverse_[2][0] * x + inverse_[2][1] * y + inverse_[2][2] * z};
  }

  /// Rows of the matrix that turns Å into voxel steps (the inverse of the frame's steps).
  const std::array<Vec3, 3>& inverse() const { return inverse_; }

  /// Whether a position lies within the grid, its outermost voxel centres included.
  bool contains(const Vec3& position) const;

  /// Trilinear value at a position; 0 outside the grid.
  double value(const Vec3& position) const;

 private:
  const float* data_;
  Index3 shape_;
  Index3 strides_;
  Frame frame_;
  std::array<Vec3, 3> inverse_;
};

}  // namespace qscore

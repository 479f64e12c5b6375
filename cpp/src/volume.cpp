#include "qscore/volume.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace qscore {

Volume::Volume(const float* data, const Index3& shape, const Index3& strides, const Frame& frame)
    : data_(data), shape_(shape), strides_(strides), frame_(frame) {
  if (data == nullptr) throw std::invalid_argument("a volume needs data: the pointer is null");
  for (const auto n : shape)
    if (n < 1) throw std::invalid_argument("a volume needs at least one voxel along each axis");
  for (const double x : frame.origin)
    if (!std::isfinite(x)) throw std::invalid_argument("the origin of a volume must be finite");
  Eigen::Matrix3d steps;
  for (int axis = 0; axis < 3; ++axis)
    for (int xyz = 0; xyz < 3; ++xyz)
      steps(xyz, axis) = frame.steps[static_cast<std::size_t>(axis)][static_cast<std::size_t>(xyz)];
  const Eigen::Matrix3d inverse = steps.inverse();
  // Steps that lie in a plane but for rounding have an inverse, of noise.
  const double edges = steps.colwise().norm().prod();
  if (!inverse.allFinite() || !(std::abs(steps.determinant()) > 1e-9 * edges))
    throw std::invalid_argument(
        "the steps of a volume's frame must be finite and not lie in a plane");
  for (int axis = 0; axis < 3; ++axis)
    for (int xyz = 0; xyz < 3; ++xyz)
      inverse_[static_cast<std::size_t>(axis)][static_cast<std::size_t>(xyz)] = inverse(axis, xyz);
}

bool Volume::contains(const Vec3& position) const {
  const Vec3 index = to_index(position);
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (!(index[axis] >= 0 && index[axis] <= static_cast<double>(shape_[axis] - 1))) return false;
  return true;
}

double Volume::value(const Vec3& position) const {
  const Vec3 index = to_index(position);
  Index3 low{};
  Vec3 part{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto last = shape_[axis] - 1;
    if (!(index[axis] >= 0 && index[axis] <= static_cast<double>(last))) return 0;
    low[axis] =
        std::min(static_cast<std::int64_t>(index[axis]), std::max<std::int64_t>(last - 1, 0));
    part[axis] = index[axis] - static_cast<double>(low[axis]);
  }
  // A grid of one voxel along an axis has no second neighbour there; its weight is 0 anyway.
  const auto si = shape_[0] > 1 ? strides_[0] : 0;
  const auto sj = shape_[1] > 1 ? strides_[1] : 0;
  const auto sk = shape_[2] > 1 ? strides_[2] : 0;
  const float* v = data_ + low[0] * strides_[0] + low[1] * strides_[1] + low[2] * strides_[2];
  const auto mix = [](double a, double b, double t) { return a + (b - a) * t; };
  const auto row = [&](const float* p) { return mix(p[0], p[si], part[0]); };
  const auto plane = [&](const float* p) { return mix(row(p), row(p + sj), part[1]); };
  return mix(plane(v), plane(v + sk), part[2]);
}

}  // namespace qscore

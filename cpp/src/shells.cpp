#include "qscore/shells.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace qscore {

std::vector<Vec3> spiral_points(int size) {
  if (size < 2)
    throw std::invalid_argument("a point set needs at least 2 points; got " + std::to_string(size));
  constexpr double two_pi = 6.283185307179586476925286766559;
  std::vector<Vec3> points;
  points.reserve(static_cast<std::size_t>(size));
  double theta = 0;
  for (int k = 1; k <= size; ++k) {
    const double h = -1 + 2.0 * (k - 1) / (size - 1);
    const double phi = std::acos(h);
    if (k == 1 || k == size)
      theta = 0;
    else
      theta = std::fmod(theta + 3.6 / std::sqrt(size * (1 - h * h)), two_pi);
    points.push_back(
        {std::sin(phi) * std::cos(theta), std::sin(phi) * std::sin(theta), std::cos(phi)});
  }
  return points;
}

bool is_clear(const Vec3& direction, double radius, const Vec3& neighbor) {
  const double x = radius * direction[0] - neighbor[0];
  const double y = radius * direction[1] - neighbor[1];
  const double z = radius * direction[2] - neighbor[2];
  const double limit = kClearShare * radius;
  return x * x + y * y + z * z >= limit * limit;
}

}  // namespace qscore

#include <cmath>
#include <stdexcept>

#include "catch.hpp"
#include "qscore/shells.hpp"

using namespace qscore;

namespace {

double distance(const Vec3& a, const Vec3& b) {
  return std::sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
                   (a[2] - b[2]) * (a[2] - b[2]));
}

}  // namespace

TEST_CASE("a point set runs from pole to pole in even steps of height, on the unit sphere") {
  for (const int size : {2, 8, 10, 57, 106}) {
    const auto points = spiral_points(size);
    REQUIRE(points.size() == static_cast<std::size_t>(size));
    for (int k = 0; k < size; ++k) {
      const Vec3& p = points[static_cast<std::size_t>(k)];
      REQUIRE(distance(p, {0, 0, 0}) == Approx(1));
      REQUIRE(p[2] == Approx(-1 + 2.0 * k / (size - 1)).margin(1e-12));
    }
  }
}

TEST_CASE("points are spread: no two of a set are much closer than even spacing would have them") {
  for (const int size : {8, 32, 106}) {
    const auto points = spiral_points(size);
    const double even = std::sqrt(4 * 3.14159265358979 / size);
    for (std::size_t i = 0; i < points.size(); ++i)
      for (std::size_t j = i + 1; j < points.size(); ++j)
        REQUIRE(distance(points[i], points[j]) > 0.55 * even);
  }
}

TEST_CASE("consecutive inner points turn by 3.6 / sqrt(N (1 - h^2))") {
  const int size = 20;
  const auto points = spiral_points(size);
  for (std::size_t k = 2; k + 1 < points.size(); ++k) {
    const double h = points[k][2];
    const double before = std::atan2(points[k - 1][1], points[k - 1][0]);
    const double turned = before + 3.6 / std::sqrt(size * (1 - h * h));
    REQUIRE(std::cos(turned) == Approx(points[k][0] / std::sqrt(1 - h * h)).margin(1e-9));
  }
}

TEST_CASE("a point is clear unless an atom lies strictly within 0.9 radii of it") {
  const Vec3 up = {0, 0, 1};
  REQUIRE(is_clear(up, 1, {0, 0, 0}));            // the atom itself, a radius away
  REQUIRE_FALSE(is_clear(up, 1, {0, 0, 1}));      // an atom at the point
  REQUIRE(is_clear(up, 2, {0, 0, 3.8 + 1e-12}));  // 0.9 · 2 Å away
  REQUIRE_FALSE(is_clear(up, 2, {0, 0, 3.8 - 1e-12}));
  REQUIRE(is_clear(up, 1, {0, 0, -1}));
}

TEST_CASE("a point set of fewer than two points is refused") {
  REQUIRE_THROWS_AS(spiral_points(1), std::invalid_argument);
}

#include <cmath>
#include <limits>
#include <stdexcept>

#include "catch.hpp"
#include "qscore/volume.hpp"
#include "scene.hpp"

using namespace qscore;

TEST_CASE("trilinear values reproduce a linear function, in a skewed frame too") {
  test::Scene scene(1);
  const auto linear = [](const Vec3& p) { return 0.5 + 0.25 * p[0] - 0.125 * p[1] + 2.0 * p[2]; };
  std::size_t n = 0;
  for (std::int64_t k = 0; k < scene.shape[2]; ++k)
    for (std::int64_t j = 0; j < scene.shape[1]; ++j)
      for (std::int64_t i = 0; i < scene.shape[0]; ++i)
        scene.values[n++] = static_cast<float>(linear(
            scene.at({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)})));
  const Volume volume = scene.volume();
  for (const auto& atom : scene.atoms)
    REQUIRE(volume.value(atom) == Approx(linear(atom)).epsilon(1e-6));
}

TEST_CASE("the value at a voxel's centre is the voxel's, on the outermost voxels too") {
  const test::Scene scene(2);
  const Volume volume = scene.volume();
  const auto voxel = [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    return static_cast<double>(
        scene.values[static_cast<std::size_t>(i + scene.shape[0] * (j + scene.shape[1] * k))]);
  };
  REQUIRE(volume.value(scene.at({0, 0, 0})) == Approx(voxel(0, 0, 0)));
  REQUIRE(volume.value(scene.at({5, 7, 9})) == Approx(voxel(5, 7, 9)));
}

TEST_CASE("outside the grid the map is 0") {
  const std::vector<float> ones(27, 1.0f);
  const Volume volume(ones.data(), {3, 3, 3}, {1, 3, 9}, Frame{});
  REQUIRE(volume.value({0, 0, 0}) == 1);
  REQUIRE(volume.value({2, 2, 2}) == 1);
  REQUIRE(volume.contains({2, 2, 2}));
  for (const Vec3& outside : {Vec3{-1e-9, 1, 1}, Vec3{1, 2 + 1e-9, 1}, Vec3{1, 1, 1e300},
                              Vec3{std::numeric_limits<double>::quiet_NaN(), 1, 1}}) {
    REQUIRE(volume.value(outside) == 0);
    REQUIRE_FALSE(volume.contains(outside));
  }
}

TEST_CASE("strides and steps may run along any axis in any direction") {
  const test::Scene scene(3);
  const Volume plain = scene.volume();
  // The same grid with its axes in the order k, i, j and axis i reversed.
  const auto& s = scene.shape;
  Frame frame;
  frame.origin = scene.at({static_cast<double>(s[0] - 1), 0, 0});
  const auto& steps = scene.frame.steps;
  frame.steps = {{steps[2], {-steps[0][0], -steps[0][1], -steps[0][2]}, steps[1]}};
  const Volume turned(scene.values.data() + s[0] - 1, {s[2], s[0], s[1]}, {s[0] * s[1], -1, s[0]},
                      frame);
  for (const auto& atom : scene.atoms)
    REQUIRE(turned.value(atom) == Approx(plain.value(atom)).epsilon(1e-12));
}

TEST_CASE("a grid of a single voxel has a value there and nowhere else") {
  const float value = 3;
  const Volume volume(&value, {1, 1, 1}, {1, 1, 1}, Frame{});
  REQUIRE(volume.value({0, 0, 0}) == 3);
  REQUIRE(volume.value({0.1, 0, 0}) == 0);
}

TEST_CASE("a volume without data, voxels or a frame that spans space is refused") {
  const float value = 0;
  Frame flat;
  flat.steps[2] = flat.steps[1];
  REQUIRE_THROWS_AS(Volume(nullptr, {1, 1, 1}, {1, 1, 1}, Frame{}), std::invalid_argument);
  REQUIRE_THROWS_AS(Volume(&value, {1, 0, 1}, {1, 1, 1}, Frame{}), std::invalid_argument);
  REQUIRE_THROWS_AS(Volume(&value, {1, 1, 1}, {1, 1, 1}, flat), std::invalid_argument);
  flat.steps = {{{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}, {0.7, 0.8, 0.9}}};  // but for rounding
  REQUIRE_THROWS_AS(Volume(&value, {1, 1, 1}, {1, 1, 1}, flat), std::invalid_argument);
  Frame nowhere;
  nowhere.origin[1] = std::numeric_limits<double>::quiet_NaN();
  REQUIRE_THROWS_AS(Volume(&value, {1, 1, 1}, {1, 1, 1}, nowhere), std::invalid_argument);
}

#include <algorithm>
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "instruction_sets.hpp"
#include "qscore/model_map.hpp"
#include "scattering.hpp"

using namespace qscore;
using test::DirectMap;
using test::random_model;

namespace {

// A skewed grid around the random model.
const Grid skewed{{{36, -25, -2}, {{{2.1, 0.2, 0}, {0, 1.7, 0.3}, {0.1, 0, 2.3}}}}, {7, 9, 8}};

Vec3 position(const Grid& grid, std::int64_t i, std::int64_t j, std::int64_t k) {
  Vec3 x = grid.frame.origin;
  for (std::size_t a = 0; a < 3; ++a)
    x[a] += static_cast<double>(i) * grid.frame.steps[0][a] +
            static_cast<double>(j) * grid.frame.steps[1][a] +
            static_cast<double>(k) * grid.frame.steps[2][a];
  return x;
}

// The largest difference between a map and a function of position, over all points of a grid.
template <class Function>
double largest_difference(const Grid& grid, const std::vector<float>& map,
                          const Function& expected) {
  double largest = 0;
  std::size_t n = 0;
  for (std::int64_t i = 0; i < grid.shape[0]; ++i)
    for (std::int64_t j = 0; j < grid.shape[1]; ++j)
      for (std::int64_t k = 0; k < grid.shape[2]; ++k, ++n)
        largest = std::max(
            largest, std::abs(static_cast<double>(map[n]) - expected(position(grid, i, j, k))));
  return largest;
}

}  // namespace

TEST_CASE("An electron map equals the direct sum over all reflections") {
  const auto model = random_model(24);
  const double resolution = 4;
  for (const double b : {0.0, 60.0, 300.0, -1.0}) {  // -1: a different one for each atom
    std::vector<double> b_factors(model.positions.size(), b);
    if (b < 0)
      for (std::size_t i = 0; i < b_factors.size(); ++i) b_factors[i] = 200 * model.disorder[i];
    const DirectMap direct(model, b_factors, resolution);
    const auto map = electron_map(model.scatterers(), b_factors, resolution, skewed, true);
    const auto value = [&](const Vec3& x) { return direct.value(x); };
    REQUIRE(map.size() == 7 * 9 * 8);
    CHECK(*std::max_element(map.begin(), map.end()) > 20);  // SD over a box that is mostly empty
    CHECK(largest_difference(skewed, map, value) < 1e-3);

    const auto plain = electron_map(model.scatterers(), b_factors, resolution, skewed, false);
    for (std::size_t n = 0; n < map.size(); n += 37)
      CHECK(static_cast<double>(plain[n]) == Approx(static_cast<double>(map[n]) * direct.sd())
                                                 .epsilon(1e-4)
                                                 .margin(1e-4 * direct.sd()));
  }
}

TEST_CASE("Sharp atoms and ones smeared out over many Å may stand in one electron map") {
  const auto model = random_model(12);
  std::vector<double> b_factors(model.positions.size(), 0.0);
  for (std::size_t i = 0; i < b_factors.size(); ++i)
    b_factors[i] = 4 * static_cast<double>(i * i * i);
  const DirectMap direct(model, b_factors, 2.2);
  const Grid line{{{40, -20, 3}, {{{1.1, 0, 0}, {0, 3, 0}, {0, 0, 5}}}}, {8, 2, 2}};
  const auto map = electron_map(model.scatterers(), b_factors, 2.2, line, true);
  CHECK(largest_difference(line, map, [&](const Vec3& x) { return direct.value(x); }) < 1e-3);
}

TEST_CASE("B factors far beyond those of models blur an electron map as they should") {
  const auto model = random_model(4);
  const std::vector<double> b_factors(4, 1e5);
  const DirectMap direct(model, b_factors, 2.5);
  const Grid line{{{30, -20, 3}, {{{2, 0, 0}, {0, 3, 0}, {0, 0, 5}}}}, {8, 1, 1}};
  const auto map = electron_map(model.scatterers(), b_factors, 2.5, line, true);
  CHECK(largest_difference(line, map, [&](const Vec3& x) { return direct.value(x); }) < 1e-3);
}

TEST_CASE("A box whose edge is a whole number of d but for rounding has one highest frequency") {
  auto model = random_model(2);
  model.positions = {{0, 0, 0}, {3, 5, 17.121731995309737}};  // 47 d high, or just not
  const std::vector<double> b(2, 10.0);
  const Grid line{{{0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, {4, 1, 1}};
  const DirectMap direct(model, b, 2.4919517446340786);
  const auto map = electron_map(model.scatterers(), b, 2.4919517446340786, line, true);
  CHECK(largest_difference(line, map, [&](const Vec3& x) { return direct.value(x); }) < 1e-3);
}

TEST_CASE("An electron map of a single atom is that of its ripples, far out too") {
  auto model = random_model(1);
  model.positions[0] = {3.3, 1.7, -2.9};
  const DirectMap direct(model, {20.0}, 5);
  const Grid line{{{-40, 1, -2}, {{{3.7, 0, 0}, {0, 0.5, 0}, {0, 0, 0.5}}}}, {24, 2, 2}};
  const auto map = electron_map(model.scatterers(), std::vector<double>{20.0}, 5, line, true);
  CHECK(largest_difference(line, map, [&](const Vec3& x) { return direct.value(x); }) < 1e-3);
}

TEST_CASE("Every instruction set makes the same electron map, and one that is not there none") {
  const auto model = random_model(24);
  const auto make = [&] {
    return electron_map(model.scatterers(), model.disorder, 4, skewed, true);
  };
  const auto first = make();
  for (const char* name : {"baseline", "avx2", "avx512"})
    test::with_instruction_set(name, [&] { CHECK(make() == first); });
  setenv("QSCORE_INSTRUCTION_SET", "none", 1);
  CHECK_THROWS_AS(make(), std::invalid_argument);
  unsetenv("QSCORE_INSTRUCTION_SET");
}

TEST_CASE("Points outside the padded box get 0, those at its faces do not") {
  const auto model = random_model(5);
  const auto box = p1_box(model.positions);
  const std::vector<double> b(5, 10.0);
  const Grid across{
      {{box.low[0] - 1, box.low[1] + 50, box.low[2] + 50}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
      {3, 1, 1}};
  const auto map = electron_map(model.scatterers(), b, 3, across, true);
  CHECK(map[0] == 0);
  CHECK(map[1] != 0);
  const Grid far{{{1e4, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, {2, 2, 2}};
  CHECK(electron_map(model.scatterers(), b, 3, far, true) == std::vector<float>(8, 0.0f));
}

TEST_CASE("A Gaussian map is a sum of Gaussians, cut at five sigma along each grid axis") {
  const auto model = random_model(12);
  std::vector<double> weights;
  for (const auto type : model.types) weights.push_back(6.0 + type);
  const double sigma = 1.3;
  const auto map = gaussian_map(model.positions, weights, sigma, skewed);
  const double height = std::pow(2 * 3.14159265358979323846, -1.5) / (sigma * sigma * sigma);
  const auto uncut = [&](const Vec3& x) {
    double sum = 0;
    for (std::size_t n = 0; n < weights.size(); ++n) {
      double r2 = 0;
      for (std::size_t a = 0; a < 3; ++a) r2 += std::pow(x[a] - model.positions[n][a], 2);
      sum += weights[n] * height * std::exp(-r2 / (2 * sigma * sigma));
    }
    return sum;
  };
  CHECK(largest_difference(skewed, map, uncut) < 1e-5);

  SECTION("its integral is the sum of the weights") {
    const Grid fine{{{28, -32, -9}, {{{0.6, 0, 0}, {0, 0.6, 0}, {0, 0, 0.6}}}}, {56, 53, 59}};
    double sum = 0;
    for (const float value : gaussian_map(model.positions, weights, sigma, fine))
      sum += static_cast<double>(value);
    double total = 0;
    for (const double weight : weights) total += weight;
    CHECK(sum * 0.6 * 0.6 * 0.6 == Approx(total).epsilon(1e-5));
  }
  SECTION("and it is 0 beyond five sigma") {
    const Grid line{{{0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, {9, 1, 1}};
    const auto one =
        gaussian_map(std::vector<Vec3>{{0, 0, 0}}, std::vector<double>{1.0}, 1.1, line);
    CHECK(one[5] > 0);
    CHECK(one[6] == 0);
  }
}

TEST_CASE("The P1 box is the atoms' bounding box and 50 Å on every side") {
  const auto box = p1_box(std::vector<Vec3>{{1, 2, 3}, {-4, 7, 3}});
  CHECK(box.low == Vec3{-54, -48, -47});
  CHECK(box.cell == Vec3{105, 105, 100});
}

TEST_CASE("Atoms far from a grid leave a Gaussian map empty") {
  for (const double far : {-1e25, 1e25})
    CHECK(gaussian_map(std::vector<Vec3>{{far, 0, 0}}, std::vector<double>{6.0}, 1, skewed) ==
          std::vector<float>(7 * 9 * 8, 0.0f));
}

TEST_CASE("Atoms that scatter nothing make a map of nothing") {
  auto model = random_model(6);
  const std::vector<double> b(6, 10.0);
  const std::vector<float> nothing(7 * 9 * 8, 0.0f);
  model.factors.assign(3, FormFactor{});
  CHECK(electron_map(model.scatterers(), b, 4, skewed, true) == nothing);
  model = random_model(6);
  model.occupancies.assign(6, 0.0);
  CHECK(electron_map(model.scatterers(), b, 4, skewed, true) == nothing);
}

TEST_CASE("Bad input to model maps is refused with a sentence") {
  const auto model = random_model(3);
  const std::vector<double> b(3, 10.0);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(electron_map(model.scatterers(), b, 0.4, skewed, true), std::invalid_argument);
  CHECK_THROWS_AS(electron_map(model.scatterers(), b, nan, skewed, true), std::invalid_argument);
  CHECK_THROWS_AS(electron_map(model.scatterers(), std::vector<double>(2, 1.0), 3, skewed, true),
                  std::invalid_argument);
  CHECK_THROWS_AS(electron_map(model.scatterers(), std::vector<double>(3, -1.0), 3, skewed, true),
                  std::invalid_argument);
  CHECK_THROWS_AS(electron_map({}, {}, 3, skewed, true), std::invalid_argument);
  auto unknown = model;
  unknown.types[1] = 3;
  CHECK_THROWS_AS(electron_map(unknown.scatterers(), b, 3, skewed, true), std::invalid_argument);
  auto flat = skewed;
  flat.frame.steps[2] = {0, 0, 0};
  CHECK_THROWS_AS(electron_map(model.scatterers(), b, 3, flat, true), std::invalid_argument);
  auto empty = skewed;
  empty.shape[1] = 0;
  CHECK_THROWS_AS(gaussian_map(model.positions, b, 1, empty), std::invalid_argument);
  auto vast = skewed;
  vast.shape = {std::int64_t{1} << 32, std::int64_t{1} << 32, 1};
  CHECK_THROWS_AS(gaussian_map(model.positions, b, 1, vast), std::invalid_argument);
  CHECK_THROWS_AS(gaussian_map(model.positions, b, 1, skewed, 100000), std::invalid_argument);
  CHECK_THROWS_AS(electron_map(model.scatterers(), std::vector<double>(3, 1e6), 1, skewed, true),
                  std::invalid_argument);
  auto scattered = model;
  for (const double far : {1e5, 1e12, 1e25}) {
    scattered.positions = {{0, 0, 0}, {far, 0, 0}, {0, far, far}};
    CHECK_THROWS_AS(electron_map(scattered.scatterers(), b, 3, skewed, true),
                    std::invalid_argument);
  }
  auto wrong = model;
  wrong.factors[0].b[2] = nan;
  CHECK_THROWS_AS(electron_map(wrong.scatterers(), b, 3, skewed, true), std::invalid_argument);
  CHECK_THROWS_AS(gaussian_map(model.positions, b, 0, skewed), std::invalid_argument);
  CHECK_THROWS_AS(gaussian_map(model.positions, std::vector<double>(2, 1.0), 1, skewed),
                  std::invalid_argument);
  CHECK_THROWS_AS(p1_box(std::vector<Vec3>{{0, nan, 0}}), std::invalid_argument);
}

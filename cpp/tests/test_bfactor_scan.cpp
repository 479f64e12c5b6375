#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "qscore/bfactor_scan.hpp"
#include "scattering.hpp"

using namespace qscore;
using test::random_model;

namespace {

constexpr double resolution = 3;

// The points of a scan as a grid of their own.
Grid points_of(const ScanGrid& scan) {
  Grid grid;
  for (std::size_t a = 0; a < 3; ++a) {
    const double step = scan.box.cell[a] / static_cast<double>(scan.sampling[a]);
    grid.frame.steps[a] = {0, 0, 0};
    grid.frame.steps[a][a] = step;
    grid.frame.origin[a] = scan.box.low[a] + step * static_cast<double>(scan.first[a]);
    grid.shape[a] = scan.count[a];
  }
  return grid;
}

// A grid with a voxel more on every side: its outermost points are not 0 for being rounded outside.
Grid with_rim(Grid grid) {
  for (std::size_t a = 0; a < 3; ++a) {
    grid.frame.origin[a] -= grid.frame.steps[a][a];
    grid.shape[a] += 2;
  }
  return grid;
}

Volume volume(const Grid& grid, const std::vector<float>& values) {
  return {values.data(), grid.shape, {grid.shape[1] * grid.shape[2], grid.shape[2], 1}, grid.frame};
}

}  // namespace

TEST_CASE("The grid of a scan covers the model and 5 Å around it, at most as coarse as asked for") {
  const auto model = random_model(20);
  const auto scan = scan_grid(model.positions, 0.7);
  const auto grid = points_of(scan);
  for (std::size_t a = 0; a < 3; ++a) {
    CHECK(grid.frame.steps[a][a] <= 0.7);
    CHECK(grid.frame.origin[a] <= scan.box.low[a] + 45);
    CHECK(grid.frame.origin[a] > scan.box.low[a] + 45 - grid.frame.steps[a][a]);
    const double last =
        grid.frame.origin[a] + grid.frame.steps[a][a] * static_cast<double>(grid.shape[a] - 1);
    CHECK(last >= scan.box.low[a] + scan.box.cell[a] - 45);
    auto rest = scan.sampling[a];
    for (const int prime : {2, 3, 5})
      while (rest % prime == 0) rest /= prime;
    CHECK(rest == 1);
  }
}

TEST_CASE("Every f of a scan agrees with the model map of its B factors, correlated by itself") {
  const auto model = random_model(20);
  const auto scan = scan_grid(model.positions, resolution / 4);
  const Grid grid = points_of(scan);
  std::vector<double> true_b;
  for (const double u : model.disorder) true_b.push_back(70 * u);
  const Grid wider = with_rim(grid);
  const auto map_values = electron_map(model.scatterers(), true_b, resolution, wider, false);
  const Volume map = volume(wider, map_values);

  std::vector<double> factors;
  for (int i = 0; i < 19; ++i) factors.push_back(14.0 * i);  // more than are computed at once
  const auto rows =
      scan_bfactors(model.scatterers(), model.disorder, factors, resolution, scan, map);
  REQUIRE(rows.size() == factors.size());
  for (const std::size_t i : {std::size_t{0}, std::size_t{5}, std::size_t{12}, std::size_t{18}}) {
    std::vector<double> b;
    for (const double u : model.disorder) b.push_back(factors[i] * u);
    const auto values = electron_map(model.scatterers(), b, resolution, grid, true);
    const auto alone = correlate(volume(grid, values), map, 0.01);
    CHECK(rows[i].cc == Approx(alone.cc).margin(1e-5));
    CHECK(rows[i].cc_mean == Approx(alone.cc_mean).margin(1e-5));
    CHECK(static_cast<double>(rows[i].points) ==
          Approx(static_cast<double>(alone.points)).epsilon(1e-3));
  }
  CHECK(rows[5].cc_mean == Approx(1).margin(1e-6));  // the B that the map was made with
}

TEST_CASE(
    "Any number of f and of rows at once gives what one f and the points by themselves give") {
  const auto model = random_model(20);
  auto scan = scan_grid(model.positions, resolution / 3);
  const Grid all = points_of(scan);
  const auto densities = electron_map(model.scatterers(), model.disorder, resolution, all, false);
  const Volume map = volume(all, densities);
  for (std::size_t a = 0; a < 3; ++a) scan.first[a] += scan.count[a] / 2 - 2;
  scan.count = {6, 1, 3};
  for (std::size_t count = 1; count < 9; ++count) {
    scan.count[1] = static_cast<std::int64_t>(count);
    const Grid grid = points_of(scan);
    std::vector<double> factors;
    for (std::size_t i = 0; i < count; ++i) factors.push_back(30.0 * static_cast<double>(i));
    const auto rows =
        scan_bfactors(model.scatterers(), model.disorder, factors, resolution, scan, map, -100);
    REQUIRE(rows.size() == count);
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<double> b;
      for (const double u : model.disorder) b.push_back(factors[i] * u);
      const auto values = electron_map(model.scatterers(), b, resolution, grid, true);
      const auto alone = correlate(volume(grid, values), map, -100);
      CHECK(rows[i].points == 18 * static_cast<std::int64_t>(count));
      CHECK(rows[i].cc == Approx(alone.cc).margin(1e-5));
      CHECK(rows[i].cc_mean == Approx(alone.cc_mean).margin(1e-5));
    }
  }
}

TEST_CASE(
    "A scan whose maps need more memory than is taken at once gives what one f by itself gives") {
  auto model = random_model(20);
  model.positions.back()[2] += 650;  // a box too large to be held at once
  const double fine = 2.2;
  const auto scan = scan_grid(model.positions, fine / 4);
  const Grid grid = points_of(scan);
  const auto densities =
      electron_map(model.scatterers(), model.disorder, fine, with_rim(grid), false);
  const Volume map = volume(with_rim(grid), densities);
  std::vector<double> factors;
  for (int i = 0; i < 16; ++i) factors.push_back(400.0 * i);
  const auto rows = scan_bfactors(model.scatterers(), model.disorder, factors, fine, scan, map);
  for (std::size_t i = 0; i < factors.size(); i += 5) {
    const auto alone =
        scan_bfactors(model.scatterers(), model.disorder, {&factors[i], 1}, fine, scan, map);
    CHECK(rows[i].cc == Approx(alone[0].cc).margin(1e-5));
    CHECK(rows[i].cc_mean == Approx(alone[0].cc_mean).margin(1e-5));
    CHECK(static_cast<double>(rows[i].points) ==
          Approx(static_cast<double>(alone[0].points)).epsilon(1e-3));
  }
}

TEST_CASE("A large offset of the map costs no precision") {
  const auto model = random_model(20);
  const auto scan = scan_grid(model.positions, resolution / 4);
  const Grid grid = with_rim(points_of(scan));
  const std::vector<double> factors{0, 40};
  auto values = electron_map(model.scatterers(), model.disorder, resolution, grid, true);
  for (float& value : values) value = std::round(value * 64);
  const auto run = [&] {
    return scan_bfactors(model.scatterers(), model.disorder, factors, resolution, scan,
                         volume(grid, values));
  };
  const auto expected = run();
  for (float& value : values) value += 1 << 20;
  const auto found = run();
  for (std::size_t i = 0; i < factors.size(); ++i)
    CHECK(found[i].cc_mean == Approx(expected[i].cc_mean).margin(1e-5));
}

TEST_CASE("The number of threads does not change a bit") {
  const auto model = random_model(20);
  const auto scan = scan_grid(model.positions, resolution / 3);
  const Grid grid = points_of(scan);
  const auto values = electron_map(model.scatterers(), model.disorder, resolution, grid, false, 1);
  CHECK(values == electron_map(model.scatterers(), model.disorder, resolution, grid, false, 3));
  const std::vector<double> factors{0, 40, 80};
  const auto one = scan_bfactors(model.scatterers(), model.disorder, factors, resolution, scan,
                                 volume(grid, values), 0.01, 1);
  const auto three = scan_bfactors(model.scatterers(), model.disorder, factors, resolution, scan,
                                   volume(grid, values), 0.01, 3);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    CHECK(one[i].cc == three[i].cc);
    CHECK(one[i].cc_mean == three[i].cc_mean);
    CHECK(one[i].points == three[i].points);
  }
}

TEST_CASE("Bad input to a scan is refused with a sentence") {
  const auto model = random_model(4);
  const auto scan = scan_grid(model.positions, 0.7);
  const std::vector<float> values(8, 1.0f);
  const Volume map = volume({{}, {2, 2, 2}}, values);
  const std::vector<double> factors{0, 20};
  const auto run = [&](const std::vector<double>& u, const std::vector<double>& f, double d,
                       const ScanGrid& grid) {
    return scan_bfactors(model.scatterers(), u, f, d, grid, map);
  };
  CHECK_NOTHROW(run(model.disorder, factors, resolution, scan));
  CHECK_THROWS_AS(run({0.5}, factors, resolution, scan), std::invalid_argument);
  CHECK_THROWS_AS(run({0.5, 0.5, 0.5, -0.5}, factors, resolution, scan), std::invalid_argument);
  CHECK_THROWS_AS(run(model.disorder, {}, resolution, scan), std::invalid_argument);
  CHECK_THROWS_AS(run(model.disorder, {-20}, resolution, scan), std::invalid_argument);
  CHECK_THROWS_AS(run(model.disorder, factors, 25, scan), std::invalid_argument);
  CHECK_THROWS_AS(run(model.disorder, factors, 1.2, scan),
                  std::invalid_argument);  // the grid is too coarse
  auto elsewhere = scan;
  elsewhere.box.low[1] += 60;
  CHECK_THROWS_AS(run(model.disorder, factors, resolution, elsewhere), std::invalid_argument);
  auto prime = scan;
  prime.sampling[0] = 211;
  CHECK_THROWS_AS(run(model.disorder, factors, resolution, prime), std::invalid_argument);
  auto endless = scan;
  endless.sampling[0] = std::int64_t{1} << 32;
  CHECK_THROWS_AS(run(model.disorder, factors, resolution, endless), std::invalid_argument);
  auto outside = scan;
  outside.first[1] = std::numeric_limits<std::int64_t>::max();
  CHECK_THROWS_AS(run(model.disorder, factors, resolution, outside), std::invalid_argument);
  auto huge = scan;
  huge.box.cell[2] = 1e300;
  CHECK_THROWS_AS(run(model.disorder, factors, resolution, huge), std::invalid_argument);
  auto none = scan;
  none.count[2] = 0;
  CHECK_THROWS_AS(run(model.disorder, factors, resolution, none), std::invalid_argument);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(
      scan_bfactors(model.scatterers(), model.disorder, factors, resolution, scan, map, nan),
      std::invalid_argument);
  auto lost = model;
  lost.positions[1][2] = nan;
  CHECK_THROWS_AS(scan_bfactors(lost.scatterers(), model.disorder, factors, resolution, scan, map),
                  std::invalid_argument);
  CHECK_THROWS_AS(scan_grid(model.positions, 1e-9), std::invalid_argument);
  CHECK_THROWS_AS(scan_grid(model.positions, 0), std::invalid_argument);
  CHECK_THROWS_AS(scan_grid(Points{}, 1), std::invalid_argument);
}

#include <algorithm>
#include <cstring>
#include <random>
#include <stdexcept>

#include "catch.hpp"
#include "instruction_sets.hpp"
#include "qscore/score.hpp"
#include "reference.hpp"
#include "scene.hpp"

using namespace qscore;
using test::Scene;
using test::with_instruction_set;

namespace {

// So many copies of a scene side by side that their scores are told of, and may be stopped, on the
// way.
std::vector<Vec3> enough_for_progress(const Scene& scene) {
  std::vector<Vec3> atoms;
  for (int copy = 0; copy < 3000; ++copy)
    for (const auto& atom : scene.atoms) atoms.push_back({atom[0] + 40.0 * copy, atom[1], atom[2]});
  return atoms;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

}  // namespace

TEST_CASE("every instruction set scores as the plain double-precision reference") {
  for (unsigned seed = 10; seed < 20; ++seed) {
    const Scene scene(seed);
    const auto expected = reference::score(scene.volume(), scene.atoms, scene.all());
    const auto first = score(scene.volume(), scene.atoms, scene.all()).q;
    for (const char* name : {"baseline", "avx2", "avx512"})
      with_instruction_set(name, [&] {
        const auto q = score(scene.volume(), scene.atoms, scene.all()).q;
        REQUIRE(largest_difference(q, expected) < 5e-7);
        REQUIRE(same_bits(q, first));
      });
  }
}

TEST_CASE("other sigmas, shells and points follow the reference too") {
  const Scene scene(21);
  std::vector<ScoreOptions> variants(4);
  variants[0].sigma = 0.6;
  variants[1].radius_step = 0.25;
  variants[1].shells = 12;
  variants[2].points = 20;
  variants[3].points = 3;
  variants[3].tries = 4;
  for (const auto& options : variants)
    REQUIRE(largest_difference(
                score(scene.volume(), scene.atoms, scene.all(), options).q,
                reference::score(scene.volume(), scene.atoms, scene.all(), options)) < 5e-7);
}

TEST_CASE("crowded atoms, whose shells need many tries or find none, follow the reference") {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> index(9, 11.5);
  Scene scene(22, 1);
  for (int i = 0; i < 60; ++i)
    scene.atoms.push_back(scene.at({index(random), index(random), index(random)}));
  REQUIRE(largest_difference(score(scene.volume(), scene.atoms, scene.all()).q,
                             reference::score(scene.volume(), scene.atoms, scene.all())) < 5e-7);
}

TEST_CASE("points exactly on the rim of a neighbour's sphere are decided as in double precision") {
  // Neighbours straight along the axis of the spiral, where the poles of every set lie: at 1.9 R
  // from the centre the pole's point is exactly 0.9 R away, and a millionth of a millionth to
  // either side matters.
  const Scene scene(23, 1);
  for (const double shift : {-1e-7, -1e-9, 0.0, 1e-9, 1e-7})
    for (int shell = 4; shell <= 20; ++shell) {
      const Vec3 center = scene.at({11.2, 9.7, 10.4});
      std::vector<Vec3> atoms = {center};
      for (const double direction : {-1.0, 1.0})
        atoms.push_back(
            {center[0], center[1], center[2] + direction * (1.9 * 0.1 * shell + shift)});
      const std::vector<std::int64_t> rows = {0, 1, 2};
      REQUIRE(largest_difference(score(scene.volume(), atoms, rows).q,
                                 reference::score(scene.volume(), atoms, rows)) < 5e-7);
    }
}

TEST_CASE("threads, the order of the atoms and the choice of queries change no bit") {
  const Scene scene(30, 200);
  const auto all = scene.all();
  const auto expected = score(scene.volume(), scene.atoms, all).q;
  for (const int threads : {1, 2, 3, 8}) {
    ScoreOptions options;
    options.threads = threads;
    REQUIRE(same_bits(score(scene.volume(), scene.atoms, all, options).q, expected));
  }
  auto order = all;
  std::shuffle(order.begin(), order.end(), std::mt19937(4));
  std::vector<Vec3> shuffled;
  for (const auto row : order) shuffled.push_back(scene.atoms[static_cast<std::size_t>(row)]);
  const auto q = score(scene.volume(), shuffled, all).q;
  for (std::size_t i = 0; i < order.size(); ++i)
    REQUIRE(q[i] == expected[static_cast<std::size_t>(order[i])]);

  const std::vector<std::int64_t> some = {150, 3, 77, 3};
  const auto part = score(scene.volume(), scene.atoms, some).q;
  for (std::size_t i = 0; i < some.size(); ++i)
    REQUIRE(part[i] == expected[static_cast<std::size_t>(some[i])]);
}

TEST_CASE("a map that is a Gaussian of the same width around a lone atom scores 1") {
  const Volume::Index3 shape{81, 81, 81};
  std::vector<float> values;
  for (int k = 0; k < 81; ++k)
    for (int j = 0; j < 81; ++j)
      for (int i = 0; i < 81; ++i) {
        const double square =
            0.01 * ((i - 40) * (i - 40) + (j - 40) * (j - 40) + (k - 40) * (k - 40));
        values.push_back(static_cast<float>(std::exp(-square / (2 * 0.4 * 0.4))));
      }
  Frame frame;
  frame.steps = {{{0.1, 0, 0}, {0, 0.1, 0}, {0, 0, 0.1}}};
  const Volume volume(values.data(), shape, {1, 81, 81 * 81}, frame);
  const std::vector<Vec3> atoms = {{4, 4, 4}};
  REQUIRE(score(volume, atoms, std::vector<std::int64_t>{0}).q[0] > 0.9999);
}

TEST_CASE("a Gaussian that is all but flat, or all but a point, is correlated with as well") {
  const Scene scene(37);
  const auto with_sigma = [&](double sigma) {
    ScoreOptions options;
    options.sigma = sigma;
    return score(scene.volume(), scene.atoms, scene.all(), options).q;
  };
  ScoreOptions options;
  options.sigma = 1000;
  const auto expected = reference::score(scene.volume(), scene.atoms, scene.all(), options);
  REQUIRE(largest_difference(with_sigma(1000), expected) < 5e-7);
  // The flatter, the closer to a parabola, whose width does not matter.
  REQUIRE(largest_difference(with_sigma(1e9), expected) < 5e-6);
  REQUIRE(largest_difference(with_sigma(1e-9), with_sigma(0.01)) < 1e-9);
}

TEST_CASE("a sample a hair outside the grid is 0 and counted, one a hair inside is not") {
  const std::vector<float> values(21 * 21 * 21, 1.0f);
  Frame frame;
  frame.steps = {{{0.5, 0, 0}, {0, 0.5, 0}, {0, 0, 0.5}}};
  const Volume volume(values.data(), {21, 21, 21}, {1, 21, 441}, frame);
  const auto outside = [&](double z) {
    return score(volume, std::vector<Vec3>{{5, 5, z}}, std::vector<std::int64_t>{0}).outside[0];
  };
  // The poles of a shell lie on the z axis; the next points of 8 are lower by a seventh of 2 R.
  for (const double hair : {1e-9, 1e-4, 0.05, 0.09}) {
    REQUIRE(outside(8.0 + hair) == 1);
    REQUIRE(outside(8.0 - hair) == 0);
    REQUIRE(outside(2.0 - hair) == 1);
    REQUIRE(outside(2.0 + hair) == 0);
  }
}

TEST_CASE("a constant map scores 0") {
  Scene scene(31);
  std::fill(scene.values.begin(), scene.values.end(), 0.7f);
  for (const double q : score(scene.volume(), scene.atoms, scene.all()).q) REQUIRE(q == 0);
}

TEST_CASE("a large offset of the map costs no precision") {
  Scene scene(32);
  for (auto& value : scene.values) value = std::round(value * 64);
  const auto expected = score(scene.volume(), scene.atoms, scene.all()).q;
  for (auto& value : scene.values) value += 1 << 20;
  REQUIRE(largest_difference(score(scene.volume(), scene.atoms, scene.all()).q, expected) < 1e-6);
}

TEST_CASE("atoms at the rim and outside the grid see 0 there, and their samples are counted") {
  Scene scene(33);
  for (const Vec3& index :
       {Vec3{0, 10, 10}, Vec3{1.1, 2.2, 20.9}, Vec3{23, 19, 21}, Vec3{-3, 5, 5}, Vec3{300, 0, 0}})
    scene.atoms.push_back(scene.at(index));
  const auto scores = score(scene.volume(), scene.atoms, scene.all());
  REQUIRE(largest_difference(scores.q, reference::score(scene.volume(), scene.atoms, scene.all())) <
          5e-7);
  const auto n = scores.outside.size();
  REQUIRE(std::count(scores.outside.begin(), scores.outside.end() - 5, 0) ==
          static_cast<std::ptrdiff_t>(n - 5));
  for (std::size_t i = n - 5; i < n; ++i) REQUIRE(scores.outside[i] > 0);
  REQUIRE(scores.q.back() == 0);
}

TEST_CASE("a grid without adjacent neighbours along any axis is scored as well") {
  const Scene scene(34);
  std::vector<float> spread(scene.values.size() * 3);
  for (std::size_t i = 0; i < scene.values.size(); ++i) spread[3 * i] = scene.values[i];
  const auto& s = scene.shape;
  const Volume volume(spread.data(), s, {3, 3 * s[0], 3 * s[0] * s[1]}, scene.frame);
  REQUIRE(largest_difference(score(volume, scene.atoms, scene.all()).q,
                             score(scene.volume(), scene.atoms, scene.all()).q) < 5e-7);
}

TEST_CASE("progress may stop the work") {
  const Scene scene(35, 100);
  const auto atoms = enough_for_progress(scene);
  std::vector<std::int64_t> rows(atoms.size());
  std::iota(rows.begin(), rows.end(), 0);
  ScoreOptions options;
  options.threads = 1;
  std::size_t done = 0;
  REQUIRE_THROWS_AS(score(scene.volume(), atoms, rows, options,
                          [&](std::size_t atoms_done) {
                            done = atoms_done;
                            return false;
                          }),
                    std::runtime_error);
  REQUIRE(done > 0);
  REQUIRE(done < atoms.size());
}

TEST_CASE("progress counts the atoms that are scored, not their neighbours") {
  const Scene scene(41, 100);
  const auto atoms = enough_for_progress(scene);
  std::vector<std::int64_t> rows;
  for (std::size_t row = 0; row < atoms.size(); row += 2)
    rows.push_back(static_cast<std::int64_t>(row));
  ScoreOptions options;
  options.threads = 1;
  std::size_t done = 0;
  score(scene.volume(), atoms, rows, options, [&](std::size_t atoms_done) {
    done = atoms_done;
    return true;
  });
  REQUIRE(done > 0);
  REQUIRE(done <= rows.size());
}

TEST_CASE("what progress throws reaches the caller") {
  const Scene scene(38, 100);
  const auto atoms = enough_for_progress(scene);
  std::vector<std::int64_t> rows(atoms.size());
  std::iota(rows.begin(), rows.end(), 0);
  const Progress fail = [](std::size_t) -> bool { throw std::domain_error("enough"); };
  for (const int threads : {1, 3}) {
    ScoreOptions options;
    options.threads = threads;
    REQUIRE_THROWS_AS(score(scene.volume(), atoms, rows, options, fail), std::domain_error);
  }
}

TEST_CASE("no atoms, or no queries, score nothing") {
  const Scene scene(39);
  REQUIRE(score(scene.volume(), {}, {}).q.empty());
  REQUIRE(score(scene.volume(), scene.atoms, {}).q.empty());
}

TEST_CASE("atoms in the same place do not cover each other") {
  const Scene scene(40, 1);
  const auto alone = score(scene.volume(), scene.atoms, scene.all()).q[0];
  const std::vector<Vec3> twice(2, scene.atoms[0]);
  const auto q = score(scene.volume(), twice, std::vector<std::int64_t>{0, 1}).q;
  REQUIRE(q == std::vector<double>{alone, alone});
}

TEST_CASE("queries that are no rows and options out of range are refused") {
  const Scene scene(36);
  const auto with = [&](auto change) {
    ScoreOptions options;
    change(options);
    return [&scene, options] { return score(scene.volume(), scene.atoms, scene.all(), options); };
  };
  REQUIRE_THROWS_AS(score(scene.volume(), scene.atoms, std::vector<std::int64_t>{-1}),
                    std::invalid_argument);
  REQUIRE_THROWS_AS(score(scene.volume(), scene.atoms, std::vector<std::int64_t>{120}),
                    std::invalid_argument);
  REQUIRE_THROWS_AS(with([](auto& o) { o.sigma = 0; })(), std::invalid_argument);
  REQUIRE_THROWS_AS(with([](auto& o) { o.radius_step = -1; })(), std::invalid_argument);
  REQUIRE_THROWS_AS(with([](auto& o) { o.radius_step = 1e-20; })(), std::invalid_argument);
  REQUIRE_THROWS_AS(with([](auto& o) { o.shells = 0; })(), std::invalid_argument);
  REQUIRE_THROWS_AS(with([](auto& o) { o.points = 1; })(), std::invalid_argument);
  REQUIRE_THROWS_AS(with([](auto& o) { o.tries = 0; })(), std::invalid_argument);
  REQUIRE_THROWS_AS(with([](auto& o) { o.threads = -1; })(), std::invalid_argument);
  REQUIRE_THROWS_AS(with([](auto& o) { o.threads = 100000; })(), std::invalid_argument);
}

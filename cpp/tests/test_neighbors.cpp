#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include "catch.hpp"
#include "qscore/neighbors.hpp"

using namespace qscore;

namespace {

std::vector<Vec3> random_atoms(std::size_t count, double edge, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> coordinate(-edge / 2, edge / 2);
  std::vector<Vec3> atoms(count);
  for (auto& atom : atoms)
    for (auto& x : atom) x = coordinate(random);
  return atoms;
}

}  // namespace

TEST_CASE("the atoms within a radius are those that a search of all of them finds") {
  const auto atoms = random_atoms(500, 20, 7);
  for (const double radius : {0.5, 3.8, 9.0})
    for (const double cell : {1.0, 3.8, 50.0}) {
      const NeighborHash hash(atoms, cell);
      for (const auto& place : random_atoms(20, 24, 8)) {
        std::vector<std::uint32_t> expected;
        for (std::uint32_t row = 0; row < atoms.size(); ++row) {
          const auto& a = atoms[row];
          if (std::hypot(a[0] - place[0], a[1] - place[1], a[2] - place[2]) < radius)
            expected.push_back(row);
        }
        REQUIRE(hash.within(place, radius) == expected);
      }
    }
}

TEST_CASE("every atom is in one cube, with its own position") {
  const auto atoms = random_atoms(300, 30, 9);
  const NeighborHash hash(atoms, 4);
  std::vector<int> seen(atoms.size(), 0);
  for (const auto& cell : hash.cells())
    for (auto row = cell.first; row < cell.last; ++row) {
      ++seen[hash.order()[row]];
      REQUIRE(hash.positions()[row] == atoms[hash.order()[row]]);
    }
  REQUIRE(seen == std::vector<int>(atoms.size(), 1));
  for (std::size_t c = 1; c < hash.cells().size(); ++c)
    REQUIRE(hash.cells()[c - 1].key < hash.cells()[c].key);
}

TEST_CASE("atoms millions of Å apart cost no memory, and none at all is fine") {
  const std::vector<Vec3> far = {{-3e6, 0, 0}, {3e6, 1, 2}, {3e6, 1, 2.5}};
  const NeighborHash hash(far, 3.8);
  REQUIRE(hash.cells().size() == 2);
  REQUIRE(hash.within(far[1], 1) == std::vector<std::uint32_t>{1, 2});
  REQUIRE(NeighborHash(Points(), 3.8).within({0, 0, 0}, 10).empty());
}

TEST_CASE("an atom exactly at the radius is not within it") {
  const NeighborHash hash(std::vector<Vec3>{{1, 2, 3}, {1, 2, 5}}, 3.8);
  REQUIRE(hash.within({1, 2, 3}, 2) == std::vector<std::uint32_t>{0});
}

TEST_CASE("any finite place and radius may be asked for, a radius of nothing finds nothing") {
  const auto atoms = random_atoms(50, 20, 10);
  const NeighborHash hash(atoms, 3.8);
  REQUIRE(hash.within({1e300, 0, 0}, 5).empty());
  REQUIRE(hash.within({0, 0, 0}, 1e12).size() == atoms.size());
  REQUIRE(hash.within(atoms[0], 0).empty());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  REQUIRE_THROWS_AS(hash.within({0, nan, 0}, 5), std::invalid_argument);
  REQUIRE_THROWS_AS(hash.within({0, 0, 0}, nan), std::invalid_argument);
}

TEST_CASE("positions that are no numbers or too far away are refused, naming the atom") {
  const std::vector<Vec3> bad = {{0, 0, 0}, {0, std::numeric_limits<double>::quiet_NaN(), 0}};
  REQUIRE_THROWS_AS(NeighborHash(bad, 3.8), std::invalid_argument);
  const std::vector<Vec3> far = {{0, 0, 1e12}};
  REQUIRE_THROWS_AS(NeighborHash(far, 3.8), std::invalid_argument);
  REQUIRE_THROWS_AS(NeighborHash(Points(), 0), std::invalid_argument);
}

// Random atoms in a random map: input for tests that compare one way of computing with another.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "qscore/volume.hpp"

namespace qscore::test {

/// Atoms at about the density of a protein, no two closer than a bond, and values without any
/// symmetry.
struct Scene {
  std::vector<Vec3> atoms;
  std::vector<float> values;
  Volume::Index3 shape{24, 20, 22};
  Frame frame;

  explicit Scene(unsigned seed, std::size_t count = 120) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> unit(0, 1);
    // A monoclinic frame, as of crystallographic maps.
    frame.origin = {-7.3, 4.1, 11.9};
    frame.steps = {{{0.9, 0, 0}, {0, 1.1, 0}, {-0.25, 0, 1.0}}};
    values.resize(static_cast<std::size_t>(shape[0] * shape[1] * shape[2]));
    for (auto& value : values) value = static_cast<float>(unit(random));
    while (atoms.size() < count) {
      const Vec3 index = {6 + 12 * unit(random), 6 + 8 * unit(random), 6 + 10 * unit(random)};
      const Vec3 atom = at(index);
      bool apart = true;
      for (const auto& other : atoms) {
        double square = 0;
        for (std::size_t a = 0; a < 3; ++a) square += (atom[a] - other[a]) * (atom[a] - other[a]);
        apart = apart && square > 1.2 * 1.2;
      }
      if (apart) atoms.push_back(atom);
    }
  }

  /// Position of fractional voxel coordinates, Å.
  Vec3 at(const Vec3& index) const {
    Vec3 position = frame.origin;
    for (std::size_t axis = 0; axis < 3; ++axis)
      for (std::size_t xyz = 0; xyz < 3; ++xyz)
        position[xyz] += index[axis] * frame.steps[axis][xyz];
    return position;
  }

  Volume volume() const {
    return {values.data(), shape, {1, shape[0], shape[0] * shape[1]}, frame};
  }

  std::vector<std::int64_t> all() const {
    std::vector<std::int64_t> rows(atoms.size());
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
  }
};

}  // namespace qscore::test

/// @file
/// A spatial hash of atoms: which atoms lie near a place.
///
/// Space is cut into cubes, and each atom is hashed to the key of its cube; the atoms are sorted by
/// key. Cubes that follow each other along x have consecutive keys, so a row of cubes is one run of
/// atoms. Memory grows with the number of atoms only, however far apart they are.
#pragma once

#include <cstdint>
#include <vector>

#include "qscore/export.hpp"
#include "qscore/points.hpp"

namespace qscore {

/// Atoms sorted into cubes of space.
class QSCORE_API NeighborHash {
 public:
  /// The atoms of one cube: rows first … last − 1 of `order()`.
  struct Cell {
    std::uint64_t key;    ///< of the cube; ascending, as shifted() takes it
    std::uint32_t first;  ///< row of its first atom
    std::uint32_t last;   ///< row behind its last atom
  };

  /// @param atoms      positions, Å; copied
  /// @param cell_size  edge of a cube, Å
  /// @throws std::invalid_argument for a position that is not finite, or farther than a million
  /// cubes from the origin; for a cell_size that is not positive; for more than 4,294,967,294 atoms
  NeighborHash(Points atoms, double cell_size);

  /// The cubes that hold atoms, in the order of `order()`.
  const std::vector<Cell>& cells() const { return cells_; }

  /// Row of each atom in the array given, cube by cube.
  const std::vector<std::uint32_t>& order() const { return order_; }

  /// Positions in the order of `order()`.
  const std::vector<Vec3>& positions() const { return positions_; }

  /// Key of the cube `i, j, k` cubes along x, y, z from the one with `key`.
  static std::uint64_t shifted(std::uint64_t key, int i, int j, int k);

  /// Rows (in the array given, ascending) of the atoms strictly within `radius` of a place.
  /// @throws std::invalid_argument for a place or radius that is not finite
  std::vector<std::uint32_t> within(const Vec3& place, double radius) const;

 private:
  std::uint64_t key(const Vec3& place) const;

  double cell_size_;
  std::vector<Cell> cells_;
  std::vector<std::uint32_t> order_;
  std::vector<Vec3> positions_;
};

}  // namespace qscore

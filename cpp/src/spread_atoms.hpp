// Atoms on their way onto the planes of the spreading grid.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "atom_basis.hpp"
#include "qscore/model_map.hpp"
#include "spreading.hpp"

namespace qscore {

inline std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

/// Atoms on the spreading grid, ordered by plane, and the box of grid points
/// that they touch.
struct SpreadAtoms {
  Volume::Index3 size{}, first{}, count{};
  std::vector<std::array<std::int64_t, 3>>
      starts;  ///< of each atom: the first point that it touches
  std::vector<std::array<std::array<float, spread_width>, 3>>
      weights;                     ///< and the kernel from there on
  std::vector<std::size_t> order;  ///< atoms by the first plane they touch
  std::vector<std::size_t>
      plane_starts;  ///< where in `order` the atoms begin that touch a plane first

  SpreadAtoms(Points positions, const P1Box& box, const Volume::Index3& highest, int team);

  /// The first plane that an atom touches.
  std::int64_t plane(std::size_t atom) const { return starts[atom][2] - first[2]; }
};

/// Some of the representative atoms of the basis.
struct Components {
  int first, count;
};

/// Adds the atoms that touch a plane to it: `values` are (row, point, component).
void spread_plane(const SpreadAtoms& atoms, const AtomBasis& basis, const Components& components,
                  std::int64_t plane, const SpectralKernels& kernels, float* values);

}  // namespace qscore

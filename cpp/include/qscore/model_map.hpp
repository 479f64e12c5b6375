/// @file
/// Model maps: the density that the atoms of a model would give.
///
/// Two kinds. `gaussian_map` puts one Gaussian at each atom, as Chimera's molmap does.
/// `electron_map` is the map of the atoms' electron scattering factors and B factors, cut sharply
/// at a resolution: the Fourier sum over the reflections of a P1 box around the model up to that
/// resolution, without F(000), so its mean over the box is zero.
#pragma once

#include <cstdint>
#include <vector>

#include "qscore/export.hpp"
#include "qscore/form_factors.hpp"
#include "qscore/points.hpp"
#include "qscore/volume.hpp"

namespace qscore {

/// The grid of a map: where its voxels lie and how many there are along the frame's three axes.
struct Grid {
  Frame frame;                    ///< origin and steps, Å
  Volume::Index3 shape{1, 1, 1};  ///< voxels along the frame's three axes
};

/// Atoms as scatterers; the views have one entry per atom.
struct Scatterers {
  Points positions;               ///< Å
  Span<double> occupancies;       ///< 1 for an atom that is always there
  Span<std::int32_t> types;       ///< index into form_factors
  Span<FormFactor> form_factors;  ///< one per type
};

/// The periodic orthogonal box whose reflections make up a map: the atoms' bounding box and a
/// margin all around.
struct P1Box {
  Vec3 low;   ///< lowest corner, Å
  Vec3 cell;  ///< edges, Å
};

/// Padding of the P1 box, Å (phenix.fmodel, generate_fake_p1_symmetry).
constexpr double box_padding = 50;

/// The P1 box around atoms.
/// @throws std::invalid_argument for no atoms or positions that are not finite
QSCORE_API P1Box p1_box(Points positions);

/// Sums Gaussians Z·(2π)^(−3/2)·σ^(−3)·exp(−r²/2σ²), each cut at 5 σ along every grid axis.
/// @param positions  centres, Å
/// @param weights    integral of each Gaussian (molmap: the element number)
/// @param sigma      width σ, Å (molmap: d/(π√2))
/// @param grid       where the map is wanted; its frame may be skewed
/// @param threads    0: as many as OpenMP offers; the result does not depend on it
/// @return values with the third axis varying fastest
/// @throws std::invalid_argument for lengths that differ or numbers that are not finite or not
/// positive
QSCORE_API std::vector<float> gaussian_map(Points positions, Span<double> weights, double sigma,
                                           const Grid& grid, int threads = 0);

/// Computes the electron-scattering map of atoms, cut sharply at a resolution.
/// @param atoms       the scatterers
/// @param b_factors   isotropic B of each atom, Å², none below 0
/// @param resolution  the cut-off d, Å: all reflections of the P1 box with |s| <= 1/d
/// @param grid        where the map is wanted; points outside the P1 box get 0
/// @param in_sd       in units of the map's standard deviation over the P1 box instead of Å of
/// scattering length per Å³
/// @param threads     0: as many as OpenMP offers; the result does not depend on it
/// @return values with the third axis varying fastest
/// @throws std::invalid_argument for lengths that differ or numbers out of range
QSCORE_API std::vector<float> electron_map(const Scatterers& atoms, Span<double> b_factors,
                                           double resolution, const Grid& grid, bool in_sd,
                                           int threads = 0);

}  // namespace qscore

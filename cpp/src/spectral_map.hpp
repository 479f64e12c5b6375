// Many electron-scattering maps at once, cut sharply at a resolution, at the points of a box cut
// from a P1 grid.
//
// The definition is a Fourier sum over the lattice of a large box of which only the middle holds
// atoms and is wanted as map. So no array over the box is ever made. Going in, atoms are spread
// onto one plane after another, each plane is transformed along x and y, and only the rods of
// reflections within the resolution are kept; each rod is then transformed along z and turned into
// the maps' structure factors. Going out, each rod is transformed back and only the wanted planes
// are kept; each plane is transformed back along y and x and handed on, row by row.
#pragma once

#include <functional>
#include <vector>

#include "qscore/model_map.hpp"

namespace qscore {

/// The points at which maps are wanted.
struct MapBox {
  Volume::Index3 sampling;  ///< points along the edges of the whole P1 box
  Volume::Index3 first;     ///< lowest point wanted; may be negative, the box being periodic
  Volume::Index3 count;     ///< points wanted along each axis
  bool interpolated;  ///< divide by the spreading kernel's transform: the map will be read with
                      ///< that kernel
};

/// Takes a row of points along x: plane and row count from 0; values are (points, columns); `sd` is
/// the standard deviation over the P1 box of each column, in the same units. Called from many
/// threads, once for each row.
using RowSink = std::function<void(std::int64_t plane, std::int64_t row, const float* values,
                                   const std::vector<double>& sd)>;

/// Computes the maps of atoms with B = slope·f, one column for each f, times the volume of the box.
void spectral_maps(const Scatterers& atoms, Span<double> slopes, Span<double> factors,
                   double resolution, const P1Box& box, const MapBox& wanted, int threads,
                   const RowSink& sink);

/// How many of the factors to compute at once, so that the working arrays stay small.
std::size_t columns_at_once(std::size_t atoms, std::size_t factors, double resolution,
                            const P1Box& box);

}  // namespace qscore

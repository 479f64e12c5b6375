/// @file
/// The scan over f: which B = (1 − Q)·f makes a model's map most like the density map.
///
/// For every f the electron-scattering map of the atoms with those B is computed on the grid points
/// around the model and correlated with the density map there (Pintilie et al. 2025, equation 5 and
/// appendix A1.5). The maps of all f share atoms, grid and Fourier transforms, which work on one
/// column of numbers per f side by side.
#pragma once

#include <vector>

#include "qscore/correlation.hpp"
#include "qscore/export.hpp"
#include "qscore/model_map.hpp"
#include "qscore/points.hpp"
#include "qscore/volume.hpp"

namespace qscore {

/// The points of the scan: a box cut from the grid of the P1 box.
struct ScanGrid {
  P1Box box;                ///< where the maps are periodic
  Volume::Index3 sampling;  ///< grid points along the edges of the whole P1 box
  Volume::Index3 first;     ///< index of the lowest point used
  Volume::Index3 count;     ///< points used along each axis
};

/// Grid for a scan: the coarsest one whose numbers of points have no prime factor above 5 and whose
/// spacing is at most `spacing`; used are the points around the model with a margin of 5 Å.
/// @throws std::invalid_argument for no atoms, or a spacing that is not positive
QSCORE_API ScanGrid scan_grid(Points positions, double spacing);

/// Correlates the map of every f with a density map, at the points where it exceeds a threshold.
/// @param atoms       the scatterers
/// @param disorder    1 − Q of each atom; B = disorder·f, none below 0
/// @param factors     the values of f, Å², none below 0
/// @param resolution  the sharp cut-off d, Å
/// @param grid        from scan_grid; its spacing must be below resolution/2
/// @param map         the density map
/// @param threshold   in units of the model map's standard deviation over the P1 box
/// @param threads     0: as many as OpenMP offers; the result does not depend on it
/// @return one correlation for each f
/// @throws std::invalid_argument for lengths that differ or numbers out of range
QSCORE_API std::vector<Correlation> scan_bfactors(const Scatterers& atoms, Span<double> disorder,
                                                  Span<double> factors, double resolution,
                                                  const ScanGrid& grid, const Volume& map,
                                                  double threshold = 0.01, int threads = 0);

}  // namespace qscore

// Few functions instead of many atoms: the fall-off of every atom's scattering with s, for every f,
// written as a combination of those of a few representative atoms.
//
// The scattering of an atom of form factor g with B = u·f is g(s²)·exp(−u f s²/4). These functions
// of (s², f) are nearly linearly dependent, so an interpolative decomposition (Cheng et al. 2005; a
// QR decomposition with column pivoting) picks `rank` atoms, real or imagined, whose functions span
// all others to single precision. Maps then need one Fourier transform per representative instead
// of one per element, B and f.
#pragma once

#include <cstdint>
#include <vector>

#include "qscore/model_map.hpp"

namespace qscore {

/// The combination for a set of atoms: scattering(atom; s², f) = Σ_k
/// coefficients[atom][k]·functions[s][k][f].
struct AtomBasis {
  int rank = 0;
  int columns = 0;        ///< number of factors f
  std::int64_t rows = 0;  ///< rows of the table less one: s = 0 … 1/d in `rows` equal steps
  std::vector<float> coefficients;  ///< (atoms, rank), occupancy included
  std::vector<float> functions;  ///< (rows + 2, rank, columns); the last row repeats the one before
};

/// @param atoms       the scatterers
/// @param slopes      u of each atom, so that B = u·f; none below 0
/// @param factors     the values of f, none below 0
/// @param resolution  d, Å: s² runs from 0 to 1/d²
/// @param team        number of threads
AtomBasis make_atom_basis(const Scatterers& atoms, Span<double> slopes, Span<double> factors,
                          double resolution, int team);

}  // namespace qscore

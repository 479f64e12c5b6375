/// @file
/// The Q-score of atoms: the correlation of the map around an atom with a Gaussian (Pintilie et al.
/// 2020).
///
/// The map is sampled at the atom and at clear points of shells around it (shells.hpp); Q is
/// Pearson's correlation of those values with exp(−R²/2σ²). Scale and offset of the map do not
/// matter, so nothing farther than the last shell from an atom is read.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "qscore/export.hpp"
#include "qscore/points.hpp"
#include "qscore/volume.hpp"

namespace qscore {

/// Parameters of the score; the defaults are those of the EMDB and of Pintilie et al. (2025).
struct ScoreOptions {
  double sigma = 0.4;        ///< width of the reference Gaussian, Å
  double radius_step = 0.1;  ///< distance between shells, Å
  int shells = 20;           ///< number of shells: the last has radius shells · radius_step
  int points = 8;            ///< clear points wanted on each shell
  int tries = 50;            ///< point sets tried on a shell: points, points + 2, points + 4, …
  int threads = 0;           ///< 0: as many as OpenMP offers
};

/// What `score` returns, one value per query.
struct Scores {
  std::vector<double> q;  ///< Q, from −1 to 1; 0 where the map is constant
  /// Samples that fell outside the grid, where the map counts as 0.
  std::vector<std::int32_t> outside;
};

/// Called now and then from the calling thread with the number of atoms scored so far; return false
/// to stop. What it throws reaches the caller of `score`.
using Progress = std::function<bool(std::size_t)>;

/// Q-scores of some atoms; all atoms are each other's neighbours.
///
/// The result is bit-identical for any number of threads, any order of the atoms and any
/// instruction set.
///
/// @param volume    the map; no copy is made
/// @param atoms     positions of all atoms, Å
/// @param queries   rows of `atoms` to score, in any order
/// @param options   parameters
/// @param progress  may be empty
/// @throws std::invalid_argument for a query that is no row of `atoms`, a position that is not
/// finite, or options out of range
/// @throws std::runtime_error when `progress` asked to stop
QSCORE_API Scores score(const Volume& volume, Points atoms, Span<std::int64_t> queries,
                        const ScoreOptions& options = {}, const Progress& progress = {});

/// The instruction set that `score` uses: "avx512", "avx2" or "baseline", the best that the machine
/// has, or the one that the environment variable QSCORE_INSTRUCTION_SET names (for tests and
/// comparisons).
/// @throws std::invalid_argument when that one is not available
QSCORE_API const char* instruction_set();

}  // namespace qscore

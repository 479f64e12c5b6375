// The inner loops of the score, between score.cpp and the instruction sets it is compiled for.
//
// kernel.inc is compiled once per instruction set. Those translation units see plain structs and
// pointers only: a standard-library template instantiated there could be the copy that the linker
// keeps, and would then run on machines without those instructions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace qscore::kernel {

/// Room for `size` values and for what whole vectors read or write behind them.
constexpr std::size_t padded(std::size_t size) { return (size / 32 + 2) * 32; }

/// What is the same for all atoms of a call.
struct Shared {
  // Point sets, one after the other: set t holds points set_begin[t] … set_begin[t + 1] − 1.
  int sets;
  const int* set_begin;
  const float *x, *y, *z;   ///< unit directions
  const double* direction;  ///< the same, x, y, z together, for exact decisions
  const float *i, *j, *k;   ///< the same in voxels per Å along the grid axes
  // Shells.
  int shells;
  int points;                ///< clear points wanted
  const double* radius;      ///< Å
  const double* gaussian;    ///< exp(−R²/2σ²) − 1, the Gaussian less its value at the centre
  double clear_share;        ///< how many radii a clear point is away from every atom
  double bins_per_angstrom;  ///< shells per Å of a neighbour's distance: 1 / (1.9 · step)
  double reach;              ///< neighbours beyond this distance cannot matter, Å
  float doubt;               ///< single precision cannot decide margins smaller than this, Å
  // Map.
  const float* data;
  std::int64_t shape[3];
  std::int64_t stride[3];
  double origin[3];
  double inverse[3][3];  ///< rows turn Å into voxels along a grid axis
  double margin[3];      ///< voxels that the last shell reaches along each grid axis
  bool fast;  ///< neighbours along axis 0 are adjacent, and offsets within a shell fit 32 bits
};

/// Candidate neighbours of the atoms of one cube, padded.
struct Candidates {
  int size;
  const double *x, *y, *z;
};

/// Working memory of one thread.
struct Scratch {
  double* square;            ///< per candidate: squared distance
  int* near;                 ///< per candidate: those within reach
  int* bin;                  ///< per candidate: first shell at which it can matter
  float *nx, *ny, *nz, *nn;  ///< per neighbour, by shell: relative position and squared distance
  double* exact;             ///< the same positions in double, x, y, z together
  float* limit;              ///< per neighbour: minus the half-space test's right-hand side
  int* bin_begin;            ///< per shell + 1
  std::uint64_t* clear;      ///< a bit per point of all sets
  float *si, *sj, *sk;       ///< per sample: voxels from the atom, then from the sample's voxel
  int* point;                ///< per sample: which point of all sets
  int* voxel;                ///< per sample: offset of its voxel from the atom's
  float* pair[4];            ///< per sample: map values at the ends of four edges of its voxel
  int* shell_begin;          ///< per shell + 1: its samples
  double* weight;            ///< per sample: the Gaussian, likewise
  double* value;             ///< per sample: the map, less its value near the atom
};

/// Q of the atom at `position`; `outside` gets the number of samples outside the grid.
using ScoreAtom = double (*)(const Shared&, const Candidates&, const Scratch&,
                             const double* position, std::int32_t* outside);

namespace baseline {
double score_atom(const Shared&, const Candidates&, const Scratch&, const double*, std::int32_t*);
}
#ifdef QSCORE_X86_DISPATCH
namespace avx2 {
double score_atom(const Shared&, const Candidates&, const Scratch&, const double*, std::int32_t*);
}
namespace avx512 {
double score_atom(const Shared&, const Candidates&, const Scratch&, const double*, std::int32_t*);
}
#endif

}  // namespace qscore::kernel

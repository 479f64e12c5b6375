// The inner loops of the spectral model maps, compiled once per instruction set and chosen at run
// time.
//
// All of them work on `columns` numbers side by side (one per component or per f), so the innermost
// loops run over consecutive floats. spectral_kernels.inc, which defines them, contains no
// templates of std or Eigen: a copy of such a template that was compiled for a newer processor
// could be linked in everywhere.
#pragma once

#include <cstdint>

namespace qscore {

/// At most so many maps are computed side by side.
constexpr int max_columns = 16;

/// Complex numbers as two arrays.
struct Complexes {
  float* re;
  float* im;
};

/// What a Fourier transform of n points needs: the radices whose product is n, and exp(−2πi k/n)
/// for k < n.
struct FftTables {
  int n;
  int passes;
  const int* radices;
  const float* cosines;
  const float* sines;
};

struct SpectralKernels {
  /// Transforms `columns` interleaved series of n points; the result is in `data` (the two may be
  /// swapped).
  void (*fft)(const FftTables& tables, int columns, Complexes& data, Complexes& work);

  /// rows[j][i] += scale[j]·line[i] for `count` rows of `length` floats that lie `stride` floats
  /// apart.
  void (*add_scaled_rows)(float* rows, std::int64_t stride, const float* scale, int count,
                          const float* line, int length);

  /// weights[i] = part of the way from low[i] to low[i + stride], for i < length.
  void (*mix_rows)(const float* low, std::int64_t stride, float part, int length, float* weights);

  /// sums[f] += scale·Σ_k in[k]·weights[k·columns + f]
  void (*add_combination)(Complexes in, int components, const float* weights, int columns,
                          float scale, Complexes sums);

  /// Sums over a row of points, for each column, of those where m = values[x·columns + f] >
  /// threshold[f]: sums[(0…5)·columns + f] += 1, m, c, m², c², m·c with c = map[x].
  void (*correlate_row)(const float* values, int points, int columns, const float* map,
                        const float* threshold, double* sums);
};

namespace spectral::baseline {
extern const SpectralKernels kernels;
}
#ifdef QSCORE_X86_DISPATCH
namespace spectral::avx2 {
extern const SpectralKernels kernels;
}
namespace spectral::avx512 {
extern const SpectralKernels kernels;
}
#endif

/// The kernels for the instruction set in use (see qscore/score.hpp).
/// @throws std::invalid_argument as instruction_set() does
const SpectralKernels& spectral_kernels();

}  // namespace qscore

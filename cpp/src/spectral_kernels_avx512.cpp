#include "spectral_kernels.hpp"

namespace qscore::spectral::avx512 {
#include "spectral_kernels.inc"
}  // namespace qscore::spectral::avx512

#include "spectral_kernels.hpp"

namespace qscore::spectral::avx2 {
#include "spectral_kernels.inc"
}  // namespace qscore::spectral::avx2

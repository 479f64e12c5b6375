#include "spectral_kernels.hpp"

namespace qscore::spectral::baseline {
#include "spectral_kernels.inc"
}  // namespace qscore::spectral::baseline

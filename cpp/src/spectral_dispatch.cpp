#include <string>

#include "qscore/score.hpp"
#include "spectral_kernels.hpp"

namespace qscore {

const SpectralKernels& spectral_kernels() {
  [[maybe_unused]] const std::string in_use = instruction_set();
#ifdef QSCORE_X86_DISPATCH
  if (in_use == "avx512") return spectral::avx512::kernels;
  if (in_use == "avx2") return spectral::avx2::kernels;
#endif
  return spectral::baseline::kernels;
}

}  // namespace qscore

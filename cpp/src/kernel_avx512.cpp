#include <immintrin.h>

#include <cmath>
#include <cstring>

#include "kernel.hpp"

namespace qscore::kernel::avx512 {
#include "kernel.inc"
}  // namespace qscore::kernel::avx512

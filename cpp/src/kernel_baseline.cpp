#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <cmath>
#include <cstring>

#include "kernel.hpp"

namespace qscore::kernel::baseline {
#include "kernel.inc"
}  // namespace qscore::kernel::baseline

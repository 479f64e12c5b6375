#ifdef __SSE2__
#include <immintrin.h>  // of all sets: the whole build may be for a newer processor
#endif

#include <cmath>
#include <cstring>

#include "kernel.hpp"

namespace qscore::kernel::baseline {
#include "kernel.inc"
}  // namespace qscore::kernel::baseline

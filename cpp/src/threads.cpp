#include "threads.hpp"

#include <omp.h>

#ifndef _WIN32
#include <unistd.h>

#include <atomic>
#endif

namespace qscore {

int team_size(int requested) {
#ifndef _WIN32
  static std::atomic<pid_t> parallel_in{0};
  const pid_t here = getpid();
  pid_t first = 0;
  if (!parallel_in.compare_exchange_strong(first, here) && first != here) return 1;
#endif
  return requested > 0 ? requested : omp_get_max_threads();
}

}  // namespace qscore

#include "threads.hpp"

#include <omp.h>

#include <stdexcept>
#include <string>

#ifndef _WIN32
#include <unistd.h>
#endif

namespace qscore {

int team_size(int requested) {
  if (requested < 0 || requested > 1024)
    throw std::invalid_argument("threads must be from 0 (all) to 1024; got " +
                                std::to_string(requested));
#ifndef _WIN32
  static std::atomic<pid_t> parallel_in{0};
  const pid_t here = getpid();
  pid_t first = 0;
  if (!parallel_in.compare_exchange_strong(first, here) && first != here) return 1;
#endif
  return requested > 0 ? requested : omp_get_max_threads();
}

}  // namespace qscore

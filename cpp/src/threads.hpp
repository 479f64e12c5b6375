// How many threads a parallel region may use.
#pragma once

namespace qscore {

/// `requested` threads, or as many as OpenMP offers when it is 0; 1 in a process that was forked
/// after the library ran in parallel, where GNU's OpenMP runtime would wait for threads that do not
/// exist there.
int team_size(int requested);

}  // namespace qscore

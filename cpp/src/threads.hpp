// Loops that run in parallel.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <optional>

namespace qscore {

/// `requested` threads, or as many as OpenMP offers when it is 0; 1 in a process that was forked
/// after the library ran in parallel, where GNU's OpenMP runtime would wait for threads that do not
/// exist there.
/// @throws std::invalid_argument for a negative number or one above 1024: a runtime that cannot
/// start that many ends the program
int team_size(int requested);

/// Keeps the first exception thrown within a parallel region, which none may leave.
class FirstException {
 public:
  /// Runs f, unless something was thrown before.
  template <class F>
  void guard(const F& f) noexcept {
    if (thrown_.load(std::memory_order_relaxed)) return;
    try {
      f();
    } catch (...) {
      if (!thrown_.exchange(true)) exception_ = std::current_exception();
    }
  }

  /// Throws it on, after the region.
  void rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  std::atomic<bool> thrown_{false};
  std::exception_ptr exception_;
};

/// Runs body(state, i) for 0 <= i < count on a team of threads that take `chunk` at a time, each
/// with a state of its own from make(); throws what the first of them throws.
template <class Make, class Body>
void parallel_for(int team, std::int64_t count, int chunk, const Make& make, const Body& body) {
  FirstException first;
#pragma omp parallel num_threads(team)
  {
    std::optional<decltype(make())> state;
    first.guard([&] { state.emplace(make()); });
#pragma omp for schedule(dynamic, chunk)
    for (std::int64_t i = 0; i < count; ++i) first.guard([&] { body(*state, i); });
  }
  first.rethrow();
}

/// The same without a state.
template <class Body>
void parallel_for(int team, std::int64_t count, int chunk, const Body& body) {
  struct Nothing {};
  parallel_for(
      team, count, chunk, [] { return Nothing{}; }, [&](Nothing&, std::int64_t i) { body(i); });
}

}  // namespace qscore

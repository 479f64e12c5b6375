// Memory for arrays of which a computation is made: uninitialised, in large pages.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace qscore {

constexpr std::size_t large_page = std::size_t{1} << 21;

/// Allocates whole large pages, where the system has them: the faults of small ones took a sixth of
/// a short scan's time. Elements that nobody gives a value have none.
template <class T>
struct LargePages {
  using value_type = T;

  LargePages() = default;
  template <class U>
  LargePages(const LargePages<U>&) {}

  T* allocate(std::size_t n) {
    const std::size_t size = (n * sizeof(T) + large_page - 1) / large_page * large_page;
    void* memory = ::operator new (size, std::align_val_t{large_page});
#ifdef __linux__
    madvise(memory, size, MADV_HUGEPAGE);
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) {
    ::operator delete (memory, std::align_val_t{large_page});
  }
  template <class U>
  void construct(U* element) {
    ::new (static_cast<void*>(element)) U;
  }

  friend bool operator==(const LargePages&, const LargePages&) { return true; }
  friend bool operator!=(const LargePages&, const LargePages&) { return false; }
};

using LargeArray = std::vector<float, LargePages<float>>;

}  // namespace qscore

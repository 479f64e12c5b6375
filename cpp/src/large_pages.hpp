// Memory for the arrays of a computation: uninitialised, in large pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace qscore {

constexpr std::size_t large_page = std::size_t{1} << 21;

/// Allocates whole large pages, where the system has them: the faults of small ones took a sixth of
/// a short scan's time. The pages are the system's own, because what malloc keeps of freed ones
/// adds up over threads. Elements that nobody gives a value have none.
template <class T>
struct LargePages {
  using value_type = T;

  LargePages() = default;
  template <class U>
  LargePages(const LargePages<U>&) {}

  T* allocate(std::size_t n) {
#ifdef __linux__
    // One page more than needed, so that whole pages can be cut from it.
    const std::size_t size = bytes(n), more = size + large_page;
    void* memory = mmap(nullptr, more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    auto* const begin = static_cast<char*>(memory);
    const std::size_t before =
        (large_page - reinterpret_cast<std::uintptr_t>(begin) % large_page) % large_page;
    if (before > 0) munmap(begin, before);
    munmap(begin + before + size, large_page - before);
    madvise(begin + before, size, MADV_HUGEPAGE);
    return reinterpret_cast<T*>(begin + before);
#else
    return static_cast<T*>(::operator new(bytes(n)));
#endif
  }

  void deallocate(T* memory, [[maybe_unused]] std::size_t n) {
#ifdef __linux__
    munmap(memory, bytes(n));
#else
    ::operator delete(memory);
#endif
  }

  template <class U>
  void construct(U* element) {
    ::new (static_cast<void*>(element)) U;
  }

  friend bool operator==(const LargePages&, const LargePages&) { return true; }
  friend bool operator!=(const LargePages&, const LargePages&) { return false; }

 private:
  static std::size_t bytes(std::size_t n) {
    return (n * sizeof(T) + large_page - 1) / large_page * large_page;
  }
};

using LargeArray = std::vector<float, LargePages<float>>;

}  // namespace qscore

// Views of arrays that the caller owns: positions of atoms, lists of numbers.
//
// The library copies nothing that it is given; a view must outlive the call it is passed to.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace qscore {

/// A point or a direction: x, y, z, in Å unless it is said otherwise.
using Vec3 = std::array<double, 3>;

/// A view of consecutive values of type T.
template <class T>
class Span {
 public:
  Span() = default;
  Span(const T* data, std::size_t size) : data_(data), size_(size) {}
  Span(const std::vector<T>& values) : data_(values.data()), size_(values.size()) {}

  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

 private:
  const T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A view of positions: consecutive x, y, z triples in Å.
using Points = Span<Vec3>;

}  // namespace qscore

/// @file
/// Views of arrays that the caller owns: positions of atoms, lists of numbers.
///
/// The library copies nothing that it is given; a view must outlive the call it is passed to.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

/// Q-scores of the atoms of a model in a density map, and what belongs to them.
namespace qscore {

/// A point or a direction: x, y, z, in Å unless it is said otherwise.
using Vec3 = std::array<double, 3>;

/// A view of consecutive values of type T.
template <class T>
class Span {
 public:
  /// A view of nothing.
  Span() = default;
  /// A view of `size` values from `data` on.
  Span(const T* data, std::size_t size) : data_(data), size_(size) {}
  /// A view of a whole vector.
  Span(const std::vector<T>& values) : data_(values.data()), size_(values.size()) {}

  /// The first value.
  const T* data() const { return data_; }
  /// How many there are.
  std::size_t size() const { return size_; }
  /// Whether there are none.
  bool empty() const { return size_ == 0; }
  /// Value `i`, which must be below size().
  const T& operator[](std::size_t i) const { return data_[i]; }
  /// Start of a loop.
  const T* begin() const { return data_; }
  /// End of a loop.
  const T* end() const { return data_ + size_; }

 private:
  const T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A view of positions: consecutive x, y, z triples in Å.
using Points = Span<Vec3>;

}  // namespace qscore

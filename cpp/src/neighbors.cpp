#include "qscore/neighbors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace qscore {
namespace {

// A cube's key holds its index along x, y and z in 21 bits each, shifted so that none is negative;
// the sum of two keys is then the key of the sum of the indices, as long as no index leaves its
// range.
constexpr std::int64_t kRange = 1 << 20;

std::uint64_t key_of(std::int64_t i, std::int64_t j, std::int64_t k) {
  return static_cast<std::uint64_t>(i) + (static_cast<std::uint64_t>(j) << 21) +
         (static_cast<std::uint64_t>(k) << 42);
}

using Keyed = std::pair<std::uint64_t, std::uint32_t>;  // a cube's key and a row of the atoms

// Sorts by key, keeping the order of equal keys: a radix sort that passes over the digits in which
// keys differ.
void sort_by_key(std::vector<Keyed>& keyed) {
  constexpr int kDigitBits = 11;
  constexpr std::uint64_t kDigits = 1 << kDigitBits;
  std::uint64_t differing = 0;
  for (const auto& [key, row] : keyed) differing |= key ^ keyed.front().first;
  std::vector<Keyed> sorted(keyed.size());
  for (int shift = 0; shift < 64; shift += kDigitBits) {
    if ((differing >> shift) % kDigits == 0) continue;
    std::array<std::uint32_t, kDigits + 1> begin{};
    for (const auto& [key, row] : keyed) ++begin[(key >> shift) % kDigits + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    for (const auto& entry : keyed) sorted[begin[(entry.first >> shift) % kDigits]++] = entry;
    keyed.swap(sorted);
  }
}

}  // namespace

std::uint64_t NeighborHash::key(const Vec3& place) const {
  std::array<std::int64_t, 3> index{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    index[axis] = static_cast<std::int64_t>(std::floor(place[axis] / cell_size_)) + kRange;
  return key_of(index[0], index[1], index[2]);
}

NeighborHash::NeighborHash(Points atoms, double cell_size) : cell_size_(cell_size) {
  if (!(cell_size > 0) || !std::isfinite(cell_size))
    throw std::invalid_argument("the cell size of a neighbour hash must be a positive number of Å");
  if (atoms.size() >= std::numeric_limits<std::uint32_t>::max())
    throw std::invalid_argument("too many atoms: " + std::to_string(atoms.size()));

  std::vector<Keyed> keys;
  keys.reserve(atoms.size());
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    for (const double coordinate : atoms[i])
      if (!(std::abs(coordinate) < (kRange - 1) * cell_size))
        throw std::invalid_argument("the position of atom " + std::to_string(i) +
                                    " (counted from 0) is not a number or too far from the origin");
    keys.emplace_back(key(atoms[i]), static_cast<std::uint32_t>(i));
  }
  sort_by_key(keys);

  order_.reserve(atoms.size());
  positions_.reserve(atoms.size());
  for (const auto& [key, atom] : keys) {
    const auto row = static_cast<std::uint32_t>(order_.size());
    if (cells_.empty() || cells_.back().key != key) cells_.push_back({key, row, row});
    cells_.back().last = row + 1;
    order_.push_back(atom);
    positions_.push_back(atoms[atom]);
  }
}

std::uint64_t NeighborHash::shifted(std::uint64_t key, int i, int j, int k) {
  return key + key_of(i, j, k);
}

std::vector<std::uint32_t> NeighborHash::within(const Vec3& place, double radius) const {
  // Cubes within reach along each axis, of those that can hold atoms.
  std::array<std::int64_t, 3> low{}, high{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!std::isfinite(place[axis]) || !std::isfinite(radius))
      throw std::invalid_argument("the place and the radius of a search must be finite");
    const auto cube = [&](double x) {
      return static_cast<std::int64_t>(
          std::clamp(std::floor(x / cell_size_) + kRange, 0.0, 2.0 * kRange - 1));
    };
    low[axis] = cube(place[axis] - radius);
    high[axis] = cube(place[axis] + radius);
  }
  std::vector<std::uint32_t> rows;
  const auto search = [&](std::uint64_t first, std::uint64_t last) {
    auto cell =
        std::lower_bound(cells_.begin(), cells_.end(), first,
                         [](const Cell& each, std::uint64_t wanted) { return each.key < wanted; });
    for (; cell != cells_.end() && cell->key <= last; ++cell)
      for (auto row = cell->first; row < cell->last; ++row) {
        double square = 0;
        for (std::size_t axis = 0; axis < 3; ++axis)
          square += (positions_[row][axis] - place[axis]) * (positions_[row][axis] - place[axis]);
        if (square < radius * radius) rows.push_back(order_[row]);
      }
  };
  const auto lines =
      static_cast<double>(high[1] - low[1] + 1) * static_cast<double>(high[2] - low[2] + 1);
  if (lines > static_cast<double>(cells_.size()))
    search(0, std::numeric_limits<std::uint64_t>::max());
  else
    for (auto k = low[2]; k <= high[2]; ++k)
      for (auto j = low[1]; j <= high[1]; ++j) search(key_of(low[0], j, k), key_of(high[0], j, k));
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace qscore

#include "spread_atoms.hpp"

#include <algorithm>
#include <numeric>

#include "threads.hpp"

namespace qscore {

SpreadAtoms::SpreadAtoms(Points positions, const P1Box& box, const Volume::Index3& highest,
                         int team) {
  for (std::size_t a = 0; a < 3; ++a) size[a] = spread_grid_size(highest[a]);
  starts.resize(positions.size());
  weights.resize(positions.size());
  parallel_for(team, static_cast<std::int64_t>(positions.size()), 64, [&](std::int64_t atom) {
    const std::size_t i = index(atom);
    for (std::size_t a = 0; a < 3; ++a) {
      const double x = (positions[i][a] - box.low[a]) / box.cell[a] * static_cast<double>(size[a]);
      starts[i][a] = spread_first(x);
      weights[i][a] = spread_weights(x);
    }
  });
  Volume::Index3 low = size, high{};
  for (const auto& start : starts)
    for (std::size_t a = 0; a < 3; ++a) {
      low[a] = std::min(low[a], start[a]);
      high[a] = std::max(high[a], start[a] + spread_width);
    }
  for (std::size_t a = 0; a < 3; ++a) {
    first[a] = low[a];
    count[a] = high[a] - low[a];
  }
  plane_starts.assign(index(count[2]) + 1, 0);
  for (std::size_t i = 0; i < starts.size(); ++i) ++plane_starts[index(plane(i)) + 1];
  std::partial_sum(plane_starts.begin(), plane_starts.end(), plane_starts.begin());
  order.resize(starts.size());
  auto next = plane_starts;
  for (std::size_t i = 0; i < starts.size(); ++i) order[next[index(plane(i))]++] = i;
}

void spread_plane(const SpreadAtoms& atoms, const AtomBasis& basis, const Components& components,
                  std::int64_t plane, const SpectralKernels& kernels, float* values) {
  const auto rank = index(components.count);
  std::vector<float> line(spread_width * rank);
  const std::size_t begin =
      atoms.plane_starts[index(std::max<std::int64_t>(plane - spread_width + 1, 0))];
  const std::size_t end = atoms.plane_starts[index(plane) + 1];
  for (std::size_t i = begin; i < end; ++i) {
    const std::size_t atom = atoms.order[i];
    const auto& [x_weights, y_weights, z_weights] = atoms.weights[atom];
    const float z_weight = z_weights[index(plane - atoms.plane(atom))];
    const float* coefficient =
        basis.coefficients.data() + atom * index(basis.rank) + index(components.first);
    for (std::size_t p = 0; p < spread_width; ++p)
      for (std::size_t k = 0; k < rank; ++k)
        line[p * rank + k] = z_weight * x_weights[p] * coefficient[k];
    const std::int64_t stride = atoms.count[0] * components.count;
    const std::int64_t corner = (atoms.starts[atom][1] - atoms.first[1]) * stride +
                                (atoms.starts[atom][0] - atoms.first[0]) * components.count;
    kernels.add_scaled_rows(values + corner, stride, y_weights.data(), spread_width, line.data(),
                            static_cast<int>(line.size()));
  }
}

}  // namespace qscore

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "grid.hpp"
#include "qscore/model_map.hpp"
#include "rods.hpp"
#include "scatterers.hpp"
#include "spectral_map.hpp"
#include "spreading.hpp"
#include "threads.hpp"

namespace qscore {
namespace {

using Index3 = Volume::Index3;

// The map on the part of the P1 box's own grid that the wanted grid needs.
struct OwnMap {
  P1Box box;
  MapBox part;
  std::vector<float> values;  // (z, y, x), times the volume of the box
  double sd = 0;              // in the same units

  // Own grid points for each Å along an axis.
  double per_angstrom(std::size_t axis) const {
    return static_cast<double>(part.sampling[axis]) / box.cell[axis];
  }

  // The value at a position; 0 outside the box.
  double value(const Vec3& position) const {
    std::array<std::array<float, spread_width>, 3> weights;
    Index3 first{};
    for (std::size_t a = 0; a < 3; ++a) {
      const double x = position[a] - box.low[a];
      if (!(x >= 0 && x <= box.cell[a])) return 0;
      first[a] = spread_first(x * per_angstrom(a)) - part.first[a];
      weights[a] = spread_weights(x * per_angstrom(a));
    }
    double sum = 0;
    for (std::size_t z = 0; z < spread_width; ++z)
      for (std::size_t y = 0; y < spread_width; ++y) {
        const float* row = values.data() +
                           ((first[2] + static_cast<std::int64_t>(z)) * part.count[1] + first[1] +
                            static_cast<std::int64_t>(y)) *
                               part.count[0] +
                           first[0];
        float line = 0;
        for (std::size_t x = 0; x < spread_width; ++x) line += weights[0][x] * row[x];
        sum += static_cast<double>(weights[2][z] * weights[1][y] * line);
      }
    return sum;
  }
};

// The part of the box's grid from which every point of a grid that lies in the box can be read;
// none if none does.
std::optional<MapBox> needed_part(const P1Box& box, const Index3& highest, const Grid& grid) {
  MapBox part{{}, {}, {}, true};
  for (std::size_t a = 0; a < 3; ++a) {
    part.sampling[a] = spread_grid_size(highest[a]);
    double low = grid.frame.origin[a], high = low;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double edge = grid.frame.steps[axis][a] * static_cast<double>(grid.shape[axis] - 1);
      (edge < 0 ? low : high) += edge;
    }
    low = std::max(low - box.low[a], 0.0);
    high = std::min(high - box.low[a], box.cell[a]);
    if (low > high) return std::nullopt;
    const double per_angstrom = static_cast<double>(part.sampling[a]) / box.cell[a];
    // One more on either side: a point's own position may round to beyond these corners.
    part.first[a] = spread_first(low * per_angstrom) - 1;
    part.count[a] = spread_first(high * per_angstrom) + spread_width + 1 - part.first[a];
  }
  return part;
}

}  // namespace

std::vector<float> electron_map(const Scatterers& atoms, Span<double> b_factors, double resolution,
                                const Grid& grid, bool in_sd, int threads) {
  check_scatterers(atoms, b_factors, "B factors");
  check_resolution(resolution);
  frame_of(grid);
  std::vector<float> map(points_of(grid), 0.0f);
  const P1Box box = p1_box(atoms.positions);
  const auto part = needed_part(box, highest_frequencies(box, resolution), grid);
  if (!part) return map;

  OwnMap own{box, *part, {}};
  const Index3& count = part->count;
  own.values.resize(static_cast<std::size_t>(count[0] * count[1] * count[2]));
  const std::vector<double> one{1.0};
  spectral_maps(atoms, b_factors, one, resolution, box, *part, threads,
                [&](std::int64_t plane, std::int64_t row, const float* values,
                    const std::vector<double>& sd) {
                  if (plane == 0 && row == 0) own.sd = sd[0];
                  std::copy(values, values + count[0],
                            own.values.data() + (plane * count[1] + row) * count[0]);
                });
  double unit = 1 / (box.cell[0] * box.cell[1] * box.cell[2]);
  if (in_sd) unit = own.sd > 0 ? 1 / own.sd : 0.0;

  parallel_for(team_size(threads), grid.shape[0], 1, [&](std::int64_t i) {
    for (std::int64_t j = 0; j < grid.shape[1]; ++j)
      for (std::int64_t k = 0; k < grid.shape[2]; ++k)
        map[static_cast<std::size_t>((i * grid.shape[1] + j) * grid.shape[2] + k)] =
            static_cast<float>(own.value(grid.frame.position(i, j, k)) * unit);
  });
  return map;
}

}  // namespace qscore

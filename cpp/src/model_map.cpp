#include "qscore/model_map.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "scatterers.hpp"
#include "spectral_map.hpp"
#include "spreading.hpp"
#include "threads.hpp"

namespace qscore {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double cut = 5;  // σ, along each axis (Chimera's molmap)

using Index3 = Volume::Index3;

double dot(const Vec3& a, const Vec3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

std::size_t points_of(const Grid& grid) {
  std::size_t n = 1;
  for (const auto count : grid.shape) {
    if (count < 1)
      throw std::invalid_argument("the grid of a map needs at least one voxel along each axis");
    n *= static_cast<std::size_t>(count);
  }
  return n;
}

// The grid as a volume without values, for its frame alone.
Volume frame_of(const Grid& grid) {
  static const float nothing = 0;
  return {&nothing, grid.shape, {0, 0, 0}, grid.frame};
}

// The grid points along one axis within reach of a centre.
struct Range {
  std::int64_t begin, end;
};
Range range(double centre, double reach, std::int64_t count) {
  return {std::max<std::int64_t>(static_cast<std::int64_t>(std::ceil(centre - reach)), 0),
          std::min<std::int64_t>(static_cast<std::int64_t>(std::floor(centre + reach)) + 1, count)};
}

// Adds one Gaussian to plane i: rows of exp(−|x|²/2σ²), each by multiplication from point to point.
void add_gaussian(const Grid& grid, const Vec3& centre, const Vec3& reach, double height,
                  double sigma, std::int64_t i, std::vector<double>& plane) {
  const auto& steps = grid.frame.steps;
  const double scale = -0.5 / (sigma * sigma);
  const Range js = range(centre[1], reach[1], grid.shape[1]),
              ks = range(centre[2], reach[2], grid.shape[2]);
  const double ratio_of_ratios = std::exp(2 * scale * dot(steps[2], steps[2]));
  for (std::int64_t j = js.begin; j < js.end; ++j) {
    Vec3 x{};
    for (std::size_t a = 0; a < 3; ++a)
      x[a] = (static_cast<double>(i) - centre[0]) * steps[0][a] +
             (static_cast<double>(j) - centre[1]) * steps[1][a] +
             (static_cast<double>(ks.begin) - centre[2]) * steps[2][a];
    double value = height * std::exp(scale * dot(x, x));
    double ratio = std::exp(scale * (2 * dot(x, steps[2]) + dot(steps[2], steps[2])));
    double* row = plane.data() + j * grid.shape[2];
    for (std::int64_t k = ks.begin; k < ks.end; ++k) {
      row[k] += value;
      value *= ratio;
      ratio *= ratio_of_ratios;
    }
  }
}

}  // namespace

P1Box p1_box(Points positions) {
  if (positions.empty()) throw std::invalid_argument("a model map needs at least one atom");
  Vec3 low = positions[0], high = positions[0];
  for (const Vec3& x : positions)
    for (std::size_t a = 0; a < 3; ++a) {
      if (!std::isfinite(x[a])) throw std::invalid_argument("every position must be finite");
      low[a] = std::min(low[a], x[a]);
      high[a] = std::max(high[a], x[a]);
    }
  P1Box box{};
  for (std::size_t a = 0; a < 3; ++a) {
    box.low[a] = low[a] - box_padding;
    box.cell[a] = high[a] - low[a] + 2 * box_padding;
  }
  return box;
}

std::vector<float> gaussian_map(Points positions, Span<double> weights, double sigma,
                                const Grid& grid, int threads) {
  if (weights.size() != positions.size())
    throw std::invalid_argument("positions and weights must have one entry per atom");
  if (!(std::isfinite(sigma) && sigma > 0)) throw std::invalid_argument("sigma must be above 0");
  std::vector<float> map(points_of(grid), 0.0f);
  const Volume frame = frame_of(grid);
  Vec3 reach{};
  for (std::size_t a = 0; a < 3; ++a)
    reach[a] = cut * sigma / std::sqrt(dot(grid.frame.steps[a], grid.frame.steps[a]));
  std::vector<Vec3> centres(positions.size());
  std::vector<std::vector<std::size_t>> atoms_of(
      static_cast<std::size_t>(grid.shape[0]));  // that touch a plane
  for (std::size_t n = 0; n < positions.size(); ++n) {
    if (!std::isfinite(dot(positions[n], positions[n])) || !std::isfinite(weights[n]))
      throw std::invalid_argument("every position and weight must be finite");
    centres[n] = frame.to_index(positions[n]);
    const Range planes = range(centres[n][0], reach[0], grid.shape[0]);
    for (std::int64_t i = planes.begin; i < planes.end; ++i)
      atoms_of[static_cast<std::size_t>(i)].push_back(n);
  }
  const double height = 1 / (std::pow(2 * pi, 1.5) * sigma * sigma * sigma);
  const auto plane_size = static_cast<std::size_t>(grid.shape[1] * grid.shape[2]);
  const int team = team_size(threads);
#pragma omp parallel num_threads(team)
  {
    std::vector<double> plane(plane_size);
#pragma omp for schedule(dynamic)
    for (std::int64_t i = 0; i < grid.shape[0]; ++i) {
      std::fill(plane.begin(), plane.end(), 0.0);
      for (const std::size_t n : atoms_of[static_cast<std::size_t>(i)])
        add_gaussian(grid, centres[n], reach, height * weights[n], sigma, i, plane);
      std::transform(plane.begin(), plane.end(),
                     map.data() + static_cast<std::size_t>(i) * plane_size,
                     [](double value) { return static_cast<float>(value); });
    }
  }
  return map;
}

std::vector<float> electron_map(const Scatterers& atoms, Span<double> b_factors, double resolution,
                                const Grid& grid, bool in_sd, int threads) {
  check_scatterers(atoms, b_factors, "B factors");
  check_resolution(resolution);
  std::vector<float> map(points_of(grid), 0.0f);
  frame_of(grid);  // refuses a frame that does not span space
  const P1Box box = p1_box(atoms.positions);
  const Index3 highest = highest_frequencies(box, resolution);

  // The map on the part of the box's own grid that the wanted grid needs …
  MapBox wanted{{}, {}, {}, true};
  Vec3 per_angstrom{};
  for (std::size_t a = 0; a < 3; ++a) {
    wanted.sampling[a] = spread_grid_size(highest[a]);
    per_angstrom[a] = static_cast<double>(wanted.sampling[a]) / box.cell[a];
    double low = grid.frame.origin[a], high = low;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double edge = grid.frame.steps[axis][a] * static_cast<double>(grid.shape[axis] - 1);
      (edge < 0 ? low : high) += edge;
    }
    low = std::max(low - box.low[a], 0.0);
    high = std::min(high - box.low[a], box.cell[a]);
    if (low > high) return map;
    wanted.first[a] = spread_first(low * per_angstrom[a]);
    wanted.count[a] = spread_first(high * per_angstrom[a]) + spread_width - wanted.first[a];
  }
  const Index3 count = wanted.count;
  std::vector<float> own(static_cast<std::size_t>(count[0] * count[1] * count[2]));
  double unit = 1 / (box.cell[0] * box.cell[1] * box.cell[2]);
  const std::vector<double> one{1.0};
  std::vector<double> deviation;
  spectral_maps(atoms, b_factors, one, resolution, box, wanted, threads,
                [&](std::int64_t plane, std::int64_t row, const float* values,
                    const std::vector<double>& sd) {
                  if (plane == 0 && row == 0) deviation = sd;
                  std::copy(values, values + count[0],
                            own.data() + (plane * count[1] + row) * count[0]);
                });
  if (in_sd) unit = deviation[0] > 0 ? 1 / deviation[0] : 0.0;

  // … read at the wanted points.
  const auto& steps = grid.frame.steps;
  const int team = team_size(threads);
#pragma omp parallel for schedule(dynamic) num_threads(team)
  for (std::int64_t i = 0; i < grid.shape[0]; ++i)
    for (std::int64_t j = 0; j < grid.shape[1]; ++j)
      for (std::int64_t k = 0; k < grid.shape[2]; ++k) {
        std::array<std::array<float, spread_width>, 3> weights;
        Index3 first{};
        bool inside = true;
        for (std::size_t a = 0; a < 3; ++a) {
          const double x = grid.frame.origin[a] + static_cast<double>(i) * steps[0][a] +
                           static_cast<double>(j) * steps[1][a] +
                           static_cast<double>(k) * steps[2][a] - box.low[a];
          inside = inside && x >= 0 && x <= box.cell[a];
          first[a] = spread_first(x * per_angstrom[a]) - wanted.first[a];
          weights[a] = spread_weights(x * per_angstrom[a]);
        }
        if (!inside) continue;
        double sum = 0;
        for (std::int64_t z = 0; z < spread_width; ++z)
          for (std::int64_t y = 0; y < spread_width; ++y) {
            const float* row =
                own.data() + ((first[2] + z) * count[1] + first[1] + y) * count[0] + first[0];
            float line = 0;
            for (std::size_t x = 0; x < spread_width; ++x) line += weights[0][x] * row[x];
            sum += static_cast<double>(weights[2][static_cast<std::size_t>(z)] *
                                       weights[1][static_cast<std::size_t>(y)] * line);
          }
        map[static_cast<std::size_t>((i * grid.shape[1] + j) * grid.shape[2] + k)] =
            static_cast<float>(sum * unit);
      }
  return map;
}

}  // namespace qscore

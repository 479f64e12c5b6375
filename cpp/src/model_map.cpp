#include "qscore/model_map.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "grid.hpp"
#include "threads.hpp"

namespace qscore {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double cut = 5;  // σ, along each axis (Chimera's molmap)

double dot(const Vec3& a, const Vec3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

// The grid points along one axis within reach of a centre.
struct Range {
  std::int64_t begin, end;
};
Range range(double centre, double reach, std::int64_t count) {
  // As floating point to the end: a centre far away has no index.
  const double size = static_cast<double>(count);
  return {static_cast<std::int64_t>(std::clamp(std::ceil(centre - reach), 0.0, size)),
          static_cast<std::int64_t>(std::clamp(std::floor(centre + reach) + 1, 0.0, size))};
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
  const auto make_plane = [&] { return std::vector<double>(plane_size); };
  parallel_for(team_size(threads), grid.shape[0], 1, make_plane,
               [&](std::vector<double>& plane, std::int64_t i) {
                 std::fill(plane.begin(), plane.end(), 0.0);
                 for (const std::size_t n : atoms_of[static_cast<std::size_t>(i)])
                   add_gaussian(grid, centres[n], reach, height * weights[n], sigma, i, plane);
                 std::transform(plane.begin(), plane.end(),
                                map.data() + static_cast<std::size_t>(i) * plane_size,
                                [](double value) { return static_cast<float>(value); });
               });
  return map;
}

}  // namespace qscore

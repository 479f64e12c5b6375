#include "qscore/bfactor_scan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "fft.hpp"
#include "rods.hpp"
#include "scatterers.hpp"
#include "spectral_map.hpp"

namespace qscore {
namespace {

constexpr double margin = 5;         // Å around the model (phenix.mtz2map)
constexpr double most_points = 1e5;  // along an axis of the P1 box

// Map values less `level` at the points of a row, in the order of the P1 grid's x axis.
void read_row(const ScanGrid& grid, const Volume& map, double level, std::int64_t plane,
              std::int64_t row, std::vector<float>& values) {
  const auto coordinate = [&](std::size_t axis, std::int64_t i) {
    return grid.box.low[axis] + grid.box.cell[axis] * static_cast<double>(grid.first[axis] + i) /
                                    static_cast<double>(grid.sampling[axis]);
  };
  const double y = coordinate(1, row), z = coordinate(2, plane);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] =
        static_cast<float>(map.value({coordinate(0, static_cast<std::int64_t>(i)), y, z}) - level);
}

// Refuses grids that scan_grid does not make of these atoms, or of more of them.
void check_grid(const ScanGrid& grid, const P1Box& atoms, double resolution) {
  constexpr double rounding = 1e-6;  // Å
  const auto highest = highest_frequencies(grid.box, resolution);
  for (std::size_t a = 0; a < 3; ++a) {
    if (!(grid.box.low[a] <= atoms.low[a] + rounding &&
          grid.box.low[a] + grid.box.cell[a] >= atoms.low[a] + atoms.cell[a] - rounding))
      throw std::invalid_argument("the box of a scan must hold all atoms and 50 Å around them");
    if (grid.sampling[a] <= 2 * highest[a])
      throw std::invalid_argument("the grid of a scan must be finer than half the resolution");
    if (!(static_cast<double>(grid.sampling[a]) < 2 * most_points &&
          grid.first[a] >= -grid.sampling[a] && grid.first[a] <= grid.sampling[a]))
      throw std::invalid_argument(
          "the grid of a scan must lie in its box, with fewer than 200,000 points along it");
    if (smooth_size(grid.sampling[a]) != grid.sampling[a])
      throw std::invalid_argument(
          "the sampling of a scan must be numbers without a prime factor above 5");
    if (grid.count[a] < 1 || grid.count[a] > grid.sampling[a])
      throw std::invalid_argument("a scan needs at least one point along each axis, at most all");
  }
}

}  // namespace

ScanGrid scan_grid(Points positions, double spacing) {
  if (!(std::isfinite(spacing) && spacing > 0))
    throw std::invalid_argument("the grid spacing of a scan must be above 0");
  ScanGrid grid{p1_box(positions), {}, {}, {}};
  for (std::size_t a = 0; a < 3; ++a) {
    const double cell = grid.box.cell[a];
    if (!(cell / spacing < most_points))
      throw std::invalid_argument(
          "the grid of the model maps is too large: the atoms lie too far apart, or "
          "its spacing is too small");
    grid.sampling[a] = smooth_size(static_cast<std::int64_t>(std::ceil(cell / spacing)));
    const double per_angstrom = static_cast<double>(grid.sampling[a]) / cell;
    grid.first[a] = static_cast<std::int64_t>(std::floor((box_padding - margin) * per_angstrom));
    grid.count[a] =
        static_cast<std::int64_t>(std::ceil((cell - box_padding + margin) * per_angstrom)) -
        grid.first[a] + 1;
  }
  return grid;
}

std::vector<Correlation> scan_bfactors(const Scatterers& atoms, Span<double> disorder,
                                       Span<double> factors, double resolution,
                                       const ScanGrid& grid, const Volume& map, double threshold,
                                       int threads) {
  check_scatterers(atoms, disorder, "disorder (1 − Q)");
  check_resolution(resolution);
  if (factors.empty()) throw std::invalid_argument("a scan needs at least one f");
  for (const double f : factors)
    if (!(std::isfinite(f) && f >= 0))
      throw std::invalid_argument("every f of a scan must be 0 or above");
  if (!std::isfinite(threshold))
    throw std::invalid_argument("the threshold of a scan must be finite");
  check_grid(grid, p1_box(atoms.positions), resolution);

  const MapBox wanted{grid.sampling, grid.first, grid.count, false};
  const std::size_t at_once =
      columns_at_once(atoms.positions.size(), factors.size(), resolution, grid.box);
  // Sums over the map's values less their level at the atoms, so that an offset of the map costs no
  // precision.
  double level = 0;
  for (const Vec3& position : atoms.positions)
    level += map.value(position) / static_cast<double>(atoms.positions.size());
  std::vector<Correlation> result;
  for (std::size_t begin = 0; begin < factors.size(); begin += at_once) {
    const std::size_t columns = std::min(at_once, factors.size() - begin);
    // Sums of each plane, added in order afterwards: the result does not depend on the number of
    // threads. A gap as wide as a cache line keeps planes of different threads off a common one.
    const std::size_t plane_size = 6 * columns + 8;
    std::vector<double> sums(static_cast<std::size_t>(grid.count[2]) * plane_size, 0.0);
    const SpectralKernels& kernels = spectral_kernels();
    const RowSink sink = [&](std::int64_t plane, std::int64_t row, const float* values,
                             const std::vector<double>& sd) {
      thread_local std::vector<float> densities;
      densities.resize(static_cast<std::size_t>(grid.count[0]));
      read_row(grid, map, level, plane, row, densities);
      std::array<float, max_columns> limit{};
      for (std::size_t f = 0; f < columns; ++f) limit[f] = static_cast<float>(threshold * sd[f]);
      kernels.correlate_row(values, static_cast<int>(densities.size()), static_cast<int>(columns),
                            densities.data(), limit.data(),
                            sums.data() + static_cast<std::size_t>(plane) * plane_size);
    };
    spectral_maps(atoms, disorder, {factors.data() + begin, columns}, resolution, grid.box, wanted,
                  threads, sink);
    for (std::size_t f = 0; f < columns; ++f) {
      CorrelationSums total;
      for (std::size_t at = f; at < sums.size(); at += plane_size)
        total += {sums[at],
                  sums[at + columns],
                  sums[at + 2 * columns],
                  sums[at + 3 * columns],
                  sums[at + 4 * columns],
                  sums[at + 5 * columns]};
      total.cc += level * (2 * total.c + level * total.n);
      total.mc += level * total.m;
      total.c += level * total.n;
      result.push_back(total.correlation());
    }
  }
  return result;
}

}  // namespace qscore

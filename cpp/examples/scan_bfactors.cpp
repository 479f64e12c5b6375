// Finds the f for which the map of a model with B = (1 − Q)·f is most like a density map.
//
//   scan_bfactors ATOMS FORM_FACTORS RESOLUTION GRID NX NY NZ X Y Z STEP
//
// ATOMS holds x y z, the occupancy, the row in FORM_FACTORS and Q on each line; FORM_FACTORS five
// amplitudes and five widths (form_factors.hpp); for the grid see grid.hpp. Prints a line for each
// f from 0 to 300: f, CC, CC-mean and the number of grid points.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <qscore/bfactor_scan.hpp>

#include "grid.hpp"

namespace {

// The atoms of a scan, column by column.
struct Atoms {
  std::vector<qscore::Vec3> positions;
  std::vector<double> occupancies, disorder;
  std::vector<std::int32_t> types;

  explicit Atoms(const std::string& path) {
    for (const auto& [x, y, z, occupancy, type, q] : example::read_rows<6>(path)) {
      positions.push_back({x, y, z});
      occupancies.push_back(occupancy);
      types.push_back(static_cast<std::int32_t>(type));
      disorder.push_back(std::max(0.0, 1 - q));
    }
  }
};

std::vector<qscore::FormFactor> read_form_factors(const std::string& path) {
  std::vector<qscore::FormFactor> factors;
  for (const auto& row : example::read_rows<10>(path)) {
    qscore::FormFactor& factor = factors.emplace_back();
    std::copy_n(row.begin(), 5, factor.a.begin());
    std::copy_n(row.begin() + 5, 5, factor.b.begin());
  }
  return factors;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 12) {
    std::fprintf(stderr, "usage: %s ATOMS FORM_FACTORS RESOLUTION GRID NX NY NZ X Y Z STEP\n",
                 arguments[0]);
    return 2;
  }
  try {
    const Atoms atoms(arguments[1]);
    const auto form_factors = read_form_factors(arguments[2]);
    const double resolution = std::stod(arguments[3]);
    const example::Grid grid(arguments + 4);
    std::vector<double> factors;
    for (int f = 0; f <= 300; f += 20) factors.push_back(f);

    const qscore::Scatterers scatterers{atoms.positions, atoms.occupancies, atoms.types,
                                        form_factors};
    const auto scan_grid = qscore::scan_grid(atoms.positions, resolution / 4);
    const auto rows = qscore::scan_bfactors(scatterers, atoms.disorder, factors, resolution,
                                            scan_grid, grid.volume());
    for (std::size_t i = 0; i < rows.size(); ++i)
      std::printf("%g %.17g %.17g %lld\n", factors[i], rows[i].cc, rows[i].cc_mean,
                  static_cast<long long>(rows[i].points));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", arguments[0], error.what());
    return 1;
  }
}

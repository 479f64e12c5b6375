// qscore/bfactor_scan.hpp for Python.
#include <pybind11/stl.h>

#include "qscore/bfactor_scan.hpp"
#include "scatterers.hpp"

namespace qscore::python {

void bind_bfactor_scan(py::module_& module) {
  module.def(
      "scan_grid",
      [](const py::array& positions, double spacing) {
        const ScanGrid grid = scan_grid(as_points(positions, "positions"), spacing);
        return py::make_tuple(grid.box.low, grid.box.cell, grid.sampling, grid.first, grid.count);
      },
      py::arg("positions"), py::arg("spacing"),
      "(low corner of the P1 box, its edges, grid points along them, index of the first one used, "
      "number used).");
  module.def(
      "scan_bfactors",
      [](const py::array& positions, const py::array& occupancies, const py::array& types,
         const py::array& form_factors, const py::array& disorder, const py::array& factors,
         double resolution, double spacing, const py::array& values, const py::array& origin,
         const py::array& steps, double threshold, int threads) {
        const auto scattering = as_form_factors(form_factors);
        const Scatterers atoms{as_points(positions, "positions"),
                               as_span<double>(occupancies, "occupancies"),
                               as_span<std::int32_t>(types, "types"), scattering};
        const Span<double> u = as_span<double>(disorder, "disorder"),
                           f = as_span<double>(factors, "factors");
        const Volume map = as_volume(values, origin, steps);
        std::vector<Correlation> rows;
        {
          const py::gil_scoped_release release;
          rows = scan_bfactors(atoms, u, f, resolution, scan_grid(atoms.positions, spacing), map,
                               threshold, threads);
        }
        py::list result;
        for (const Correlation& row : rows)
          result.append(py::make_tuple(row.cc, row.cc_mean, row.points));
        return result;
      },
      py::arg("positions"), py::arg("occupancies"), py::arg("types"), py::arg("form_factors"),
      py::arg("disorder"), py::arg("factors"), py::arg("resolution"), py::arg("spacing"),
      py::arg("values"), py::arg("origin"), py::arg("steps"), py::arg("threshold"),
      py::arg("threads") = 0,
      "[(CC, CC-mean, points)] of the maps with B = disorder·f, for each f.");
}

}  // namespace qscore::python

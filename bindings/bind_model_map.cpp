// qscore/model_map.hpp for Python.
#include <pybind11/stl.h>

#include "qscore/model_map.hpp"
#include "scatterers.hpp"

namespace qscore::python {

void bind_model_map(py::module_& module) {
  module.def(
      "gaussian_map",
      [](const py::array& positions, const py::array& weights, double sigma,
         const std::array<std::int64_t, 3>& shape, const py::array& origin, const py::array& steps,
         int threads) {
        const Points points = as_points(positions, "positions");
        const Span<double> heights = as_span<double>(weights, "weights");
        const Grid grid = as_grid(shape, origin, steps);
        std::vector<float> values;
        {
          const py::gil_scoped_release release;
          values = gaussian_map(points, heights, sigma, grid, threads);
        }
        return as_array(std::move(values)).reshape(shape);
      },
      py::arg("positions"), py::arg("weights"), py::arg("sigma"), py::arg("shape"),
      py::arg("origin"), py::arg("steps"), py::arg("threads") = 0,
      "Sum of one Gaussian per atom on a grid, each cut at 5 sigma along every axis.");
  module.def(
      "electron_map",
      [](const py::array& positions, const py::array& occupancies, const py::array& types,
         const py::array& form_factors, const py::array& b_factors, double resolution,
         const std::array<std::int64_t, 3>& shape, const py::array& origin, const py::array& steps,
         bool in_sd, int threads) {
        const auto factors = as_form_factors(form_factors);
        const Scatterers atoms{as_points(positions, "positions"),
                               as_span<double>(occupancies, "occupancies"),
                               as_span<std::int32_t>(types, "types"), factors};
        const Span<double> b = as_span<double>(b_factors, "b_factors");
        const Grid grid = as_grid(shape, origin, steps);
        std::vector<float> values;
        {
          const py::gil_scoped_release release;
          values = electron_map(atoms, b, resolution, grid, in_sd, threads);
        }
        return as_array(std::move(values)).reshape(shape);
      },
      py::arg("positions"), py::arg("occupancies"), py::arg("types"), py::arg("form_factors"),
      py::arg("b_factors"), py::arg("resolution"), py::arg("shape"), py::arg("origin"),
      py::arg("steps"), py::arg("in_sd"), py::arg("threads") = 0,
      "Electron-scattering map of atoms on a grid, cut sharply at a resolution.");
}

}  // namespace qscore::python

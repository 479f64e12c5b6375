// qscore/correlation.hpp for Python.
#include "arrays.hpp"
#include "qscore/correlation.hpp"

namespace qscore::python {

void bind_correlation(py::module_& module) {
  module.def(
      "correlate",
      [](const py::array& model_values, const py::array& model_origin, const py::array& model_steps,
         const py::array& values, const py::array& origin, const py::array& steps, double threshold,
         int threads) {
        const Volume model_map = as_volume(model_values, model_origin, model_steps);
        const Volume map = as_volume(values, origin, steps);
        Correlation result;
        {
          const py::gil_scoped_release release;
          result = correlate(model_map, map, threshold, threads);
        }
        return py::make_tuple(result.cc, result.cc_mean, result.points);
      },
      py::arg("model_values"), py::arg("model_origin"), py::arg("model_steps"), py::arg("values"),
      py::arg("origin"), py::arg("steps"), py::arg("threshold"), py::arg("threads") = 0,
      "(CC, CC-mean, points) of a model map with a map where the model map exceeds a threshold.");
}

}  // namespace qscore::python

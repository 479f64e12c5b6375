// qscore/score.hpp for Python.
#include <pybind11/functional.h>

#include "arrays.hpp"
#include "qscore/score.hpp"

namespace qscore::python {
namespace {

py::tuple score_arrays(const py::array& values, const py::array& origin, const py::array& steps,
                       const py::array& positions, const py::array& queries, double sigma,
                       double radius_step, int shells, int points, int threads,
                       const py::object& progress) {
  const Volume volume = as_volume(values, origin, steps);
  const Points atoms = as_points(positions, "positions");
  const auto rows = as_span<std::int64_t>(queries, "queries");
  ScoreOptions options;
  options.sigma = sigma;
  options.radius_step = radius_step;
  options.shells = shells;
  options.points = points;
  options.threads = threads;
  bool interrupted = false;
  const Progress report = [&](std::size_t done) {
    py::gil_scoped_acquire gil;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (!progress.is_none()) progress(done);
      return true;
    } catch (py::error_already_set& error) {
      error.restore();
      interrupted = true;
      return false;
    }
  };
  Scores scores;
  try {
    py::gil_scoped_release release;
    scores = score(volume, atoms, rows, options, report);
  } catch (const std::runtime_error&) {
    if (interrupted) throw py::error_already_set();
    throw;
  }
  return py::make_tuple(as_array(std::move(scores.q)), as_array(std::move(scores.outside)));
}

}  // namespace

void bind_score(py::module_& module) {
  module.def("instruction_set", &instruction_set, "The instruction set used on this machine.");
  module.def("score", &score_arrays, py::arg("values"), py::arg("origin"), py::arg("steps"),
             py::arg("positions"), py::arg("queries"), py::kw_only(), py::arg("sigma"),
             py::arg("radius_step"), py::arg("shells"), py::arg("points"), py::arg("threads") = 0,
             py::arg("progress") = py::none(),
             "Q and the number of samples outside the grid for each query: two arrays of shape "
             "(len(queries),).");
}

}  // namespace qscore::python

// qscore._core: the library for Python, one bind_<idea>.cpp per header.
#include <pybind11/pybind11.h>

#include <exception>
#include <stdexcept>

#include "qscore/version.hpp"

namespace qscore::python {
void bind_bfactor_scan(pybind11::module_& module);
void bind_correlation(pybind11::module_& module);
void bind_model_map(pybind11::module_& module);
void bind_score(pybind11::module_& module);
}  // namespace qscore::python

PYBIND11_MODULE(_core, module) {
  module.doc() = "Bindings of libqscore: arrays in, arrays out.";
  module.attr("__version__") = QSCORE_VERSION;
  // What the library refuses is bad input to Python as well.
  pybind11::register_local_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::invalid_argument& error) {
      const auto type = pybind11::module_::import("qscore.errors").attr("InputError");
      pybind11::set_error(type, error.what());
    }
  });
  qscore::python::bind_bfactor_scan(module);
  qscore::python::bind_correlation(module);
  qscore::python::bind_model_map(module);
  qscore::python::bind_score(module);
}

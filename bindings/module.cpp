// qscore._core: the library for Python, one bind_<idea>.cpp per header.
#include <pybind11/pybind11.h>

#include "qscore/version.hpp"

namespace qscore::python {
void bind_score(pybind11::module_& module);
}  // namespace qscore::python

PYBIND11_MODULE(_core, module) {
  module.doc() = "Bindings of libqscore: arrays in, arrays out.";
  module.attr("__version__") = QSCORE_VERSION;
  qscore::python::bind_score(module);
}

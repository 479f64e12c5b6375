// Atoms as scatterers, from NumPy arrays.
#pragma once

#include <cstdint>
#include <vector>

#include "arrays.hpp"
#include "qscore/model_map.hpp"

namespace qscore::python {

/// Form factors from a float64 array of shape (types, 2, 5): the heights and the widths of five
/// Gaussians.
inline std::vector<FormFactor> as_form_factors(const py::array& array) {
  if (!py::isinstance<py::array_t<double>>(array) || array.ndim() != 3 || array.shape(1) != 2 ||
      array.shape(2) != 5)
    throw std::invalid_argument(
        "form_factors must be a float64 array of shape (types, 2, 5); got " + describe(array));
  std::vector<FormFactor> factors(static_cast<std::size_t>(array.shape(0)));
  for (py::ssize_t type = 0; type < array.shape(0); ++type)
    for (py::ssize_t i = 0; i < 5; ++i) {
      FormFactor& factor = factors[static_cast<std::size_t>(type)];
      factor.a[static_cast<std::size_t>(i)] = *static_cast<const double*>(array.data(type, 0, i));
      factor.b[static_cast<std::size_t>(i)] = *static_cast<const double*>(array.data(type, 1, i));
    }
  return factors;
}

/// A grid from three numbers of voxels, an origin (3,) and steps (3, 3) as of a volume.
inline Grid as_grid(const std::array<std::int64_t, 3>& shape, const py::array& origin,
                    const py::array& steps) {
  const py::array_t<float> nothing({1, 1, 1});
  return {as_volume(nothing, origin, steps).frame(), shape};
}

}  // namespace qscore::python

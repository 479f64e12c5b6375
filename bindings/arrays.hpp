// Checks of the NumPy arrays that Python hands over; every message says what was given and what is
// wanted.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "qscore/points.hpp"
#include "qscore/volume.hpp"

namespace qscore::python {

namespace py = pybind11;

/// "float32 (3, 4, 5)": the dtype and shape of an array, for messages.
inline std::string describe(const py::array& array) {
  return py::str(array.dtype()).cast<std::string>() + " " +
         py::str(array.attr("shape")).cast<std::string>();
}

/// Refuses values that do not lie where their type must, as those of a packed record or of bytes
/// read from an odd place.
inline void check_aligned(const py::array& array, const char* name) {
  if ((array.flags() & py::detail::npy_api::NPY_ARRAY_ALIGNED_) == 0)
    throw std::invalid_argument(std::string(name) + " must be aligned in memory; pass a copy");
}

/// Positions of atoms from a C-contiguous float64 array of shape (n, 3), without a copy.
inline Points as_points(const py::array& array, const char* name) {
  if (!py::isinstance<py::array_t<double>>(array) || array.ndim() != 2 || array.shape(1) != 3 ||
      !(array.flags() & py::array::c_style))
    throw std::invalid_argument(std::string(name) +
                                " must be a C-contiguous float64 array of shape (n, 3); got " +
                                describe(array));
  check_aligned(array, name);
  return {reinterpret_cast<const Vec3*>(array.data()), static_cast<std::size_t>(array.shape(0))};
}

/// One number per row from a contiguous array of T of shape (n,), without a copy.
template <class T>
Span<T> as_span(const py::array& array, const char* name) {
  if (!py::isinstance<py::array_t<T>>(array) || array.ndim() != 1 ||
      !(array.flags() & py::array::c_style))
    throw std::invalid_argument(std::string(name) + " must be a contiguous " +
                                py::str(py::dtype::of<T>()).template cast<std::string>() +
                                " array of shape (n,); got " + describe(array));
  check_aligned(array, name);
  return {static_cast<const T*>(array.data()), static_cast<std::size_t>(array.shape(0))};
}

/// A volume from a float32 array of shape (ni, nj, nk) with any strides, an origin (3,) and steps
/// (3, 3) whose row a is the step along grid axis a; nothing is copied.
inline Volume as_volume(const py::array& values, const py::array& origin, const py::array& steps) {
  if (!py::isinstance<py::array_t<float>>(values) || values.ndim() != 3)
    throw std::invalid_argument("values must be a float32 array of shape (ni, nj, nk); got " +
                                describe(values));
  if (!py::isinstance<py::array_t<double>>(origin) || origin.ndim() != 1 || origin.shape(0) != 3)
    throw std::invalid_argument("origin must be a float64 array of shape (3,); got " +
                                describe(origin));
  if (!py::isinstance<py::array_t<double>>(steps) || steps.ndim() != 2 || steps.shape(0) != 3 ||
      steps.shape(1) != 3)
    throw std::invalid_argument("steps must be a float64 array of shape (3, 3); got " +
                                describe(steps));
  check_aligned(values, "values");
  Frame frame;
  Volume::Index3 shape{}, strides{};
  for (py::ssize_t axis = 0; axis < 3; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    shape[a] = values.shape(axis);
    strides[a] = values.strides(axis) / static_cast<py::ssize_t>(sizeof(float));
    frame.origin[a] = *static_cast<const double*>(origin.data(axis));
    for (py::ssize_t xyz = 0; xyz < 3; ++xyz)
      frame.steps[a][static_cast<std::size_t>(xyz)] =
          *static_cast<const double*>(steps.data(axis, xyz));
  }
  return {static_cast<const float*>(values.data()), shape, strides, frame};
}

// Hands a vector's memory to NumPy without a copy.
template <class T>
inline py::array_t<T> as_array(std::vector<T> values) {
  auto owned = std::make_unique<std::vector<T>>(std::move(values));
  py::capsule owner(owned.get(), [](void* p) { delete static_cast<std::vector<T>*>(p); });
  const auto* kept = owned.release();
  return py::array_t<T>(static_cast<py::ssize_t>(kept->size()), kept->data(), owner);
}

}  // namespace qscore::python

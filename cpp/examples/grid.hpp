// What the examples read: positions as text, and a raw grid of float32 values.
#pragma once

#include <array>
#include <fstream>
#include <qscore/volume.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace example {

inline std::ifstream open(const std::string& path, std::ios::openmode mode = std::ios::in) {
  std::ifstream file(path, mode);
  if (!file) throw std::runtime_error("cannot open " + path);
  return file;
}

/// A map whose axes run along x, y, z.
class Grid {
 public:
  /// Arguments: FILE NX NY NZ X Y Z STEP. The file holds NX·NY·NZ float32 values in this machine's
  /// byte order, x running fastest; X Y Z is the centre of its first voxel and STEP the voxel's
  /// edge, Å.
  explicit Grid(char** arguments) {
    for (std::size_t a = 0; a < 3; ++a) {
      shape_[a] = std::stoll(arguments[1 + a]);
      frame_.origin[a] = std::stod(arguments[4 + a]);
      frame_.steps[a] = {0, 0, 0};
      frame_.steps[a][a] = std::stod(arguments[7]);
      if (shape_[a] < 1) throw std::runtime_error("NX, NY and NZ must be at least 1");
    }
    values_.resize(static_cast<std::size_t>(shape_[0] * shape_[1] * shape_[2]));
    auto file = open(arguments[0], std::ios::binary);
    const auto bytes = static_cast<std::streamsize>(values_.size() * sizeof(float));
    if (!file.read(reinterpret_cast<char*>(values_.data()), bytes) ||
        file.peek() != std::ifstream::traits_type::eof())
      throw std::runtime_error(std::string(arguments[0]) + " does not hold NX * NY * NZ values");
  }

  qscore::Volume volume() const {
    return {values_.data(), shape_, {1, shape_[0], shape_[0] * shape_[1]}, frame_};
  }

 private:
  qscore::Volume::Index3 shape_{};
  qscore::Frame frame_;
  std::vector<float> values_;
};

/// The rows of a text file of numbers, N on each line.
template <std::size_t N>
std::vector<std::array<double, N>> read_rows(const std::string& path) {
  auto file = open(path);
  std::vector<std::array<double, N>> rows;
  std::array<double, N> row;
  std::size_t column = 0;
  while (file >> row[column])
    if (++column == N) {
      rows.push_back(row);
      column = 0;
    }
  if (!file.eof() || column != 0)
    throw std::runtime_error(path + " does not hold " + std::to_string(N) + " numbers a line");
  return rows;
}

}  // namespace example

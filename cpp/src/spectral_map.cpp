#include "spectral_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "atom_basis.hpp"
#include "large_pages.hpp"
#include "rods.hpp"
#include "spread_atoms.hpp"
#include "threads.hpp"

namespace qscore {
namespace {

using Index3 = Volume::Index3;

// Bytes of complex numbers.
double bytes(std::int64_t rows, int columns) {
  return static_cast<double>(rows) * columns * 2 * sizeof(float);
}

// Bytes that the largest arrays may take together; what does not fit is done in portions. With the
// model and the map, which take the caller about 1.3 kB for each atom, they stay below half a
// gigabyte up to 200,000 atoms; where there are so many reflections that this would be slow, they
// take as much again as the structure factors of four maps, up to 2 GB. What each thread needs for
// its plane comes on top: the portions, and with them the last bits, must not depend on the number
// of threads.
double working_memory(std::size_t atoms, std::int64_t reflections) {
  return std::max({450e6 - 1.5e3 * static_cast<double>(atoms), 128e6,
                   std::min(2 * bytes(reflections, 4), 2e9)});
}

// An array of which a team has touched every large page, each one by one thread: two that come to
// the same new page would both clear it.
LargeArray touched(std::int64_t n, int team) {
  LargeArray array(index(n));
  constexpr auto step = static_cast<std::int64_t>(large_page / sizeof(float));
  parallel_for(team, (n + step - 1) / step, 1,
               [&](std::int64_t page) { array[index(page * step)] = 0; });
  return array;
}

// One number for each column: too few for a call of memmove to be worth it.
inline void copy_columns(const float* from, int columns, float* to) {
#pragma omp simd
  for (int i = 0; i < columns; ++i) to[i] = from[i];
}

class Transform {
 public:
  Transform(const Scatterers& atoms, Span<double> slopes, Span<double> factors, double resolution,
            const P1Box& box, const MapBox& wanted, int threads)
      : resolution_(resolution),
        box_(box),
        wanted_(wanted),
        team_(team_size(threads)),
        columns_(static_cast<int>(factors.size())),
        highest_(highest_frequencies(box, resolution)),
        rods_(box, resolution),
        basis_(make_atom_basis(atoms, slopes, factors, resolution, team_)),
        atoms_(atoms.positions, box, highest_, team_),
        power_(index(rods_.count() * columns_), 0.0),
        sd_(index(columns_), 0.0) {
    for (std::size_t a = 0; a < 3; ++a) {
      corrections_[a] = spread_corrections(highest_[a], atoms_.size[a]);
      read_corrections_[a] = wanted.interpolated
                                 ? spread_corrections(highest_[a], wanted.sampling[a])
                                 : std::vector<double>(index(highest_[a] + 1), 1.0);
    }
  }

  void run(const RowSink& sink) {
    const double memory = working_memory(atoms_.starts.size(), rods_.reflections);
    if (bytes(rods_.count() * rod_size(basis_.rank, wanted_.count[2]), 1) <= memory)
      run_at_once(sink);
    else
      run_in_portions(memory, sink);
  }

 private:
  static constexpr int rods_together = 16;  // that a thread takes at a time

  // Some of the wanted planes.
  struct Planes {
    std::int64_t first, count;
  };

  // Each rod's structure factors are made, measured and transformed back while they are in cache.
  void run_at_once(const RowSink& sink) {
    const Components components{0, basis_.rank};
    const Planes planes{0, wanted_.count[2]};
    make_rods(components.count, planes.count);
    planes_to_rods(components);
    const Fft fft_in(atoms_.size[2]), fft_out(wanted_.sampling[2]);
    struct Room {
      WayIn in;
      FftColumns out;
      std::vector<float> factors;  // structure factors of the longest rod
    };
    const auto make_room = [&]() -> Room {
      return {way_in(fft_in, components),
              {fft_out, columns_, kernels_},
              std::vector<float>(index((2 * highest_[2] + 1) * 2 * columns_))};
    };
    parallel_for(team_, rods_.count(), rods_together, make_room, [&](Room& room, std::int64_t r) {
      float* factors = room.factors.data();
      add_components(room.in, r, components, factors);
      measure(r, factors);
      take_planes(room.out, r, planes, factors);
    });
    add_up_power();
    rods_to_planes(planes, sink);
  }

  // Where memory is short: all structure factors, from some components at a time, then some planes
  // at a time.
  void run_in_portions(double memory, const RowSink& sink) {
    // Structure factors that take most of the memory must not make the portions tiny.
    const double left = std::max(memory - bytes(rods_.reflections, columns_), memory / 2);
    const int at_once = fitting(left, bytes(rods_.count() * atoms_.count[2], 1), basis_.rank);
    const int planes =
        fitting(left, bytes(rods_.count(), columns_), static_cast<int>(wanted_.count[2]));
    LargeArray factors = touched(rods_.reflections * 2 * columns_, team_);
    const auto factors_of = [&](std::int64_t r) {
      return factors.data() + rods_.rods[index(r)].first * 2 * columns_;
    };
    make_rods(at_once, planes);
    const Fft fft_in(atoms_.size[2]), fft_out(wanted_.sampling[2]);
    for (int k = 0; k < basis_.rank; k += at_once) {
      const Components components{k, std::min(at_once, basis_.rank - k)};
      planes_to_rods(components);
      const auto make_room = [&] { return way_in(fft_in, components); };
      parallel_for(team_, rods_.count(), rods_together, make_room, [&](WayIn& in, std::int64_t r) {
        add_components(in, r, components, factors_of(r));
        if (k + at_once >= basis_.rank) measure(r, factors_of(r));
      });
    }
    add_up_power();
    for (int p = 0; p < wanted_.count[2]; p += planes) {
      const Planes some{p, std::min<std::int64_t>(planes, wanted_.count[2] - p)};
      const auto make_room = [&] { return FftColumns(fft_out, columns_, kernels_); };
      parallel_for(
          team_, rods_.count(), rods_together, make_room,
          [&](FftColumns& out, std::int64_t r) { take_planes(out, r, some, factors_of(r)); });
      rods_to_planes(some, sink);
    }
  }

  // Complex numbers that a rod takes, on its way in or out.
  std::int64_t rod_size(int components, std::int64_t planes) const {
    return std::max(atoms_.count[2] * components, planes * columns_);
  }

  void make_rods(int components, std::int64_t planes) {
    rod_size_ = rod_size(components, planes);
    rod_values_ = touched(rods_.count() * 2 * rod_size_, team_);
  }

  float* rod_values(std::int64_t r) { return rod_values_.data() + r * 2 * rod_size_; }

  // How many of `wanted` parts of equal size fit into the memory left: a number that makes for even
  // portions.
  static int fitting(double left, double each, int wanted) {
    const int most = std::max(1, static_cast<int>(left / each));
    const int portions = (wanted + most - 1) / most;
    return (wanted + portions - 1) / portions;
  }

  // Atoms → planes → their part of every rod: rod_values_[rod][re, im][plane][component].
  void planes_to_rods(const Components& components) {
    const int rank = components.count;
    const std::int64_t nx = atoms_.count[0], ny = atoms_.count[1], nz = atoms_.count[2];
    const Fft fft_x(atoms_.size[0]), fft_y(atoms_.size[1]);
    struct Room {
      LargeArray memory;
      FftColumns x, y;
    };
    const std::int64_t plane_size = nx * (ny + ny % 2) * rank;
    const auto make_room = [&]() -> Room {
      return {LargeArray(index(plane_size + rods_.h_count() * 2 * (ny + 1) * rank)),
              {fft_x, rank, kernels_},
              {fft_y, rank, kernels_}};
    };
    parallel_for(team_, nz, 1, make_room, [&](Room& room, std::int64_t i) {
      // From the middle outwards: the planes with the most atoms first, and seldom two at once that
      // are neighbours and so share cache lines of the rods.
      const std::int64_t p = i % 2 ? nz / 2 - (i + 1) / 2 : nz / 2 + i / 2;
      auto& [memory, x, y] = room;
      float* plane = memory.data();
      float* halves = plane + plane_size;  // (h, re and im, row, component)
      std::fill(plane, halves, 0.0f);
      spread_plane(atoms_, basis_, components, p, kernels_, plane);
      // Two real rows make one complex one: a = (z(h) + z*(−h))/2, b = (z(h) − z*(−h))/2i.
      for (std::int64_t row = 0; row < ny; row += 2) {
        x.clear();
        const float* values = plane + row * nx * rank;
        x.write(atoms_.first[0], nx, values, values + nx * rank);
        x.forward();
        for (std::int64_t h = 0; h < rods_.h_count(); ++h) {
          const Complexes u = x.at(h), v = x.at(-h);
          float* re = halves + (h * 2 * (ny + 1) + row) * rank;
          float* im = re + (ny + 1) * rank;
          for (int k = 0; k < rank; ++k) {
            re[k] = (u.re[k] + v.re[k]) / 2;
            im[k] = (u.im[k] - v.im[k]) / 2;
            re[rank + k] = (u.im[k] + v.im[k]) / 2;
            im[rank + k] = (v.re[k] - u.re[k]) / 2;
          }
        }
      }
      for (std::int64_t h = 0; h < rods_.h_count(); ++h) {
        y.clear();
        const float* re = halves + h * 2 * (ny + 1) * rank;
        y.write(atoms_.first[1], ny, re, re + (ny + 1) * rank);
        y.forward();
        const std::int64_t k_max = rods_.k_max[index(h)];
        for (std::int64_t k = -k_max; k <= k_max; ++k) {
          float* to = rod_values(rods_.first[index(h)] + k + k_max) + p * rank;
          copy_columns(y.at(k).re, rank, to);
          copy_columns(y.at(k).im, rank, to + nz * rank);
        }
      }
    });
  }

  // What a thread needs to turn a rod into structure factors.
  struct WayIn {
    FftColumns z;
    std::vector<float> weights;  // (component, column)
  };
  WayIn way_in(const Fft& fft, const Components& components) const {
    return {{fft, components.count, kernels_},
            std::vector<float>(index(components.count * columns_))};
  }

  // What some components add to the structure factors of a rod, factors[l][re, im][column].
  void add_components(WayIn& in, std::int64_t r, const Components& components, float* factors) {
    auto& [z, weights] = in;
    const int rank = components.count;
    const std::int64_t nz = atoms_.count[2];
    const auto [h, k, l_max, first] = rods_.rods[index(r)];
    z.clear();
    z.write(atoms_.first[2], nz, rod_values(r), rod_values(r) + nz * rank);
    z.forward();
    if (components.first == 0) std::fill_n(factors, (2 * l_max + 1) * 2 * columns_, 0.0f);
    const double correction_hk = corrections_[0][index(h)] * corrections_[1][index(std::abs(k))];
    for (std::int64_t l = 0; l <= l_max; ++l) {
      if (h == 0 && k == 0 && l == 0) continue;  // F(000): the map's mean is zero
      const double row = table_row(h, k, l);
      const auto low = static_cast<std::int64_t>(row);
      const float* table =
          basis_.functions.data() + (low * basis_.rank + components.first) * columns_;
      kernels_.mix_rows(table, basis_.rank * columns_,
                        static_cast<float>(row - static_cast<double>(low)), rank * columns_,
                        weights.data());
      const auto scale = static_cast<float>(correction_hk * corrections_[2][index(l)]);
      for (const std::int64_t side : {l, -l}) {
        kernels_.add_combination(z.at(side), rank, weights.data(), columns_, scale,
                                 factor(factors, l_max + side));
        if (l == 0) break;
      }
    }
  }

  // A rod's part of every map's variance over the P1 box, by Parseval's theorem.
  void measure(std::int64_t r, float* factors) {
    const auto& rod = rods_.rods[index(r)];
    for (std::int64_t i = 0; i < 2 * rod.l_max + 1; ++i) {
      const Complexes f = factor(factors, i);
      for (int c = 0; c < columns_; ++c)
        power_[index(r * columns_ + c)] +=
            (rod.h == 0 ? 1.0 : 2.0) * static_cast<double>(f.re[c] * f.re[c] + f.im[c] * f.im[c]);
    }
  }

  // The maps' standard deviations, from the rods in order: they do not depend on the number of
  // threads.
  void add_up_power() {
    for (std::int64_t r = 0; r < rods_.count(); ++r)
      for (int c = 0; c < columns_; ++c) sd_[index(c)] += power_[index(r * columns_ + c)];
    for (double& sd : sd_) sd = std::sqrt(sd);
  }

  // Some of the wanted planes along a rod: rod_values_[rod][re, im][plane][column].
  void take_planes(FftColumns& z, std::int64_t r, const Planes& planes, float* factors) {
    const auto [h, k, l_max, first] = rods_.rods[index(r)];
    z.clear();
    const double correction_hk =
        read_corrections_[0][index(h)] * read_corrections_[1][index(std::abs(k))];
    for (std::int64_t l = -l_max; l <= l_max; ++l) {
      const auto scale =
          static_cast<float>(correction_hk * read_corrections_[2][index(std::abs(l))]);
      const Complexes from = factor(factors, l_max + l), to = z.at(l);
      for (int c = 0; c < columns_; ++c) to.re[c] = scale * from.re[c];
      for (int c = 0; c < columns_; ++c) to.im[c] = scale * from.im[c];
    }
    z.backward();
    z.read(wanted_.first[2] + planes.first, planes.count, rod_values(r),
           rod_values(r) + planes.count * columns_);
  }

  // Every plane of the maps from its part of the rods, handed on row by row.
  void rods_to_planes(const Planes& planes, const RowSink& sink) {
    const std::int64_t nx = wanted_.count[0], ny = wanted_.count[1];
    const std::int64_t columns = columns_, row_size = (ny + 1) * columns;
    const Fft fft_y(wanted_.sampling[1]), fft_x(wanted_.sampling[0]);
    struct Room {
      LargeArray half;  // (h, re and im, row, column)
      std::vector<float> values, next_values;
      FftColumns x, y;
    };
    const auto make_room = [&]() -> Room {
      return {LargeArray(index(rods_.h_count() * 2 * row_size), 0.0f),
              std::vector<float>(index(nx * columns)),
              std::vector<float>(index(nx * columns)),
              {fft_x, columns_, kernels_},
              {fft_y, columns_, kernels_}};
    };
    parallel_for(team_, planes.count, 1, make_room, [&](Room& room, std::int64_t p) {
      auto& [half, values, next_values, x, y] = room;
      for (std::int64_t h = 0; h < rods_.h_count(); ++h) {
        y.clear();
        const std::int64_t k_max = rods_.k_max[index(h)];
        for (std::int64_t k = -k_max; k <= k_max; ++k) {
          const std::int64_t rod = rods_.first[index(h)] + k + k_max;
          const float* from = rod_values(rod) + p * columns;
          copy_columns(from, columns_, y.at(k).re);
          copy_columns(from + planes.count * columns, columns_, y.at(k).im);
        }
        y.backward();
        float* re = half.data() + h * 2 * row_size;
        y.read(wanted_.first[1], ny, re, re + row_size);
      }
      // Two real rows from one complex transform: z(h) = a(h) + i·b(h), z(−h) = a*(h) + i·b*(h).
      for (std::int64_t row = 0; row < ny; row += 2) {
        x.clear();
        for (std::int64_t h = 0; h < rods_.h_count(); ++h) {
          const float* re = half.data() + h * 2 * row_size + row * columns;
          const float* im = re + row_size;
          const Complexes u = x.at(h), v = x.at(-h);
          for (std::int64_t f = 0; f < columns; ++f) {
            const float ar = re[f], ai = im[f], br = re[columns + f], bi = im[columns + f];
            v.re[f] = ar + bi;
            v.im[f] = br - ai;
            u.re[f] = ar - bi;
            u.im[f] = ai + br;
          }
        }
        x.backward();
        x.read(wanted_.first[0], nx, values.data(), next_values.data());
        sink(planes.first + p, row, values.data(), sd_);
        if (row + 1 < ny) sink(planes.first + p, row + 1, next_values.data(), sd_);
      }
    });
  }

  // The structure factors of one reflection of a rod.
  Complexes factor(float* factors, std::int64_t i) const {
    float* re = factors + i * 2 * columns_;
    return {re, re + columns_};
  }

  double table_row(std::int64_t h, std::int64_t k, std::int64_t l) const {
    double s2 = 0;
    const Index3 hkl{h, k, l};
    for (std::size_t a = 0; a < 3; ++a) {
      const double s = static_cast<double>(hkl[a]) / box_.cell[a];
      s2 += s * s;
    }
    return std::min(std::sqrt(s2) * resolution_, 1.0) * static_cast<double>(basis_.rows);
  }

  const SpectralKernels& kernels_ = spectral_kernels();
  double resolution_;
  P1Box box_;
  MapBox wanted_;
  int team_;
  int columns_;
  Index3 highest_;
  Rods rods_;
  AtomBasis basis_;
  SpreadAtoms atoms_;
  std::array<std::vector<double>, 3> corrections_, read_corrections_;
  std::int64_t rod_size_ = 0;
  LargeArray rod_values_;      // of each rod, along z: what comes in, then what goes out
  std::vector<double> power_;  // (rod, column)
  std::vector<double> sd_;     // (column)
};

}  // namespace

void spectral_maps(const Scatterers& atoms, Span<double> slopes, Span<double> factors,
                   double resolution, const P1Box& box, const MapBox& wanted, int threads,
                   const RowSink& sink) {
  Transform(atoms, slopes, factors, resolution, box, wanted, threads).run(sink);
}

std::size_t columns_at_once(std::size_t atoms, std::size_t factors, double resolution,
                            const P1Box& box) {
  const auto reflections = Rods(box, resolution).reflections;
  int columns = max_columns;
  while (columns > 1 && bytes(reflections, columns) > working_memory(atoms, reflections) / 2)
    columns /= 2;
  return std::min(index(columns), factors);
}

}  // namespace qscore

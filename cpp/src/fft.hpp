// Fast Fourier transforms of many short series side by side.
//
// A Stockham transform reads and writes runs of consecutive numbers; with the series interleaved,
// the runs are at least as long as there are series, so the compiler vectorises every pass. That is
// why this is not a library's one-dimensional transform: those vectorise within a series, after
// transposing.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "spectral_kernels.hpp"

namespace qscore {

/// The smallest number >= n without a prime factor above 5.
inline std::int64_t smooth_size(std::int64_t n) {
  for (;; ++n) {
    std::int64_t rest = n;
    for (const int p : {2, 3, 5})
      while (rest % p == 0) rest /= p;
    if (rest == 1) return n;
  }
}

/// A Fourier transform of n points, n without a prime factor above 5, of up to `columns`
/// interleaved series.
class Fft {
 public:
  explicit Fft(std::int64_t n) : n_(static_cast<int>(n)) {
    int rest = n_;
    for (const int radix : {5, 4, 3, 2})
      for (; rest % radix == 0; rest /= radix) radices_.push_back(radix);
    const double turn = -2 * std::acos(-1.0) / static_cast<double>(n);
    for (int k = 0; k < n_; ++k) {
      cosines_.push_back(static_cast<float>(std::cos(turn * k)));
      sines_.push_back(static_cast<float>(std::sin(turn * k)));
    }
  }

  int size() const { return n_; }

  FftTables tables() const {
    return {n_, static_cast<int>(radices_.size()), radices_.data(), cosines_.data(), sines_.data()};
  }

 private:
  int n_;
  std::vector<int> radices_;
  std::vector<float> cosines_, sines_;
};

/// Room for the series of one transform, and the transform itself. Each thread has its own.
class FftColumns {
 public:
  FftColumns(const Fft& fft, int columns, const SpectralKernels& kernels)
      : fft_(fft),
        kernels_(kernels),
        columns_(columns),
        size_(static_cast<std::size_t>(fft.size()) * static_cast<std::size_t>(columns)),
        memory_(static_cast<float*>(::operator new(4 * size_ * sizeof(float), cache_line))) {
    data_ = {memory_.get(), memory_.get() + size_};
    work_ = {memory_.get() + 2 * size_, memory_.get() + 3 * size_};
    clear();
  }
  FftColumns(const FftColumns&) = delete;
  FftColumns& operator=(const FftColumns&) = delete;
  FftColumns(FftColumns&&) = default;

  /// Sets all points to zero.
  void clear() {
    for (float* part : {data_.re, data_.im}) std::fill(part, part + size_, 0.0f);
  }

  /// The first column of point `index`, which counts from 0 or, as frequencies do, backwards from
  /// −1.
  Complexes at(std::int64_t index) const {
    const std::int64_t offset = (index < 0 ? index + fft_.size() : index) * columns_;
    return {data_.re + offset, data_.im + offset};
  }

  /// Copies `count` points from `first` on, around the end if need be, as (point, column).
  void read(std::int64_t first, std::int64_t count, float* re, float* im) const {
    for (std::int64_t done = 0; done < count;) {
      const std::int64_t from = ((first + done) % fft_.size() + fft_.size()) % fft_.size();
      const std::int64_t length = std::min(count - done, fft_.size() - from) * columns_;
      const Complexes run = at(from);
      std::copy(run.re, run.re + length, re + done * columns_);
      std::copy(run.im, run.im + length, im + done * columns_);
      done += length / columns_;
    }
  }

  /// Sets `count` points from `first` on; they must not go around the end.
  void write(std::int64_t first, std::int64_t count, const float* re, const float* im) {
    const Complexes run = at(first);
    std::copy(re, re + count * columns_, run.re);
    std::copy(im, im + count * columns_, run.im);
  }

  /// Σ x exp(−2πi jk/n)
  void forward() { kernels_.fft(fft_.tables(), columns_, data_, work_); }

  /// Σ x exp(+2πi jk/n): the forward transform with real and imaginary parts exchanged.
  void backward() {
    std::swap(data_.re, data_.im);
    std::swap(work_.re, work_.im);
    forward();
    std::swap(data_.re, data_.im);
    std::swap(work_.re, work_.im);
  }

 private:
  // Loads of whole vectors that straddle cache lines make a transform a fifth slower.
  static constexpr std::align_val_t cache_line{64};
  struct Free {
    void operator()(float* memory) const { ::operator delete(memory, cache_line); }
  };

  const Fft& fft_;
  const SpectralKernels& kernels_;
  int columns_;
  std::size_t size_;
  std::unique_ptr<float[], Free> memory_;
  Complexes data_{}, work_{};
};

}  // namespace qscore

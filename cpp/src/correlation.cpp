#include "qscore/correlation.hpp"

#include <cmath>
#include <stdexcept>
#include <vector>

#include "threads.hpp"

namespace qscore {

CorrelationSums& CorrelationSums::operator+=(const CorrelationSums& other) {
  n += other.n;
  m += other.m;
  c += other.c;
  mm += other.mm;
  cc += other.cc;
  mc += other.mc;
  return *this;
}

Correlation CorrelationSums::correlation() const {
  const auto ratio = [](double above, double below_squared) {
    return below_squared > 0 ? above / std::sqrt(below_squared) : 0.0;
  };
  Correlation result;
  result.points = static_cast<std::int64_t>(n);
  if (n > 0) {
    result.cc = ratio(mc, mm * cc);
    result.cc_mean = ratio(mc - m * c / n, (mm - m * m / n) * (cc - c * c / n));
  }
  return result;
}

Correlation correlate(const Volume& model_map, const Volume& map, double threshold, int threads) {
  if (!std::isfinite(threshold))
    throw std::invalid_argument("the threshold of a correlation must be finite");
  const auto& shape = model_map.shape();
  const auto& strides = model_map.strides();
  const Frame& frame = model_map.frame();
  // One sum per plane, added in order: the result does not depend on the number of threads.
  std::vector<CorrelationSums> planes(static_cast<std::size_t>(shape[0]));
  const int team = team_size(threads);
  parallel_for(team, shape[0], 1, [&](std::int64_t i) {
    CorrelationSums sums;
    for (std::int64_t j = 0; j < shape[1]; ++j)
      for (std::int64_t k = 0; k < shape[2]; ++k) {
        const double m =
            static_cast<double>(model_map.data()[i * strides[0] + j * strides[1] + k * strides[2]]);
        if (!(m > threshold)) continue;
        sums.add(m, map.value(frame.position(i, j, k)));
      }
    planes[static_cast<std::size_t>(i)] = sums;
  });
  CorrelationSums total;
  for (const CorrelationSums& sums : planes) total += sums;
  return total.correlation();
}

}  // namespace qscore

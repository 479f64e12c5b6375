/// @file
/// How well a model map agrees with a density map: the correlations CC and CC-mean.
///
/// Both compare the values m of the model map, at its grid points where m exceeds a threshold, with
/// the density map's values c interpolated there (Pintilie et al. 2025, equations 8 and 9; equation
/// 9 with |m − m̄||c − c̄| below the line, as Chimera computes it).
#pragma once

#include <cstdint>

#include "qscore/export.hpp"
#include "qscore/volume.hpp"

namespace qscore {

/// The two correlations and the number of points they are taken over; both are 0 where undefined.
struct Correlation {
  double cc = 0;            ///< m·c / (|m||c|)
  double cc_mean = 0;       ///< the same about the means
  std::int64_t points = 0;  ///< grid points of the model map above the threshold
};

/// Sums over grid points, m being the model map's values and c the density map's, from which the
/// correlations follow; sums of parts add up.
struct QSCORE_API CorrelationSums {
  double n = 0;   ///< number of points
  double m = 0;   ///< Σ m
  double c = 0;   ///< Σ c
  double mm = 0;  ///< Σ m²
  double cc = 0;  ///< Σ c²
  double mc = 0;  ///< Σ m·c

  /// Adds a point.
  void add(double model, double map) {
    n += 1;
    m += model;
    c += map;
    mm += model * model;
    cc += map * map;
    mc += model * map;
  }
  /// Adds the points of another part.
  CorrelationSums& operator+=(const CorrelationSums& other);
  /// The correlations over the points added, equations 8 and 9.
  Correlation correlation() const;
};

/// Correlates a model map with a density map.
/// @param model_map  the map whose grid points are used
/// @param map        the map that is interpolated (trilinear; 0 outside its grid)
/// @param threshold  only points where the model map is above it count
/// @param threads    0: as many as OpenMP offers; the result does not depend on it
/// @throws std::invalid_argument for a threshold that is not finite
QSCORE_API Correlation correlate(const Volume& model_map, const Volume& map, double threshold,
                                 int threads = 0);

}  // namespace qscore

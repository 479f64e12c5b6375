// The score in plain double precision, a transcription of the method without a single short cut:
// what every faster path is compared with, and what its speed is measured against.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "qscore/neighbors.hpp"
#include "qscore/score.hpp"
#include "qscore/shells.hpp"

namespace qscore::reference {

inline double pearson(const std::vector<double>& x, const std::vector<double>& y) {
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += x[i] / static_cast<double>(x.size());
    mean_y += y[i] / static_cast<double>(y.size());
  }
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

/// Q of the atoms in rows `queries`, one thread.
inline std::vector<double> score(const Volume& volume, Points atoms, Span<std::int64_t> queries,
                                 const ScoreOptions& options = {}) {
  // A little wider than the reach itself, so that is_clear alone decides about atoms at its rim.
  constexpr double slack = 1e-6;
  const double last_reach = kReachShare * options.shells * options.radius_step + slack;
  const NeighborHash hash(atoms, last_reach);
  std::vector<std::vector<Vec3>> sets;
  for (int t = 0; t < options.tries; ++t) sets.push_back(spiral_points(options.points + 2 * t));

  std::vector<double> q;
  std::vector<double> values, gaussian;
  std::vector<Vec3> near, clear;
  for (const auto query : queries) {
    const Vec3& atom = atoms[static_cast<std::size_t>(query)];
    std::vector<Vec3> others;
    for (const auto row : hash.within(atom, last_reach)) {
      const Vec3& other = atoms[row];
      if (static_cast<std::int64_t>(row) != query)
        others.push_back({other[0] - atom[0], other[1] - atom[1], other[2] - atom[2]});
    }
    values.assign(static_cast<std::size_t>(options.points), volume.value(atom));
    gaussian.assign(static_cast<std::size_t>(options.points), 1.0);
    for (int s = 1; s <= options.shells; ++s) {
      const double radius = s * options.radius_step;
      const double reach = kReachShare * radius + slack;
      near.clear();
      for (const auto& n : others)
        if (n[0] * n[0] + n[1] * n[1] + n[2] * n[2] < reach * reach) near.push_back(n);
      for (const auto& set : sets) {
        clear.clear();
        for (const auto& direction : set) {
          bool ok = true;
          for (const auto& n : near) ok = ok && is_clear(direction, radius, n);
          if (ok) clear.push_back(direction);
        }
        if (clear.size() < static_cast<std::size_t>(options.points)) continue;
        for (const auto& v : clear) {
          values.push_back(volume.value(
              {atom[0] + radius * v[0], atom[1] + radius * v[1], atom[2] + radius * v[2]}));
          gaussian.push_back(std::exp(-radius * radius / (2 * options.sigma * options.sigma)));
        }
        break;
      }
    }
    q.push_back(pearson(values, gaussian));
  }
  return q;
}

}  // namespace qscore::reference

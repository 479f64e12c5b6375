/// @file
/// The points around an atom at which the map is sampled: nearly even points on spheres, and the
/// test that drops those that belong to another atom.
///
/// A shell of radius R tries point sets of growing size until enough of a set's points are clear:
/// no other atom lies strictly within 0.9 R of a clear point. All clear points of that set are
/// used.
#pragma once

#include <vector>

#include "qscore/export.hpp"
#include "qscore/points.hpp"

namespace qscore {

/// A point is clear of an atom when it is at least this share of the shell's radius away from it.
constexpr double kClearShare = 0.9;

/// An atom farther than this many radii from the centre can cover no point of the shell.
constexpr double kReachShare = 1 + kClearShare;

/// `size` unit vectors along the spiral of Saff & Kuijlaars (1997), as MapQ places them.
/// @throws std::invalid_argument when size < 2
QSCORE_API std::vector<Vec3> spiral_points(int size);

/// Whether centre + radius·direction is clear of the atom at centre + neighbor (Å): not strictly
/// within 0.9 radius of it. This is the exact decision, in double precision; every faster test
/// agrees with it.
QSCORE_API bool is_clear(const Vec3& direction, double radius, const Vec3& neighbor);

}  // namespace qscore

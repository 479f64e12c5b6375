#include "atom_basis.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "threads.hpp"

namespace qscore {
namespace {

constexpr double pi = 3.14159265358979323846;

// Pivots below this part of the largest are dropped. Smaller parts cost transforms and bring the
// curves of the benchmarks no closer to the exact ones.
constexpr double tolerance = 1e-6;

// exp(−t) is 0 for every purpose long before this t; more is a mistake that would cost minutes.
constexpr double most_decay = 20000;

// Chebyshev points of an interval and the barycentric weights of interpolation in them (Berrut &
// Trefethen 2004).
class Chebyshev {
 public:
  Chebyshev(double low, double high, int n) {
    for (int j = 0; j < n; ++j) {
      const double angle = pi * (2 * j + 1) / (2 * n);
      points_.push_back((low + high) / 2 + (high - low) / 2 * std::cos(angle));
      weights_.push_back((j % 2 ? -1 : 1) * std::sin(angle));
    }
  }

  const std::vector<double>& points() const { return points_; }

  // How much each point counts in the interpolated value at x.
  Eigen::RowVectorXd at(double x) const {
    Eigen::RowVectorXd share = Eigen::RowVectorXd::Zero(static_cast<Eigen::Index>(points_.size()));
    for (std::size_t j = 0; j < points_.size(); ++j) {
      if (x == points_[j]) {
        share.setZero();
        share[static_cast<Eigen::Index>(j)] = 1;
        return share;
      }
      share[static_cast<Eigen::Index>(j)] = weights_[j] / (x - points_[j]);
    }
    return share / share.sum();
  }

 private:
  std::vector<double> points_, weights_;
};

// Points that resolve exp(−x·t) for x in an interval of length 1 and t up to `decay`.
int points_for(double decay) { return 12 + static_cast<int>(std::ceil(5 * std::sqrt(decay))); }

// Atoms of one form factor and one slope.
struct Class {
  std::size_t type;
  double slope;
};

// One class for each form factor in use and each point of the slopes.
struct Classes {
  std::vector<Class> list;
  std::vector<Eigen::Index> first;  // of each form factor

  Classes(const Scatterers& atoms, const std::vector<double>& slopes)
      : first(atoms.form_factors.size(), 0) {
    std::vector<char> used(atoms.form_factors.size(), 0);
    for (const auto type : atoms.types) used[static_cast<std::size_t>(type)] = 1;
    for (std::size_t type = 0; type < used.size(); ++type) {
      first[type] = static_cast<Eigen::Index>(list.size());
      if (used[type])
        for (const double u : slopes) list.push_back({type, u});
    }
  }
};

// Scattering of a class under every factor f.
template <class Out>
void scattering(const Scatterers& atoms, const Class& of, double s2, Span<double> factors,
                Out* out) {
  const double g = atoms.form_factors[of.type](s2);
  for (const double f : factors) *out++ = static_cast<Out>(g * std::exp(-of.slope * f * s2 / 4));
}

// The few classes that stand for all, by a QR decomposition with column pivoting. Eigen's would go
// through all columns; this one, Gram-Schmidt's, ends at the rank, a tenth of their number.
struct Representatives {
  std::vector<Class> list;
  Eigen::MatrixXd shares;  // (representative, class): how much of each a class is made of

  // From the scattering of every class, a column each.
  Representatives(Eigen::MatrixXd columns, const std::vector<Class>& classes) {
    const Eigen::Index n = columns.cols();
    Eigen::VectorXd norms = columns.colwise().norm().transpose();
    std::vector<Eigen::Index> pivots;
    Eigen::MatrixXd r(0, n);
    for (double first = 0; static_cast<Eigen::Index>(pivots.size()) < n;) {
      Eigen::Index pivot = 0;
      const double norm = norms.maxCoeff(&pivot);
      if (pivots.empty()) first = norm;
      if (!(norm > tolerance * first)) break;
      const auto k = static_cast<Eigen::Index>(pivots.size());
      const Eigen::VectorXd direction = columns.col(pivot) / norm;
      r.conservativeResize(k + 1, n);
      for (Eigen::Index j = 0; j < n; ++j) {
        r(k, j) = direction.dot(columns.col(j));
        columns.col(j) -= r(k, j) * direction;
        norms[j] = columns.col(j).norm();
      }
      // What rounding leaves of the pivot must not count again.
      columns.col(pivot).setZero();
      norms[pivot] = 0;
      pivots.push_back(pivot);
    }
    if (pivots.empty()) {  // nothing scatters
      pivots.push_back(0);
      r = Eigen::MatrixXd::Zero(1, n);
      r(0, 0) = 1;
    }
    const auto rank = static_cast<Eigen::Index>(pivots.size());
    Eigen::MatrixXd chosen(rank, rank);
    for (Eigen::Index k = 0; k < rank; ++k) {
      chosen.col(k) = r.col(pivots[static_cast<std::size_t>(k)]);
      list.push_back(classes[static_cast<std::size_t>(pivots[static_cast<std::size_t>(k)])]);
    }
    shares = chosen.triangularView<Eigen::Upper>().solve(r);
  }
};

}  // namespace

AtomBasis make_atom_basis(const Scatterers& atoms, Span<double> slopes, Span<double> factors,
                          double resolution, int team) {
  const double s2_max = 1 / (resolution * resolution);
  const auto [lowest, highest] = std::minmax_element(slopes.begin(), slopes.end());
  const double f_max = *std::max_element(factors.begin(), factors.end());
  double b_max = 0;
  for (const FormFactor& g : atoms.form_factors)
    b_max = std::max(b_max, *std::max_element(g.b.begin(), g.b.end()));
  const double decay = (*highest * f_max + b_max) * s2_max / 4;
  if (!(decay <= most_decay))
    throw std::invalid_argument(
        "B factors and the form factors' widths must be at most 80,000 Å² for a map at 1 Å, "
        "d² times that at another resolution");

  const Chebyshev slope(
      *lowest, *highest,
      *lowest == *highest ? 1 : points_for((*highest - *lowest) * f_max * s2_max / 4));
  const Chebyshev s2(0, s2_max, points_for(decay));
  const Classes classes(atoms, slope.points());
  Eigen::MatrixXd samples(static_cast<Eigen::Index>(s2.points().size() * factors.size()),
                          static_cast<Eigen::Index>(classes.list.size()));
  parallel_for(team, samples.cols(), 1, [&](std::int64_t c) {
    double* sample = samples.col(c).data();
    for (const double t : s2.points()) {
      scattering(atoms, classes.list[static_cast<std::size_t>(c)], t, factors, sample);
      sample += factors.size();
    }
  });
  const Representatives representatives(std::move(samples), classes.list);

  AtomBasis basis;
  basis.rank = static_cast<int>(representatives.list.size());
  basis.columns = static_cast<int>(factors.size());
  const std::size_t rank = representatives.list.size();
  basis.coefficients.resize(atoms.positions.size() * rank);
  const auto n_slopes = static_cast<Eigen::Index>(slope.points().size());
  parallel_for(team, static_cast<std::int64_t>(atoms.positions.size()), 64, [&](std::int64_t i) {
    const auto atom = static_cast<std::size_t>(i);
    const Eigen::Index c = classes.first[static_cast<std::size_t>(atoms.types[atom])];
    const Eigen::VectorXd mine =
        atoms.occupancies[atom] *
        (representatives.shares.middleCols(c, n_slopes) * slope.at(slopes[atom]).transpose());
    for (std::size_t k = 0; k < rank; ++k)
      basis.coefficients[atom * rank + k] = static_cast<float>(mine[static_cast<Eigen::Index>(k)]);
  });

  // Linear interpolation of exp(−decay·x²) in n steps of x is off by at most decay/(4n²). With the
  // number capped, that stays below 2e-5.
  basis.rows = std::clamp<std::int64_t>(
      static_cast<std::int64_t>(std::ceil(std::sqrt(decay / (4 * 3e-6)))), 64, 16384);
  basis.functions.resize(static_cast<std::size_t>(basis.rows + 2) * rank * factors.size());
  parallel_for(team, basis.rows + 2, 64, [&](std::int64_t row) {
    const double x =
        static_cast<double>(std::min(row, basis.rows)) / static_cast<double>(basis.rows);
    float* out = basis.functions.data() + static_cast<std::size_t>(row) * rank * factors.size();
    for (const Class& of : representatives.list) {
      scattering(atoms, of, s2_max * x * x, factors, out);
      out += factors.size();
    }
  });
  return basis;
}

}  // namespace qscore

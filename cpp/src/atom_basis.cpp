#include "atom_basis.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace qscore {
namespace {

constexpr double pi = 3.14159265358979323846;

// Pivots below this part of the largest are dropped. Set by measurement: see the tests of model
// maps.
constexpr double tolerance = 1e-6;

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

}  // namespace

AtomBasis make_atom_basis(const Scatterers& atoms, Span<double> slopes, Span<double> factors,
                          double resolution, int team) {
  const double s2_max = 1 / (resolution * resolution);
  const auto [lowest, highest] = std::minmax_element(slopes.begin(), slopes.end());
  const double f_max = *std::max_element(factors.begin(), factors.end());
  double b_max = 0;
  for (const FormFactor& g : atoms.form_factors)
    b_max = std::max(b_max, *std::max_element(g.b.begin(), g.b.end()));

  // Columns of the matrix: one class of atoms for each form factor in use and each Chebyshev point
  // of the slopes.
  std::vector<char> used(atoms.form_factors.size(), 0);
  for (const auto type : atoms.types) used[static_cast<std::size_t>(type)] = 1;
  const Chebyshev slope(
      *lowest, *highest,
      *lowest == *highest ? 1 : points_for((*highest - *lowest) * f_max * s2_max / 4));
  const Chebyshev s2(0, s2_max, points_for((*highest * f_max + b_max) * s2_max / 4));
  const auto n_slopes = static_cast<Eigen::Index>(slope.points().size());
  const auto n_f = static_cast<Eigen::Index>(factors.size());
  struct Class {
    std::size_t type;
    double slope;
  };
  std::vector<Class> classes;
  std::vector<Eigen::Index> first_class(used.size(), 0);
  for (std::size_t type = 0; type < used.size(); ++type) {
    first_class[type] = static_cast<Eigen::Index>(classes.size());
    if (used[type])
      for (const double u : slope.points()) classes.push_back({type, u});
  }
  Eigen::MatrixXd samples(static_cast<Eigen::Index>(s2.points().size()) * n_f,
                          static_cast<Eigen::Index>(classes.size()));
  for (Eigen::Index c = 0; c < samples.cols(); ++c) {
    const Class& of = classes[static_cast<std::size_t>(c)];
    Eigen::Index row = 0;
    for (const double t : s2.points())
      for (const double f : factors)
        samples(row++, c) = atoms.form_factors[of.type](t) * std::exp(-of.slope * f * t / 4);
  }

  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(samples.rows(), samples.cols());
  qr.setThreshold(tolerance);
  qr.compute(samples);
  const Eigen::Index rank = std::max<Eigen::Index>(qr.rank(), 1);
  const auto& r = qr.matrixR();
  Eigen::MatrixXd shares(rank,
                         samples.cols());  // of the representatives in each class, in pivoted order
  shares.leftCols(rank).setIdentity();
  shares.rightCols(samples.cols() - rank) =
      r.topLeftCorner(rank, rank)
          .triangularView<Eigen::Upper>()
          .solve(r.topRightCorner(rank, samples.cols() - rank));
  shares = shares * qr.colsPermutation().inverse();

  AtomBasis basis;
  basis.rank = static_cast<int>(rank);
  basis.columns = static_cast<int>(n_f);
  const auto n_rank = static_cast<std::size_t>(rank);
  basis.coefficients.resize(atoms.positions.size() * n_rank);
#pragma omp parallel for num_threads(team)
  for (std::size_t a = 0; a < atoms.positions.size(); ++a) {
    const Eigen::Index c = first_class[static_cast<std::size_t>(atoms.types[a])];
    const Eigen::VectorXd mine =
        atoms.occupancies[a] * (shares.middleCols(c, n_slopes) * slope.at(slopes[a]).transpose());
    for (std::size_t k = 0; k < n_rank; ++k)
      basis.coefficients[a * n_rank + k] = static_cast<float>(mine[static_cast<Eigen::Index>(k)]);
  }

  // Linear interpolation in the table is off by at most t²/8 of the largest value, t being the
  // decay in one step.
  basis.rows = static_cast<std::int64_t>(std::ceil((*highest * f_max + b_max) * s2_max / 4 / 5e-3));
  basis.rows = std::clamp<std::int64_t>(basis.rows, 64, 16384);
  basis.functions.resize(static_cast<std::size_t>(basis.rows + 2) * n_rank * factors.size());
  const auto* pivots = qr.colsPermutation().indices().data();
#pragma omp parallel for num_threads(team)
  for (std::int64_t row = 0; row < basis.rows + 2; ++row) {
    const double t =
        s2_max * static_cast<double>(std::min(row, basis.rows)) / static_cast<double>(basis.rows);
    float* out = basis.functions.data() + static_cast<std::size_t>(row) * n_rank * factors.size();
    for (std::size_t k = 0; k < n_rank; ++k) {
      const Class& of = classes[static_cast<std::size_t>(pivots[k])];
      const double g = atoms.form_factors[of.type](t);
      for (const double f : factors)
        *out++ = static_cast<float>(g * std::exp(-of.slope * f * t / 4));
    }
  }
  return basis;
}

}  // namespace qscore

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "catch.hpp"
#include "qscore/correlation.hpp"

using namespace qscore;

namespace {

struct Field {
  Volume::Index3 shape{6, 5, 7};
  Frame frame{{1, 2, 3}, {{{0.9, 0, 0}, {0, 1.1, 0}, {0, 0, 1}}}};
  std::vector<float> values;

  explicit Field(unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    for (int n = 0; n < 6 * 5 * 7; ++n) values.push_back(normal(random));
  }
  Volume volume() const { return {values.data(), shape, {35, 7, 1}, frame}; }
};

}  // namespace

TEST_CASE("On one grid the correlations are those of the two lists of values above the threshold") {
  const Field model(1), map(2);
  double mm = 0, cc = 0, mc = 0, m_sum = 0, c_sum = 0, n = 0;
  for (std::size_t i = 0; i < model.values.size(); ++i) {
    const auto m = static_cast<double>(model.values[i]), c = static_cast<double>(map.values[i]);
    if (m <= 0.2) continue;
    mm += m * m, cc += c * c, mc += m * c, m_sum += m, c_sum += c, n += 1;
  }
  const auto result = correlate(model.volume(), map.volume(), 0.2);
  CHECK(result.points == static_cast<std::int64_t>(n));
  CHECK(result.cc == Approx(mc / std::sqrt(mm * cc)));
  CHECK(result.cc_mean == Approx((mc - m_sum * c_sum / n) /
                                 std::sqrt((mm - m_sum * m_sum / n) * (cc - c_sum * c_sum / n))));
  CHECK(correlate(model.volume(), map.volume(), 0.2, 1).cc_mean == result.cc_mean);
}

TEST_CASE("A value at the threshold does not count") {
  const Field model(6);
  const auto lowest =
      static_cast<double>(*std::min_element(model.values.begin(), model.values.end()));
  CHECK(correlate(model.volume(), model.volume(), lowest).points == 6 * 5 * 7 - 1);
}

TEST_CASE("CC-mean does not see scale and offset of the map, and a map correlates with itself") {
  const Field model(3), map(4);
  Field changed = map;
  for (float& value : changed.values) value = 3 * value + 10;
  CHECK(correlate(model.volume(), changed.volume(), -1).cc_mean ==
        Approx(correlate(model.volume(), map.volume(), -1).cc_mean));
  CHECK(correlate(model.volume(), model.volume(), -9).cc == Approx(1));
  CHECK(correlate(model.volume(), model.volume(), -9).cc_mean == Approx(1));
}

TEST_CASE("Without points, or without variance, the correlations are 0") {
  const Field model(5);
  Field constant = model;
  for (float& value : constant.values) value = 1;
  CHECK(correlate(model.volume(), model.volume(), 100).points == 0);
  CHECK(correlate(model.volume(), model.volume(), 100).cc == 0);
  CHECK(correlate(model.volume(), constant.volume(), 0).cc_mean == 0);
  CHECK_THROWS_AS(
      correlate(model.volume(), model.volume(), std::numeric_limits<double>::infinity()),
      std::invalid_argument);
  CHECK_THROWS_AS(correlate(model.volume(), model.volume(), 0, -1), std::invalid_argument);
}

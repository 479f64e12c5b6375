// Atoms scored per second: the library with one and two threads, and the plain reference in double
// precision.
//
//   qscore_benchmark POSITIONS GRID NI NJ NK ORIGIN_X ORIGIN_Y ORIGIN_Z STEP_X STEP_Y STEP_Z
//   [ROUNDS]
//
// POSITIONS: raw float64 x, y, z triples; GRID: raw float32, the first axis fastest. Each round
// runs all three in turn, so that a machine's changes of speed touch them alike; the best round of
// each counts.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <string>

#include "qscore/score.hpp"
#include "reference.hpp"

namespace {

template <class T>
std::vector<T> read(const char* path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<T> values(static_cast<std::size_t>(file.tellg()) / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(T)));
  return values;
}

template <class F>
double seconds(F f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int count, char** words) {
  if (count < 12) {
    std::fputs("usage: qscore_benchmark POSITIONS GRID NI NJ NK OX OY OZ SX SY SZ [ROUNDS]\n",
               stderr);
    return 2;
  }
  const auto atoms = read<qscore::Vec3>(words[1]);
  const auto grid = read<float>(words[2]);
  const auto number = [&](int i) { return std::strtod(words[i], nullptr); };
  qscore::Volume::Index3 shape{};
  qscore::Frame frame;
  for (std::size_t a = 0; a < 3; ++a) {
    shape[a] = std::atoll(words[3 + a]);
    frame.origin[a] = number(static_cast<int>(6 + a));
    frame.steps[a] = {0, 0, 0};
    frame.steps[a][a] = number(static_cast<int>(9 + a));
  }
  const int rounds = count > 12 ? std::atoi(words[12]) : 5;
  const qscore::Volume volume(grid.data(), shape, {1, shape[0], shape[0] * shape[1]}, frame);
  std::vector<std::int64_t> queries(atoms.size());
  std::iota(queries.begin(), queries.end(), 0);
  // The reference is slow: every fourth atom is enough to time it. Its hash of all atoms is counted
  // with them, which is about 1 % of its time.
  std::vector<std::int64_t> some;
  for (std::size_t i = 0; i < atoms.size(); i += 4) some.push_back(queries[i]);

  double one = 1e9, two = 1e9, plain = 1e9;
  qscore::Scores scores;
  std::vector<double> expected;
  for (int round = 0; round < rounds; ++round) {
    qscore::ScoreOptions options;
    options.threads = 1;
    one = std::min(one, seconds([&] { scores = qscore::score(volume, atoms, queries, options); }));
    options.threads = 2;
    two = std::min(two, seconds([&] { scores = qscore::score(volume, atoms, queries, options); }));
    plain =
        std::min(plain, seconds([&] { expected = qscore::reference::score(volume, atoms, some); }));
  }
  double worst = 0;
  for (std::size_t i = 0; i < some.size(); ++i)
    worst = std::max(worst, std::abs(expected[i] - scores.q[static_cast<std::size_t>(some[i])]));
  const auto n = static_cast<double>(atoms.size());
  const double reference_rate = static_cast<double>(some.size()) / plain;
  std::printf(
      "{\"instruction_set\": \"%s\", \"atoms\": %zu, \"one_thread\": %.0f, \"two_threads\": %.0f, "
      "\"reference\": %.0f, \"ratio\": %.2f, \"scaling\": %.2f, \"largest_difference\": %.1e}\n",
      qscore::instruction_set(), atoms.size(), n / one, n / two, reference_rate,
      n / one / reference_rate, one / two, worst);
}

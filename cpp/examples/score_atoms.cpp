// Prints the Q-score of each atom, one a line.
//
//   score_atoms POSITIONS GRID NX NY NZ X Y Z STEP [SIGMA]
//
// POSITIONS holds x y z on each line, in Å, of all atoms but hydrogens; for the grid see grid.hpp.
#include <cstdio>
#include <exception>
#include <numeric>
#include <qscore/score.hpp>

#include "grid.hpp"

int main(int count, char** arguments) {
  if (count != 10 && count != 11) {
    std::fprintf(stderr, "usage: %s POSITIONS GRID NX NY NZ X Y Z STEP [SIGMA]\n", arguments[0]);
    return 2;
  }
  try {
    const auto positions = example::read_rows<3>(arguments[1]);
    const example::Grid grid(arguments + 2);
    qscore::ScoreOptions options;
    if (count == 11) options.sigma = std::stod(arguments[10]);
    std::vector<std::int64_t> all(positions.size());
    std::iota(all.begin(), all.end(), 0);
    for (const double q : qscore::score(grid.volume(), positions, all, options).q)
      std::printf("%.17g\n", q);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", arguments[0], error.what());
    return 1;
  }
}

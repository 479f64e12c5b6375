// Tests once for each instruction set.
#pragma once

#include <cstdlib>
#include <stdexcept>

#include "qscore/score.hpp"

namespace qscore::test {

/// Runs a block with one of the instruction sets, if this machine has it.
template <class F>
void with_instruction_set(const char* name, F f) {
  setenv("QSCORE_INSTRUCTION_SET", name, 1);
  bool available = true;
  try {
    instruction_set();
  } catch (const std::invalid_argument&) {
    available = false;
  }
  if (available) f();
  unsetenv("QSCORE_INSTRUCTION_SET");
}

}  // namespace qscore::test

#pragma once

#include <string>
#include <vector>

#include "recorder/identity.hpp"

namespace buildprint {

struct ProgramResult {
  int status = 0; ///< as a shell gives it; 127 when there is no such program
  std::string output, errors;
};

/// Runs a program to its end as `identity`, with its environment and nothing to read.
ProgramResult run_program(const std::vector<std::string> &command, const Identity &identity);

} // namespace buildprint

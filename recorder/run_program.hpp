#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "recorder/identity.hpp"

namespace buildprint {

struct ProgramResult {
  int status = 0; ///< as a shell gives it; 127 when there is no such program
  std::string output, errors;
};

/// Runs a program to its end as `identity`, with its environment and nothing to read. One that is not done
/// when `patience` is over is ended.
ProgramResult run_program(const std::vector<std::string> &command, const Identity &identity,
                          std::chrono::milliseconds patience = std::chrono::hours(24));

} // namespace buildprint

#pragma once

#include <string>

#include "cmd/command_shape.hpp"

namespace buildprint {

/// The program's own manual page, in troff with the man macros.
std::string program_page(const CommandShape &program, const std::string &version);

/// The page PROGRAM-COMMAND(1).
std::string command_page(const CommandShape &program, const CommandShape &command,
                         const std::string &version);

} // namespace buildprint

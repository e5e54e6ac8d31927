#pragma once

#include <string>

#include "cmd/command_shape.hpp"

namespace buildprint {

/// A script that teaches the shell the program's commands, options and choices.
std::string bash_completion(const CommandShape &program);
std::string zsh_completion(const CommandShape &program);
std::string fish_completion(const CommandShape &program);

} // namespace buildprint

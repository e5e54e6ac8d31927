#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace buildprint {

// The words after `--` are another program's command line, and reach it as they are. CLI11 would take "[a,b]"
// for a list and "{}" for an empty one; so main() marks these words, and COMMAND takes the mark off.

/// The arguments in the order of CLI::App::parse(vector): the last first, without the program.
std::vector<std::string> marked_arguments(int argc, const char *const *argv);

/// Adds the positional COMMAND, which takes all words that are left.
CLI::Option *add_command_words(CLI::App &command, std::vector<std::string> &words);

/// Adds one positional, FILE: what stands before `--` are files, what stands behind it is a command.
CLI::Option *add_files_or_command(CLI::App &command, const std::string &description,
                                  std::vector<std::string> &files, std::vector<std::string> &words);

} // namespace buildprint

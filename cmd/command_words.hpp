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

/// The arguments in the order of CLI::App::parse(vector): the last first, without the program. With `--image`
/// what stands before `--` and is no option of the subcommand's own is for the container engine.
std::vector<std::string> marked_arguments(const CLI::App &app, int argc, const char *const *argv);

/// Adds the positional COMMAND, which takes all words that are left; those for an engine go apart.
CLI::Option *add_command_words(CLI::App &command, std::vector<std::string> &words,
                               std::vector<std::string> *engine_words = nullptr);

/// Adds one positional, FILE: what stands before `--` are files, what stands behind it is a command.
CLI::Option *add_files_or_command(CLI::App &command, const std::string &description,
                                  std::vector<std::string> &files, std::vector<std::string> &words);

} // namespace buildprint

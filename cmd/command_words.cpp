#include "cmd/command_words.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace buildprint {
namespace {

constexpr char k_mark = '\x1f';

} // namespace

std::vector<std::string> marked_arguments(int argc, const char *const *argv) {
  std::vector<std::string> arguments;
  bool behind_dashes = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    arguments.push_back(behind_dashes ? k_mark + word : word);
    behind_dashes = behind_dashes || word == "--";
  }
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

CLI::Option *add_command_words(CLI::App &command, std::vector<std::string> &words) {
  const auto take = [&words](const std::vector<std::string> &given) {
    words.clear();
    for (const auto &word : given) words.push_back(word.starts_with(k_mark) ? word.substr(1) : word);
  };
  return command.add_option_function<std::vector<std::string>>("COMMAND", take, "What to run, after --");
}

CLI::Option *add_files_or_command(CLI::App &command, const std::string &description,
                                  std::vector<std::string> &files, std::vector<std::string> &words) {
  const auto take = [&](const std::vector<std::string> &given) {
    files.clear();
    words.clear();
    for (const auto &word : given)
      if (word.starts_with(k_mark))
        words.push_back(word.substr(1));
      else
        files.push_back(word);
  };
  return command.add_option_function<std::vector<std::string>>("FILE", take, description);
}

} // namespace buildprint

#include "cmd/command_words.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace buildprint {
namespace {

constexpr char k_mark = '\x1f', k_engine_mark = '\x1e';

using Words = std::vector<std::string>;

const CLI::App *subcommand_of(const CLI::App &app, const Words &words) {
  const auto is_called = [&](const CLI::App *one) { return !words.empty() && one->get_name() == words[0]; };
  const auto found = app.get_subcommands(is_called);
  return found.empty() ? nullptr : found.front();
}

bool names_image(const Words &words) {
  return std::any_of(words.begin(), words.end(), [](const std::string &word) {
    return word == "--image" || word.starts_with("--image=");
  });
}

/// The subcommand's own option that a word is; nullptr for the engine's.
const CLI::Option *own_option(const CLI::App &command, const std::string &word) {
  const auto name = word.substr(0, word.find('='));
  if (!name.starts_with('-') || name == "--user") return nullptr; // in a container it is the engine's
  return command.get_option_no_throw(name);
}

/// Takes the engine's words out, marked.
Words take_engine_words(const CLI::App &command, Words &words) {
  Words own{words[0]}, engine;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto *option = own_option(command, words[i]);
    (option == nullptr ? engine : own)
        .push_back((option == nullptr ? std::string(1, k_engine_mark) : "") + words[i]);
    const bool takes_next =
        option != nullptr && option->get_items_expected_max() > 0 && words[i].find('=') == std::string::npos;
    if (takes_next && i + 1 < words.size()) own.push_back(words[++i]);
  }
  words = own;
  return engine;
}

} // namespace

std::vector<std::string> marked_arguments(const CLI::App &app, int argc, const char *const *argv) {
  Words arguments(argv + 1, argv + argc);
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  const Words behind(dashes, arguments.end());
  arguments.erase(dashes, arguments.end());
  const auto *command = subcommand_of(app, arguments);
  Words engine;
  if (command != nullptr && command->get_option_no_throw("--image") != nullptr && names_image(arguments))
    engine = take_engine_words(*command, arguments);
  if (!engine.empty() || !behind.empty()) arguments.emplace_back("--");
  arguments.insert(arguments.end(), engine.begin(), engine.end());
  for (std::size_t i = 1; i < behind.size(); ++i) arguments.push_back(k_mark + behind[i]);
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

CLI::Option *add_command_words(CLI::App &command, std::vector<std::string> &words,
                               std::vector<std::string> *engine_words) {
  const auto take = [&words, engine_words](const std::vector<std::string> &given) {
    words.clear();
    for (const auto &word : given) {
      if (word.starts_with(k_engine_mark) && engine_words != nullptr)
        engine_words->push_back(word.substr(1));
      else
        words.push_back(word.starts_with(k_mark) ? word.substr(1) : word);
    }
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

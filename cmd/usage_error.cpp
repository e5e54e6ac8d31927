#include "cmd/usage_error.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace buildprint {
namespace {

/// The subcommand that was being read when it went wrong.
const CLI::App *deepest(const CLI::App &app) {
  const CLI::App *at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().back();
  return at;
}

std::string path_of(const CLI::App *app) {
  return app->get_parent() == nullptr ? app->get_name() : path_of(app->get_parent()) + ' ' + app->get_name();
}

} // namespace

Error usage_error(const CLI::App &app, const CLI::ParseError &error) {
  const auto *at = deepest(app);
  const auto remaining = at->remaining();
  const auto unexpected =
      std::find_if(remaining.begin(), remaining.end(), [](const auto &word) { return word != "--"; });
  const auto see = path_of(at) + " --help";
  const auto subcommand = at == &app ? std::string() : path_of(at).substr(app.get_name().size() + 1) + ": ";
  if (unexpected == remaining.end()) return Error(subcommand + printable(error.what()), see);
  const bool has_subcommands = !at->get_subcommands([](const CLI::App *) { return true; }).empty();
  if (has_subcommands && !unexpected->starts_with('-'))
    return Error(subcommand + "unknown command '" + printable(*unexpected) + "'", see);
  return Error(subcommand + "unexpected argument '" + printable(*unexpected) + "'", see);
}

} // namespace buildprint

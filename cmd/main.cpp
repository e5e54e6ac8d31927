#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "base/error.hpp"
#include "cmd/command_words.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/usage_error.hpp"
#include "cmd/version.hpp"

namespace {

using AddCommand = void (*)(CLI::App &, buildprint::Action &);

// In the order of `buildprint --help`.
constexpr AddCommand k_commands[] = {
    buildprint::add_record, buildprint::add_fingerprint, buildprint::add_merge,       buildprint::add_diff,
    buildprint::add_show,   buildprint::add_explain,     buildprint::add_stability,   buildprint::add_import,
    buildprint::add_doctor, buildprint::add_gate,        buildprint::add_accept,      buildprint::add_policy,
    buildprint::add_log,    buildprint::add_blame,       buildprint::add_completions, buildprint::add_manual,
    buildprint::add_probe,
};

} // namespace

int main(int argc, char **argv) {
  CLI::App app{"Record what a build does, and show what is new", "buildprint"};
  app.set_version_flag("--version", std::string("buildprint ") + buildprint::version());
  app.require_subcommand(1);
  buildprint::Action action;
  for (const auto add : k_commands) add(app, action);
  try {
    app.parse(buildprint::marked_arguments(app, argc, argv));
    return action();
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0) return app.exit(error); // --help, --version
    buildprint::print_error(buildprint::usage_error(app, error));
    return buildprint::k_exit_error;
  } catch (const buildprint::Error &error) {
    buildprint::print_error(error);
    return buildprint::k_exit_error;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "buildprint: internal error: %s\n", error.what());
    return buildprint::k_exit_error;
  }
}

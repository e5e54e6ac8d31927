#include <CLI/CLI.hpp>
#include <cstdio>

#include "cmd/command_shape.hpp"
#include "cmd/commands.hpp"
#include "cmd/completion_script.hpp"
#include "cmd/exit_code.hpp"

namespace buildprint {

namespace {

int run_completions(const CommandShape &program, const std::string &shell) {
  const std::string script = shell == "bash"  ? bash_completion(program)
                             : shell == "zsh" ? zsh_completion(program)
                                              : fish_completion(program);
  std::fputs(script.c_str(), stdout);
  return k_exit_same;
}

} // namespace

// For the build, which installs the scripts; hence no group, which hides it from --help.
void add_completions(CLI::App &app, Action &action) {
  auto *command = app.add_subcommand("completions", "Print a shell's completion script")->group("");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "The shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&app, &action, shell] {
    action = [&app, shell] { return run_completions(command_shape(app), *shell); };
  });
}

} // namespace buildprint

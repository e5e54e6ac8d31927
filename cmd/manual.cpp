#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cmd/command_shape.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/manual_page.hpp"
#include "cmd/version.hpp"

namespace buildprint {

namespace {

int run_manual(const CommandShape &program, const std::filesystem::path &directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) throw system_error("cannot create " + directory.string(), error.value());
  write_file_atomically(directory / (program.name + ".1"), program_page(program, version()));
  for (const auto &command : program.commands)
    write_file_atomically(directory / (program.name + "-" + command.name + ".1"),
                          command_page(program, command, version()));
  return k_exit_same;
}

} // namespace

// For the build, which installs the pages; hence no group, which hides it from --help.
void add_manual(CLI::App &app, Action &action) {
  auto *command = app.add_subcommand("manual", "Write the manual pages into a directory")->group("");
  auto directory = std::make_shared<std::string>();
  command->add_option("DIR", *directory, "Where the pages go")->required();
  command->callback([&app, &action, directory] {
    action = [&app, directory] { return run_manual(command_shape(app), *directory); };
  });
}

} // namespace buildprint

#include "recorder/probe.hpp"

#include <CLI/CLI.hpp>

#include "cmd/commands.hpp"

namespace buildprint {

/// Not for people: `record` starts it, with privilege. recorder/probe.hpp says what it does.
void add_probe(CLI::App &app, Action &action) {
  const auto options = std::make_shared<ProbeOptions>();
  CLI::App *command = app.add_subcommand("probe", "The privileged half of `record`")->group("");
  command->add_option("--pid", options->pid)->required();
  command->add_option("--linger-ms", options->linger_ms);
  command->add_option("--ring-bytes", options->ring_bytes);
  command->add_flag("!--no-files", options->files);
  command->add_option("--watch-name", options->watched_names);
  command->add_option("--slow-reader-us", options->slow_reader_us);
  command->callback([options, &action] { action = [options] { return run_probe(*options); }; });
}

} // namespace buildprint

#include "recorder/probe.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "recorder/readiness.hpp"

namespace buildprint {
namespace {

int print_programs() {
  std::fputs(render_readiness(probe_readiness()).c_str(), stdout);
  return k_exit_same;
}

} // namespace

/// Not for people: `record` starts it, with privilege. recorder/probe.hpp says what it does.
void add_probe(CLI::App &app, Action &action) {
  const auto options = std::make_shared<ProbeOptions>();
  const auto programs = std::make_shared<bool>(false);
  CLI::App *command = app.add_subcommand("probe", "The privileged half of `record`")->group("");
  command->add_option("--pid", options->pid);
  command->add_option("--container", options->container);
  command->add_flag("--programs", *programs, "Print what the kernel makes of each program");
  command->add_option("--linger-ms", options->linger_ms);
  command->add_option("--ring-bytes", options->ring_bytes);
  command->add_flag("!--no-files", options->files);
  command->add_flag("--no-loss", options->no_loss);
  command->add_option("--watch-name", options->watched_names);
  command->add_option("--engine-socket", options->engine_sockets);
  command->add_option("--slow-reader-us", options->slow_reader_us);
  command->callback([options, programs, &action] {
    action = [options, programs] { return *programs ? print_programs() : run_probe(*options); };
  });
}

} // namespace buildprint

#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cmd/command_words.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/record_runs.hpp"
#include "cmd/run_options.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/stability.hpp"
#include "recorder/reserved_file.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

struct RecordOptionsGiven {
  RecordRequest request;
  std::string output;
};

void summarize(const RecordedRuns &recorded, const std::string &output) {
  const auto &fingerprint = recorded.canonical.fingerprint;
  std::fprintf(stderr, "buildprint: %s of %llu process%s in %.1f s: %s\n",
               counted(fingerprint.behaviors.size(), "behavior").c_str(),
               static_cast<unsigned long long>(recorded.processes), recorded.processes == 1 ? "" : "es",
               static_cast<double>(recorded.end.duration_ns) / 1e9, output.c_str());
  if (fingerprint.runs > 1)
    std::fprintf(stderr, "buildprint: %s\n", in_words(stability_of(fingerprint)).c_str());
  for (const auto &program : recorded.end.left_running)
    std::fprintf(stderr, "buildprint: still running: %s\n", program.c_str());
  for (const auto &why : fingerprint.incomplete_because)
    std::fprintf(stderr, "buildprint: incomplete: %s\n", why.c_str());
}

/// What the fingerprint is called without --name.
std::string workload_name(const RecordRequest &request, const Identity &identity) {
  const auto &container = request.container;
  if (request.question.name || !container.asks()) return describe_run(request.question, identity).name;
  return short_name(container.image.empty() ? container.running : container.image);
}

int record_and_write(RecordOptionsGiven options) {
  auto &request = options.request;
  const auto identity = take_identity(request);
  if (options.output.empty()) options.output = workload_name(request, identity) + ".fingerprint.json";
  ReservedFile result(options.output, identity);
  if (request.recording) require_writable(*request.recording);
  const auto recorded = record_runs(request, identity);
  if (recorded.exec_failure) {
    print_error(Error(recorded.exec_failure->what, recorded.exec_failure->remedy));
    return recorded.exec_failure->status;
  }
  result.write(render_fingerprint(recorded.canonical.fingerprint));
  summarize(recorded, options.output);
  if (recorded.probe_death.empty()) return recorded.status;
  print_error(Error("the probe ended before the recording did: " + recorded.probe_death,
                    "record again; `buildprint doctor` checks the probe"));
  return k_exit_record_failed;
}

/// A script must be able to tell the command's failures from buildprint's: not main's exit code.
int run_record(const RecordOptionsGiven &options) {
  try {
    return record_and_write(options);
  } catch (const Error &error) {
    print_error(error);
    return k_exit_record_failed;
  }
}

} // namespace

void add_record(CLI::App &app, Action &action) {
  const auto options = std::make_shared<RecordOptionsGiven>();
  auto &request = options->request;
  CLI::App *command = app.add_subcommand("record", "Run a command and write the fingerprint of what it does");
  command->add_option("--name", request.question.name,
                      "Name of the workload (default: the workspace's name)");
  command->add_option("-o,--output", options->output, "The fingerprint (default: NAME.fingerprint.json)")
      ->type_name("FILE");
  command->add_option("--runs", request.runs, "Run the command N times and merge the runs")
      ->check(CLI::Range(1, 1000));
  command->add_option("--recording", request.recording, "Also write the recorded events to FILE")
      ->type_name("FILE");
  command->add_flag("--vary", request.vary, "Vary the environment of each run, as `stability` does");
  add_run_options(*command, request);
  add_recording_options(*command, request);
  add_container_options(*command, request);
  add_command_words(*command, request.question.command, &request.container.options);
  command->footer(
      "Exit status: that of the command; 127 when it is not found, 126 when it cannot be executed, 128 + n\n"
      "when signal n killed it, and 125 when buildprint itself failed.\n\n"
      "With --image, options before -- that are not record's own are passed to `docker create`; the "
      "container\n"
      "is removed afterwards. A running container is recorded until --for expires, until it exits, or until\n"
      "Ctrl-C.\n\n"
      "Examples:\n"
      "  buildprint record -- make test\n"
      "  buildprint record --runs 3 --name unit-tests -o unit.json -- npm test\n"
      "  buildprint record --runs 5 --vary --copy -- make test\n"
      "  buildprint record --image node:22 -v $PWD:/src -w /src -- npm test\n"
      "  buildprint record --container shop-api --for 30s\n");
  command->callback([options, &action] {
    const auto &asked = options->request;
    if (asked.question.command.empty() && !asked.container.asks()) throw CLI::RequiredError("COMMAND");
    check_container_options(asked);
    action = [options] { return run_record(*options); };
  });
}

} // namespace buildprint

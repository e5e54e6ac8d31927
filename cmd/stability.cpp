#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cmd/command_words.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/load_side.hpp"
#include "cmd/record_runs.hpp"
#include "cmd/run_options.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/merge.hpp"
#include "fingerprint/stability.hpp"

namespace buildprint {
namespace {

struct StabilityOptions {
  std::vector<std::string> files;
  std::string output;
  bool as_found = false;
  RecordRequest request;
};

struct Observed {
  Fingerprint merged;
  std::vector<ObservedRun> runs;
};

Observed observed_in(const std::vector<std::string> &files) {
  std::vector<Fingerprint> fingerprints;
  Observed observed;
  for (const auto &file : files) fingerprints.push_back(load_side(file).fingerprint);
  observed.merged = merge(fingerprints, MergeAs::runs, files);
  for (auto &fingerprint : fingerprints) observed.runs.push_back({std::move(fingerprint), {}});
  return observed;
}

int report(const Observed &observed) {
  const auto &merged = observed.merged;
  if (merged.runs < 2)
    throw Error("stability needs several runs", "pass several runs, or a merged fingerprint");
  const auto groups = unstable_groups(merged, observed.runs);
  auto text = in_words(stability_of(merged)) + '\n';
  text += groups.empty() ? "every behavior is in every run\n" : in_words(groups, merged.runs);
  std::fwrite(text.data(), 1, text.size(), stdout);
  for (const auto &why : merged.incomplete_because)
    std::fprintf(stderr, "buildprint: incomplete: %s\n", why.c_str());
  if (!merged.complete) return k_exit_incomplete;
  return groups.empty() ? k_exit_same : k_exit_new;
}

/// The run that ended the others, in words: a condition that breaks the command is a finding by itself.
void tell_failure(const RecordedRuns &recorded) {
  if (recorded.status == 0) return;
  const auto &conditions = recorded.runs.back().conditions;
  std::fprintf(stderr, "buildprint: run %zu exited with status %d%s%s\n", recorded.runs.size(),
               recorded.status, conditions.empty() ? "" : "; it ran with ",
               join({conditions.begin(), conditions.end()}, ", ").c_str());
  if (recorded.runs.size() > 1)
    std::fprintf(stderr,
                 "  try: --keep AXIS, so that an axis which breaks the command is not varied; --copy or "
                 "--prepare, so that each run starts from the same state\n");
}

int stability_of_command(const StabilityOptions &options) {
  auto request = options.request;
  request.vary = !options.as_found;
  request.output_to_stderr = true;
  const auto identity = take_identity(request);
  if (!options.output.empty()) require_writable(options.output);
  const auto recorded = record_runs(request, identity);
  if (recorded.exec_failure) throw Error(recorded.exec_failure->what, recorded.exec_failure->remedy);
  tell_failure(recorded);
  if (!recorded.probe_death.empty())
    throw Error("the probe ended before the recording did: " + recorded.probe_death, "try again");
  if (recorded.runs.size() < 2) return k_exit_incomplete;
  if (!options.output.empty())
    write_file_atomically(options.output, render_fingerprint(recorded.canonical.fingerprint));
  return report({recorded.canonical.fingerprint, recorded.runs});
}

int run_stability(const StabilityOptions &options) {
  if (options.files.empty() == options.request.question.command.empty())
    throw Error("pass either runs or a command",
                "buildprint stability FILE…, or buildprint stability -- COMMAND…");
  return options.files.empty() ? stability_of_command(options) : report(observed_in(options.files));
}

} // namespace

void add_stability(CLI::App &app, Action &action) {
  auto options = std::make_shared<StabilityOptions>();
  auto &request = options->request;
  request.runs = 5;
  auto *command =
      app.add_subcommand("stability", "Show which behaviors vary between unchanged runs, and why");
  add_files_or_command(*command,
                       "Fingerprints or recordings of unchanged runs, or a merged one; or -- COMMAND",
                       options->files, request.question.command);
  command->add_option("--runs", request.runs, "How many times to run the command")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  command->add_flag("--as-found", options->as_found, "Vary nothing, only repeat");
  add_run_options(*command, request);
  add_recording_options(*command, request);
  command->add_option("-o,--output", options->output, "Write the merged fingerprint to FILE")
      ->type_name("FILE");
  command->footer(
      "Each run after the first has a different umask, locale, time zone, TMPDIR, number of CPUs, machine\n"
      "load and, for root, host name; with --copy also a different workspace path. HOME, the network and\n"
      "the date are not varied. The command's output goes to standard error.\n\n"
      "Exit status: 0 when every behavior is in every run, 1 when not, 2 error, 4 when the command "
      "failed.\n\n"
      "Examples:\n"
      "  buildprint stability --copy -- make test\n"
      "  buildprint stability --prepare 'make clean' --runs 10 -- make\n"
      "  buildprint stability run1.json run2.json run3.json\n"
      "  buildprint stability baseline.json");
  command->callback([options, &action] { action = [options] { return run_stability(*options); }; });
}

} // namespace buildprint

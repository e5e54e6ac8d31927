#include "cmd/record_runs.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cmd/progress.hpp"
#include "cmd/rules_in_force.hpp"
#include "cmd/run_conditions.hpp"
#include "fingerprint/merge.hpp"
#include "recorder/recording_file.hpp"

namespace buildprint {
namespace {

ProbeOptions probe_options(const RecordRequest &request, const Identity &identity, const Rules &rules) {
  ProbeOptions options;
  options.linger_ms = static_cast<std::uint32_t>(request.linger.count());
  options.files = request.files;
  options.engine_sockets = engine_socket_names(identity.environment);
  options.no_loss = request.no_loss;
  if (request.files) options.watched_names = watched_names(rules);
  return options;
}

/// One run: the recording streams into the canonicalizer, and into a file where one is kept.
RecordedRuns record_once(const RecordRequest &request, RecordOptions options, const RunConditions &conditions,
                         const Signals &signals, const Rules &rules) {
  std::optional<RecordedContainer> container;
  if (request.container.asks()) container.emplace(request.container, request.question, conditions.identity());
  if (container) container->prepare(options);
  std::optional<Canonicalizer> canonicalizer;
  std::optional<RecordingWriter> writer;
  Progress progress;
  RecordingSink sink;
  sink.begin = [&](const RunInfo &run) {
    canonicalizer.emplace(run, rules);
    if (request.recording) writer.emplace(*request.recording, run);
  };
  sink.event = [&](const Event &event) {
    canonicalizer->add(event);
    if (writer) writer->write(event);
  };
  sink.tick = [&] { progress.show(canonicalizer->processes(), canonicalizer->behaviors()); };

  auto run = container ? container->run() : describe_run(conditions.question(), conditions.identity());
  if (!container && !conditions.hostname().empty()) run.hostname = conditions.hostname();
  auto recorded = record(std::move(run), options, conditions.identity(), signals, sink);
  if (container) container->conclude(recorded);
  RecordedRuns result;
  result.end = recorded.end;
  result.status = shell_status(recorded.end.wait_status);
  result.probe_death = recorded.probe_death;
  result.exec_failure = recorded.exec_failure;
  if (recorded.exec_failure) return result;
  result.processes = canonicalizer->processes();
  result.canonical = canonicalizer->finish(recorded.end);
  if (writer) writer->finish(recorded.end);
  return result;
}

/// The shell line that makes each run start from the same: not recorded, as the command's user.
void prepare_run(const std::string &line, const Identity &identity, const Signals &signals) {
  HeldCommand command({"/bin/sh", "-c", line}, identity, signals,
                      [] { ::dup2(STDERR_FILENO, STDOUT_FILENO); });
  command.release();
  const int status = shell_status(command.wait());
  if (status != 0)
    throw Error("the --prepare command exited with status " + std::to_string(status) + ": " + printable(line),
                "fix the command, or drop --prepare");
}

void require_possible(const RecordRequest &request) {
  if (request.runs > 1 && request.recording)
    throw Error("--recording keeps one run, and --runs asks for several", "drop one of them");
  if (request.runs == 1 && request.vary) throw Error("--vary needs several runs", "add --runs 5");
  for (const auto &axis : request.keep)
    if (std::ranges::find(variable_axes(), axis) == variable_axes().end())
      throw Error("unknown axis \"" + printable(axis) + "\"", "the axes are " + join(variable_axes(), ", "));
}

void tell_conditions(const RunConditions &conditions, unsigned run, unsigned runs) {
  const auto &words = conditions.words();
  const auto varied = join({words.begin(), words.end()}, ", ");
  std::fprintf(stderr, "buildprint: run %u of %u: %s\n", run, runs,
               varied.empty() ? "nothing varied" : varied.c_str());
}

} // namespace

Identity take_identity(const RecordRequest &request) {
  auto identity = choose_identity(request.user);
  if (identity.uid == 0 && identity.source == Identity::Source::unchanged)
    std::fprintf(stderr, "buildprint: recording as root; --user NAME records as another user\n");
  act_as(identity);
  return identity;
}

std::map<std::string, std::string> labels_of(const RecordRequest &request, const Identity &identity) {
  if (request.container.asks()) return container_labels(request.question, identity);
  return describe_run(request.question, identity).labels;
}

RecordedRuns record_runs(const RecordRequest &request, const Identity &identity) {
  require_possible(request);
  static const Signals signals;
  const auto rules = request.rules ? *request.rules : rules_in_force();
  RecordOptions options;
  options.command = request.question.command;
  options.probe = probe_options(request, identity, rules);
  options.recall_container = recall_from_engines(identity);
  options.for_duration = request.for_duration;
  auto same_name = request;
  if (request.copy) same_name.question.name = describe_run(request.question, identity).name;
  std::vector<Fingerprint> fingerprints;
  std::vector<std::string> sources;
  RecordedRuns last;
  for (unsigned run = 1; run <= request.runs; ++run) {
    options.more_follow = request.more_follow || run < request.runs;
    const RunConditions conditions(same_name, identity, run);
    if (request.vary) tell_conditions(conditions, run, request.runs);
    options.prepare = [&] { conditions.prepare_command(); };
    if (request.prepare) prepare_run(*request.prepare, identity, signals);
    auto observed = std::move(last.runs);
    last = record_once(request, options, conditions, signals, rules);
    if (last.exec_failure) return last;
    observed.push_back({last.canonical.fingerprint, conditions.words()});
    last.runs = std::move(observed);
    fingerprints.push_back(last.canonical.fingerprint);
    sources.push_back("run " + std::to_string(run));
    if (last.status != 0 || !last.probe_death.empty()) break;
  }
  if (fingerprints.size() > 1) {
    last.canonical.fingerprint = merge(fingerprints, MergeAs::runs, sources);
    last.canonical.evidence.assign(last.canonical.fingerprint.behaviors.size(), {});
  }
  return last;
}

} // namespace buildprint

#include "cmd/record_runs.hpp"

#include <cstdio>

#include "base/error.hpp"
#include "cmd/progress.hpp"
#include "cmd/rules_in_force.hpp"
#include "fingerprint/merge.hpp"
#include "recorder/recording_file.hpp"

namespace buildprint {
namespace {

ProbeOptions probe_options(const RecordRequest &request, const Rules &rules) {
  ProbeOptions options;
  options.linger_ms = static_cast<std::uint32_t>(request.linger.count());
  options.files = request.files;
  if (request.files) options.watched_names = watched_names(rules);
  return options;
}

/// One run: the recording streams into the canonicalizer, and into a file where one is kept.
RecordedRuns record_once(const RecordRequest &request, const RecordOptions &options, const Identity &identity,
                         const Signals &signals, const Rules &rules) {
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

  const auto recorded = record(describe_run(request.question, identity), options, identity, signals, sink);
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

} // namespace

Identity take_identity(const RecordRequest &request) {
  auto identity = choose_identity(request.user);
  if (identity.uid == 0 && identity.source == Identity::Source::unchanged)
    std::fprintf(stderr, "buildprint: recording as root; --user NAME records as somebody else\n");
  act_as(identity);
  return identity;
}

RecordedRuns record_runs(const RecordRequest &request, const Identity &identity) {
  if (request.runs > 1 && request.recording)
    throw Error("a recording is of one run", "leave out --recording or --runs");
  static const Signals signals;
  const auto rules = request.rules ? *request.rules : rules_in_force();
  RecordOptions options{request.question.command, probe_options(request, rules), false};
  std::vector<Fingerprint> fingerprints;
  std::vector<std::string> sources;
  RecordedRuns last;
  for (unsigned run = 1; run <= request.runs; ++run) {
    options.more_follow = request.more_follow || run < request.runs;
    last = record_once(request, options, identity, signals, rules);
    if (last.exec_failure) return last;
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

#include "cmd/record_runs.hpp"

#include <cstdio>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cmd/progress.hpp"
#include "cmd/rules_in_force.hpp"
#include "recorder/recording_file.hpp"

namespace buildprint {
namespace {

ProbeOptions probe_options(const RecordRequest &request) {
  ProbeOptions options;
  options.linger_ms = static_cast<std::uint32_t>(request.linger.count());
  options.files = request.files;
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
  static const Signals signals;
  const auto rules = request.rules ? *request.rules : rules_in_force();
  RecordOptions options{request.question.command, probe_options(request), request.more_follow};
  return record_once(request, options, identity, signals, rules);
}

} // namespace buildprint

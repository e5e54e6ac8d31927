#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "recorder/annotate.hpp"
#include "recorder/container_link.hpp"
#include "recorder/identity.hpp"
#include "recorder/launcher.hpp"
#include "recorder/probe.hpp"
#include "recorder/recording.hpp"

namespace buildprint {

struct RecordOptions {
  std::vector<std::string> command; ///< empty: nothing is started, a container that runs is recorded
  ProbeOptions probe;               ///< its `pid` is found here; not where it follows a container
  ContainerStart own_container;     ///< what that one is called
  Surroundings surroundings;
  ContainerLinker::Recall recall_container;              ///< asks an engine
  std::optional<std::chrono::milliseconds> for_duration; ///< where nothing is started
  /// Another recording is made after this one, so that root, if there is any, is kept apart (Broker).
  bool more_follow = false;
  /// Called in the command's process before it becomes the command.
  std::function<void()> prepare;
};

/// Where a recording goes while it happens.
struct RecordingSink {
  std::function<void(const RunInfo &)> begin; ///< once, before the first event
  EventSink event;
  std::function<void()> tick; ///< several times a second
};

struct Recorded {
  RunEnd end;
  bool container_seen = false; ///< a process in a container
  std::string probe_death;     ///< why the probe ended early, in words; empty when it did not
  std::optional<ExecFailure> exec_failure;
};

/// Runs the command, as `identity`, and records all that it and its descendants do: holds it, starts the
/// probe, lets it run, decodes, adds what only the machine knows (user names, tracked files, contents of
/// programs), and says what was lost. `run` is completed with what the probe knows. Throws Error when the
/// recording could not begin; the command has not run then.
Recorded record(RunInfo run, const RecordOptions &options, const Identity &identity, const Signals &signals,
                const RecordingSink &sink);

} // namespace buildprint

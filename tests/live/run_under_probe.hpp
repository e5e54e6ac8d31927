#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "recorder/decode.hpp"
#include "recorder/probe.hpp"

namespace buildprint {

/// A command that ran under the real probe.
struct ProbedRun {
  ProcessKey main_process;
  std::vector<Event> events;
  std::string output; ///< what the command wrote to its standard output
  int wait_status = 0;
  Loss loss;
  Census census;
  std::vector<ProcessKey> still_running;
  std::vector<MissingProgram> missing;

  template <typename Body> std::vector<std::pair<Event, Body>> all() const {
    std::vector<std::pair<Event, Body>> found;
    for (const Event &event : events)
      if (const auto *body = std::get_if<Body>(&event.body)) found.emplace_back(event, *body);
    return found;
  }

  /// Throws when there is none: the test fails then, and the others still run.
  template <typename Body> std::pair<Event, Body> last() const {
    const auto found = all<Body>();
    return found.at(found.size() - 1);
  }
};

/// When the probe's records are read: as they come, or only when the command has ended and the probe, too, is
/// about to end.
enum class Reading : std::uint8_t { as_they_come, at_the_end };

/// Without `record`: forks the command, holds it, starts run_probe() in another child, lets it run. Throws
/// Error, and ends the test program with 77 (skipped) where this machine cannot record.
ProbedRun run_under_probe(const std::vector<std::string> &command, ProbeOptions options = {},
                          Reading reading = Reading::as_they_come);

/// Says that the rest of a test case cannot run here, where tests/summary.py counts it.
void say_skipped(const char *why);

} // namespace buildprint

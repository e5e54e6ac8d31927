#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fingerprint/canonicalize.hpp"
#include "fingerprint/rules.hpp"
#include "fingerprint/unstable.hpp"
#include "recorder/container.hpp"
#include "recorder/record.hpp"
#include "recorder/run_info.hpp"

namespace buildprint {

/// What `record` and `gate` are asked to run.
struct RecordRequest {
  RunQuestion question;
  ContainerQuestion container;                           ///< instead of a command, or with one
  std::optional<std::chrono::milliseconds> for_duration; ///< of a container that runs
  std::optional<std::string> user;
  unsigned runs = 1;
  std::optional<std::filesystem::path> recording; ///< of the last run, kept there
  std::chrono::milliseconds linger{5000};
  bool files = true;
  bool no_loss = false;       ///< stop processes rather than lose what they do
  std::optional<Rules> rules; ///< instead of those in force here
  bool more_follow = false;   ///< record_runs() is called again: root, if there is any, is kept apart
  // Of several runs:
  bool vary = false;                  ///< each under other conditions, see RunConditions
  std::set<std::string> keep;         ///< axes that are left alone nevertheless
  std::optional<std::string> prepare; ///< a shell line before each run, which is not recorded
  bool copy = false;                  ///< each in a fresh copy of the workspace, at another path
  bool output_to_stderr = false;      ///< the command's; standard output is the caller's
};

struct RecordedRuns {
  CanonicalRun canonical;        ///< of all runs; the evidence is the last one's when there are several
  std::vector<ObservedRun> runs; ///< one by one, when there are several
  RunEnd end;                    ///< of the last
  std::uint64_t processes = 0;   ///< of the last
  int status = 0;                ///< the command's, as a shell gives it
  std::optional<ExecFailure> exec_failure; ///< then there is nothing else
  std::string probe_death;                 ///< why the probe ended early, in words; empty when it did not
};

/// From here on files are opened and made as the command's user: call it before outputs are checked.
Identity take_identity(const RecordRequest &request);

/// Those that the fingerprint will have.
std::map<std::string, std::string> labels_of(const RecordRequest &request, const Identity &identity);

/// Runs, records and fingerprints the command, and stops at the first run that fails. Throws Error when
/// buildprint failed. The recording is kept only when the command could be executed.
RecordedRuns record_runs(const RecordRequest &request, const Identity &identity);

} // namespace buildprint

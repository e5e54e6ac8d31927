#pragma once

namespace buildprint {

/// Exit codes are a contract (docs/command-line.md): scripts depend on them.
enum ExitCode : int {
  k_exit_same = 0,
  k_exit_new = 1,
  k_exit_error = 2, ///< usage or internal error; outranks k_exit_new
  k_exit_no_baseline = 3,
  k_exit_incomplete = 4,      ///< events lost, probe missing, or the command failed: never a pass
  k_exit_record_failed = 125, ///< `record` alone: buildprint itself failed, not the command
};

} // namespace buildprint

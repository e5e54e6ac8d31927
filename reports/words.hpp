#pragma once

#include <string>
#include <string_view>

#include "diff/diff.hpp"
#include "reports/reports.hpp"

namespace buildprint {

// What all reports say in the same words. Results are inert text; nothing here is escaped for a format.

/// "connects to evil.example:443/tcp", "runs", …; the user is named when it is not `expected_user`.
std::string describe_action(const Behavior &behavior, std::string_view expected_user = "builder");

/// "/usr/bin/make > /usr/bin/curl connects to evil.example:443/tcp as root"
std::string describe(const Behavior &behavior);

/// "never seen before", "known parts, first time together", "known step, new caller"
std::string_view describe_novelty(int novelty);

/// "1/3 runs": the support of what was recorded more than once; empty for a single run.
std::string describe_support(std::string_view seen);

/// "npm package left-pad 1.3.0 → 1.3.1, postinstall"
std::string describe(const Package &package);

/// "package-lock.json:4120"
std::string describe(const Place &place);

/// "unit-tests: 1 finding, 3 new behaviors": the one line that a report starts with.
std::string headline(const Diff &diff);

/// One thing that the reader can do about the verdict.
struct NextStep {
  std::string when;    ///< "Expected?"
  std::string command; ///< to be typed; may be empty
  std::string then;    ///< a sentence
};

/// As one line.
std::string describe(const NextStep &step);

/// Empty when nothing is to be done.
std::vector<NextStep> next_steps(const Diff &diff, const RenderOptions &options);

/// The command that accepts a finding.
std::string accept_command(const Finding &finding);

/// The committed fingerprint, relative to the repository.
std::string fingerprint_file(const Diff &diff, const RenderOptions &options);

/// "1 finding", "2 findings"
std::string counted(std::size_t count, std::string_view singular);

} // namespace buildprint

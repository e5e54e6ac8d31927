#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "diff/diff.hpp"
#include "fingerprint/canonicalize.hpp"

namespace buildprint {

/// A run as builds are: make, compilers, npm, tests; at least `behaviors` of them, with evidence and times.
CanonicalRun sample_run(std::size_t behaviors);

/// Two findings upon sample_run(behaviors), something accepted, changed, moved and gone.
struct SampleDiff {
  Fingerprint base, head;
  std::vector<Evidence> evidence; ///< of the head
  Diff diff;
};
SampleDiff sample_diff(std::size_t behaviors);

/// Names that try to leave their place in a page.
const std::vector<std::string> &hostile_names();

/// Every text of a run and a diff is hostile.
CanonicalRun hostile_run();
Diff hostile_diff();

} // namespace buildprint

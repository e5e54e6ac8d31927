#pragma once

#include "diff/diff.hpp"
#include "diff/policy.hpp"

namespace buildprint {

/// Base × head × policy → diff. `evidence` is parallel to head.behaviors, or empty.
/// Throws Error when the two cannot be compared at all (other rules, other formats).
Diff compare(const Fingerprint &base, const Fingerprint &head, const Policy &policy,
             const std::vector<Evidence> &evidence = {});

} // namespace buildprint

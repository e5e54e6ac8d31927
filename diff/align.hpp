#pragma once

#include <string>
#include <vector>

#include "diff/diff.hpp"
#include "diff/rewrite.hpp"
#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// A behavior of one side that the other does not have word for word.
using BehaviorRefs = std::vector<const Behavior *>;

/// The base told in the head's terms: what the head calls otherwise, but is the same.
struct Alignment {
  std::vector<Behavior> base;    ///< sorted; empty when nothing had to be rewritten
  std::vector<Renaming> renamed; ///< by which it was rewritten, one after the other
  std::vector<Change> changed;
  std::string user_before, user_now; ///< of the whole run, when that changed; else empty
};

/// Finds the run's other user, system programs that moved between system directories, other versions of
/// toolchains, and scripts that were renamed. `base_rest` and `head_rest` are what the two do not share: only
/// that can tell of a change.
Alignment align(const Fingerprint &base, const Fingerprint &head, const BehaviorRefs &base_rest,
                const BehaviorRefs &head_rest);

} // namespace buildprint

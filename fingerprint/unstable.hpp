#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// One of several runs of an unchanged workload.
struct ObservedRun {
  Fingerprint fingerprint;
  /// What was so in this run and not in every other: "LC_ALL=C", "1 CPU". Empty where nobody knows.
  std::set<std::string> conditions;
};

/// Behaviors that are not in every run, and what they have in common.
struct UnstableGroup {
  enum class Cause {
    random_name,    ///< they differ in one field, which holds something random
    first_run,      ///< in the first run only, or in all but the first
    condition,      ///< exactly in the runs of which `what` is true
    known,          ///< tagged optional: they come and go by themselves
    comes_and_goes, ///< none of these: a branch that timing or chance takes
  };
  Cause cause = Cause::comes_and_goes;
  std::string what; ///< in words, for the reader: a condition, or the field and a rule that would join it
  std::vector<Behavior> behaviors; ///< their `seen` counts the runs
};

/// Sorted by cause. REQUIRES: `merged` is the merge of `runs`, as runs.
std::vector<UnstableGroup> unstable_groups(const Fingerprint &merged, std::span<const ObservedRun> runs);

/// The groups as text: what varies, why, and what to do about it. Empty when everything is in every run.
std::string in_words(std::span<const UnstableGroup> groups, std::uint32_t runs);

} // namespace buildprint

#pragma once

#include <span>
#include <string>
#include <vector>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

enum class MergeAs {
  runs,   ///< whole runs of one workload: each is one more in which a behavior could be seen
  shards, ///< parts of one run: together they are one
};

/// The union of behaviors, with the number of runs that support each. Never an intersection, and no
/// wildcard is ever made. Commutative and associative in all parts; merging again what was merged adds its
/// runs again, as support counts must.
/// Throws Error when names, rules or labels differ. `sources` name the inputs in messages.
Fingerprint merge(std::span<const Fingerprint> fingerprints, MergeAs as,
                  const std::vector<std::string> &sources);

} // namespace buildprint

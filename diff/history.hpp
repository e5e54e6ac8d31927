#pragma once

#include <string>
#include <vector>

#include "base/git.hpp"
#include "diff/baseline.hpp"
#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// What one commit did to a committed fingerprint.
struct FingerprintVersion {
  Commit commit;
  bool history_ends = false; ///< a shallow clone stops here: what it added may be older
  bool removed_file = false;
  std::vector<Behavior> added, removed;
};

/// Every version of the fingerprint of `name` that HEAD can see, youngest first. Versions are told apart by
/// their behavior lines alone, so that a damaged one does not hide the rest. Throws Error when there is none.
std::vector<FingerprintVersion> fingerprint_history(const GitRepository &repository, const std::string &name,
                                                    Store store);

/// Why a behavior is there: the entry of the newest policy that accepted it; nullptr when none did.
const PolicyEntry *acceptance_of(const Policy &policy, const Behavior &behavior, const std::string &workload);

} // namespace buildprint

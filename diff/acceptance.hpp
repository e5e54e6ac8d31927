#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diff/policy.hpp"
#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// What somebody decided about some behaviors, and why.
struct Acceptance {
  std::vector<Behavior> behaviors;
  std::string workload, reason, owner;
  std::string expires; ///< empty = for good
};

/// `committed` with `behaviors` of `head` and what `head` notes about their programs and packages. Nothing is
/// taken away, so that the file changes by the new lines and the digest alone.
Fingerprint with_behaviors(const Fingerprint &committed, const Fingerprint &head,
                           const std::vector<Behavior> &behaviors);

/// `committed` without what `head` does not do any more.
Fingerprint without_absent(const Fingerprint &committed, const Fingerprint &head);

/// The text of a policy (empty: a new one) with one entry added to the end of its list `list` ("accepted" or
/// "deny"); everything else, comments too, stays byte for byte. Throws Error when `policy` is not a policy,
/// or when the acceptance says no reason.
std::string with_entry(std::string_view policy, std::string_view source, std::string_view list,
                       const Acceptance &acceptance);

} // namespace buildprint

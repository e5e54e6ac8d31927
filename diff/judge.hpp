#pragma once

#include <cstdint>
#include <vector>

#include "diff/baseline.hpp"
#include "diff/diff.hpp"

namespace buildprint {

/// Whether what the change under test accepts itself may pass (it is listed apart in any case).
enum class SelfAcceptance : std::uint8_t { listed, refused };

/// `head` held against the baseline. The change's own claims decide nothing but which new behaviors count as
/// accepted by it; entries of the base's policy that deny outrank them.
Diff judge(const Baseline &baseline, const OwnClaims &claims, const Fingerprint &head,
           const std::vector<Evidence> &evidence, SelfAcceptance self_acceptance);

} // namespace buildprint

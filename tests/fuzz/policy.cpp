// A policy is read or refused with an Error; what was read can decide and be written to, and the written text
// is a policy again that accepts what was added.
#include <cstdint>

#include "base/error.hpp"
#include "diff/acceptance.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace buildprint;
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  try {
    auto policy = parse_policy(text, "policy");
    Behavior behavior;
    behavior.kind = Kind::connect;
    behavior.user = "builder";
    behavior.lineage = parse_lineage_text("$WS/ci > /usr/bin/npm install > /usr/bin/curl");
    behavior.object = Object::parse(behavior.kind, "[2001:db8::1]:443/tcp");
    rule_on_new(policy, behavior, "unit-tests");
    Fingerprint fingerprint;
    fingerprint.name = "unit-tests";
    fingerprint.behaviors = {behavior};
    policy_notices(policy, fingerprint, fingerprint);
    const Acceptance acceptance{{behavior}, "unit-tests", "reason", {}, {}};
    const auto written = parse_policy(with_entry(text, "policy", "accepted", acceptance), "written");
    if (written.accepted.size() != policy.accepted.size() + 1) __builtin_trap();
    if (!matches(written.accepted.back(), behavior, "unit-tests")) __builtin_trap();
  } catch (const Error &) {
    // Refused: the other good outcome.
  }
  return 0;
}

// A map is read or refused with an Error, and what was read can be applied.
#include <cstdint>

#include "base/error.hpp"
#include "diff/environment_map.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace buildprint;
  try {
    const auto map = parse_environment_map({reinterpret_cast<const char *>(data), size}, "map");
    Fingerprint fingerprint;
    Behavior behavior;
    behavior.kind = Kind::connect;
    behavior.user = "builder";
    behavior.lineage = parse_lineage_text("/srv/app/bin/server > /usr/bin/curl");
    behavior.object = Object::parse(behavior.kind, "db.example:443/tcp");
    fingerprint.behaviors = {behavior};
    std::vector<Evidence> evidence(1);
    apply(map, fingerprint, evidence);
    if (fingerprint.behaviors.size() != 1 || evidence.size() != 1) __builtin_trap();
  } catch (const Error &) {
    // Refused: the other good outcome.
  }
  return 0;
}

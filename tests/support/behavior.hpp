#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fingerprint/behavior.hpp"

namespace buildprint {

/// A behavior from the texts of a fingerprint's line.
inline Behavior make_behavior(Kind kind, std::string user, const std::vector<std::string> &lineage,
                              const std::string &object = {}, std::uint32_t seen = 1, bool optional = false,
                              std::string package = {}) {
  Behavior behavior;
  behavior.kind = kind;
  behavior.user = std::move(user);
  behavior.lineage = parse_lineage(lineage);
  behavior.object = Object::parse(kind, object);
  behavior.seen = seen;
  behavior.optional = optional;
  behavior.package = std::move(package);
  return behavior;
}

} // namespace buildprint

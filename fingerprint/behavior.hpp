#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fingerprint/object.hpp"
#include "fingerprint/program.hpp"

namespace buildprint {

enum class Kind : std::uint8_t { exec, connect, listen, resolve, become, read, write, inspect, kernel };

std::string_view to_string(Kind kind);
std::optional<Kind> kind_from(std::string_view text);

/// One canonical thing that a lineage did, as a user. The key is (kind, user, lineage, object); the rest
/// may change without a new behavior.
struct Behavior {
  Kind kind = Kind::exec;
  std::string user; ///< "builder", "root", "nobody", "other:NAME"
  Lineage lineage;  ///< programs from the recorded command down to the actor
  Object object;    ///< empty for exec

  std::uint32_t seen = 1; ///< in how many runs
  bool optional = false;  ///< known to come and go ; kept, and tagged
  std::string package;    ///< "npm:left-pad postinstall": on whose behalf, without version; may be empty
};

/// Order of the file: kind, then lineage, object, user.
bool key_less(const Behavior &a, const Behavior &b);
bool same_key(const Behavior &a, const Behavior &b);

/// XXH3-128 over the tagged, delimited key, in 32 hex digits. A short name, never a proof of equality.
std::string behavior_id(const Behavior &behavior);

} // namespace buildprint

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

enum class Kind : std::uint8_t { exec, connect, listen, resolve, become, read, write, inspect, kernel };

std::string_view to_string(Kind kind);
std::optional<Kind> kind_from(std::string_view text);

/// One canonical thing that a lineage did, as a user. The key is (kind, user, lineage, object); the rest
/// may change without a new behavior.
struct Behavior {
  Kind kind = Kind::exec;
  std::string user;                 ///< "builder", "root", "nobody", "other:NAME"
  std::vector<std::string> lineage; ///< programs from the recorded command down to the actor
  std::string object;               ///< empty for exec

  std::uint32_t seen = 1; ///< in how many runs
  bool optional = false;  ///< known to come and go (rule R16); kept, and tagged
  std::string package;    ///< "npm:left-pad postinstall": on whose behalf, without version; may be empty
};

/// Order of the file: kind, then lineage, object, user.
bool key_less(const Behavior &a, const Behavior &b);
bool same_key(const Behavior &a, const Behavior &b);

/// XXH3-128 over the tagged, delimited key, in 32 hex digits. A short name, never a proof of equality.
std::string behavior_id(const Behavior &behavior);

/// A fact about a program or a package that may change without a new behavior. One line in the file each.
struct Attribute {
  std::string subject; ///< "/usr/bin/gcc" or "npm:left-pad"
  std::string name;    ///< "version", "content", "sent:HOST:PORT/tcp"
  std::string value;
  friend auto operator<=>(const Attribute &, const Attribute &) = default;
};

/// The set of behaviors of one workload. Sorted, without duplicates; see docs/fingerprint-format.md.
struct Fingerprint {
  std::string name;
  std::string rules; ///< "1-HASH": version and hash of the canonical rules
  std::map<std::string, std::string> labels;
  bool complete = true;
  std::vector<std::string> incomplete_because; ///< in words; empty when complete
  std::uint32_t runs = 1;
  std::vector<Behavior> behaviors;
  std::vector<Attribute> attributes;
  std::vector<std::string> coverage_gaps; ///< what could not be followed, in words

  /// "xxh3:HEX" over name, rules and all keys, in file order.
  std::string digest() const;
};

} // namespace buildprint

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "fingerprint/behavior.hpp"

namespace buildprint {

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

#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// What is compared: the last three programs of the lineage, user, kind and object, as one text. Fields
/// are delimited by a byte that printable text cannot hold, so equal texts are equal fields.
std::string compared_key(const Behavior &behavior);
/// Of the lineage without its element `index`; for tools that stand one level deeper.
std::string compared_key_without(const Behavior &behavior, std::size_t index);

std::string lineage_text(const std::vector<std::string> &lineage, std::size_t length);
std::string lineage_text(const std::vector<std::string> &lineage);

/// What one fingerprint knows, indexed for questions about another's behaviors.
class Known {
 public:
  explicit Known(const std::vector<Behavior> &behaviors);

  /// A behavior with the same compared key; nullptr when there is none.
  const Behavior *find(const Behavior &behavior) const;
  bool has_key(const std::string &key) const { return keys_.count(key) != 0; }
  bool has_program(std::string_view program) const { return programs_.count(program) != 0; }
  bool has_user(std::string_view user) const { return users_.count(user) != 0; }
  /// The host, secret, sink or name was reached by anybody, under the same kind.
  bool has_reached(const Behavior &behavior) const;

  /// 1 the same from the parent down, under a new grandparent; 2 the parts are known, never together;
  /// 3 the program, host or sink was never seen.
  int novelty(const Behavior &behavior) const;

 private:
  std::unordered_map<std::string, const Behavior *> keys_;
  std::unordered_set<std::string> from_parent_;
  std::unordered_set<std::string> reached_;
  std::unordered_set<std::string_view> programs_, users_;
};

} // namespace buildprint

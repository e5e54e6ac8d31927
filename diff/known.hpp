#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// How many programs of the lineage are compared.
constexpr std::size_t k_compared_depth = 3;

/// What is compared: the last three programs of the lineage, user, kind and object, as one text. Fields
/// are delimited by a byte that printable text cannot hold, so equal texts are equal fields.
std::string compared_key(const Behavior &behavior);
/// Of the lineage without its element `index`; for tools that stand one level deeper.
std::string compared_key_without(const Behavior &behavior, std::size_t index);

/// The first `length` programs as one text, a key for maps.
std::string lineage_text(const Lineage &lineage, std::size_t length);
std::string lineage_text(const Lineage &lineage);

/// Behaviors by the last `depth` programs of their lineage, user, kind and object: hashes to find them, the
/// fields to decide.
class KeyIndex {
 public:
  explicit KeyIndex(std::size_t depth) : depth_(depth) {}
  void reserve(std::size_t behaviors) { entries_.reserve(behaviors); }
  void add(const Behavior &behavior);
  /// Call once, after the last add().
  void sort();
  /// The first added with that key; nullptr when there is none.
  const Behavior *find(const Behavior &behavior) const;

 private:
  struct Entry {
    std::size_t hash;
    const Behavior *behavior;
  };
  std::size_t depth_;
  std::vector<Entry> entries_;
};

/// All programs of the lineages.
using Programs = std::unordered_set<Program>;
Programs programs_of(const std::vector<Behavior> &behaviors);

/// What one fingerprint knows, indexed for questions about another's behaviors. Keeps views into it.
class Known {
 public:
  explicit Known(const std::vector<Behavior> &behaviors);

  /// A behavior with the same compared key; nullptr when there is none.
  const Behavior *find(const Behavior &behavior) const { return keys_.find(behavior); }
  bool has_program(const Program &program) const { return programs_.count(program) != 0; }
  /// The host, secret, sink or name was reached by anybody, under the same kind.
  bool has_reached(const Behavior &behavior) const;

  /// 1 the same from the parent down, under a new grandparent; 2 the parts are known, never together;
  /// 3 the program, host or sink was never seen.
  int novelty(const Behavior &behavior) const;

 private:
  KeyIndex keys_, from_parent_;
  Programs programs_;
  std::unordered_set<std::string_view> users_;
  std::unordered_map<Kind, std::unordered_set<std::string>> reached_;
};

} // namespace buildprint

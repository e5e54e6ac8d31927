#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "fingerprint/canonicalize.hpp"
#include "fingerprint/compiled_rules.hpp"
#include "fingerprint/graph.hpp"

namespace buildprint {

/// Who did something, in numbers of one recording.
struct Actor {
  NodeId node = k_no_program_yet;
  std::uint32_t user = 0, package = 0; ///< text numbers; package 0 = none
  friend auto operator<=>(const Actor &, const Actor &) = default;
};

/// How often and when something was seen, with raw values to show.
struct Sightings {
  std::uint64_t count = 0, first_ns = 0, last_ns = 0;
  std::vector<std::string> raw; ///< at most k_shown, as they came

  static constexpr std::size_t k_shown = 3;
  void add(std::uint64_t time_ns);
  void show(const std::string &value);
  void add(const Sightings &other);
};

/// Distinct behaviors, with what stands behind them.
class BehaviorTable {
 public:
  struct Entry {
    Sightings seen;
    std::vector<Rewrite> rewrites;
    std::set<std::uint32_t> packages;
    bool fresh() const { return seen.count == 1; }
  };
  /// Counts one more of the kind; the entry lets the caller add raw values.
  Entry &add(Kind kind, const Actor &actor, std::uint32_t object, std::uint64_t time_ns);
  std::size_t size() const { return entries_.size(); }
  /// Sorted as the file is, equal ones joined, and whether each is optional.
  void write_to(CanonicalRun &run, const CausalGraph &graph, const Interner &texts,
                const ObjectTable &objects, const CompiledRules &rules) const;

 private:
  struct Key {
    std::uint64_t kind_and_user, node_and_object;
    friend bool operator==(const Key &, const Key &) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key &key) const {
      return (key.node_and_object ^ key.kind_and_user * 0xD6E8FEB86659FD93u) * 0x9E3779B97F4A7C15u;
    }
  };
  std::unordered_map<Key, Entry, KeyHash> entries_;
};

} // namespace buildprint

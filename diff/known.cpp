#include "diff/known.hpp"

#include <algorithm>

#include "diff/object.hpp"

namespace buildprint {
namespace {

constexpr char k_delimiter = '\x1f';

void append(std::string &key, std::string_view field) {
  key += field;
  key += k_delimiter;
}

/// The last `depth` programs (all but `skip`), then the rest of the key.
std::string key_of(const Behavior &behavior, std::size_t depth, std::size_t skip) {
  const auto &lineage = behavior.lineage;
  std::string key;
  key.reserve(128);
  std::size_t first = lineage.size();
  for (std::size_t taken = 0; first > 0 && taken < depth;)
    if (--first != skip) ++taken;
  for (std::size_t i = first; i < lineage.size(); ++i)
    if (i != skip) append(key, lineage[i].text());
  key += k_delimiter;
  append(key, to_string(behavior.kind));
  append(key, behavior.user);
  key += behavior.object.text();
  return key;
}

constexpr std::size_t first_of(const Behavior &behavior, std::size_t depth) {
  return behavior.lineage.size() > depth ? behavior.lineage.size() - depth : 0;
}

std::size_t hash_of(const Behavior &behavior, std::size_t depth) {
  constexpr std::size_t k_odd = 0x9E3779B97F4A7C15; // 2^64 / golden ratio: spreads sums of hashes
  const std::hash<std::string_view> hash;
  auto sum = static_cast<std::size_t>(behavior.kind);
  const auto mix = [&](std::string_view field) { sum = (sum ^ hash(field)) * k_odd; };
  for (auto i = first_of(behavior, depth); i < behavior.lineage.size(); ++i) mix(behavior.lineage[i].text());
  mix(behavior.user);
  mix(behavior.object.text());
  return sum;
}

bool same_fields(const Behavior &a, const Behavior &b, std::size_t depth) {
  return a.kind == b.kind && a.object == b.object && a.user == b.user &&
         std::equal(a.lineage.begin() + static_cast<std::ptrdiff_t>(first_of(a, depth)), a.lineage.end(),
                    b.lineage.begin() + static_cast<std::ptrdiff_t>(first_of(b, depth)), b.lineage.end());
}

} // namespace

std::string compared_key(const Behavior &behavior) {
  return key_of(behavior, k_compared_depth, behavior.lineage.size());
}

std::string compared_key_without(const Behavior &behavior, std::size_t index) {
  return key_of(behavior, k_compared_depth, index);
}

std::string lineage_text(const Lineage &lineage, std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) append(text, lineage[i].text());
  return text;
}

std::string lineage_text(const Lineage &lineage) {
  return lineage_text(lineage, lineage.size());
}

void KeyIndex::add(const Behavior &behavior) {
  entries_.push_back({hash_of(behavior, depth_), &behavior});
}

void KeyIndex::sort() {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry &a, const Entry &b) { return a.hash < b.hash; });
}

const Behavior *KeyIndex::find(const Behavior &behavior) const {
  const auto hash = hash_of(behavior, depth_);
  auto entry = std::lower_bound(entries_.begin(), entries_.end(), hash,
                                [](const Entry &a, std::size_t wanted) { return a.hash < wanted; });
  for (; entry != entries_.end() && entry->hash == hash; ++entry)
    if (same_fields(*entry->behavior, behavior, depth_)) return entry->behavior;
  return nullptr;
}

Programs programs_of(const std::vector<Behavior> &behaviors) {
  Programs programs;
  const Behavior *before = nullptr; // neighbors in file order share most programs: those are not looked up
  for (const auto &behavior : behaviors) {
    for (std::size_t i = 0; i < behavior.lineage.size(); ++i)
      if (before == nullptr || i >= before->lineage.size() || before->lineage[i] != behavior.lineage[i])
        programs.insert(behavior.lineage[i]);
    before = &behavior;
  }
  return programs;
}

Known::Known(const std::vector<Behavior> &behaviors)
    : keys_(k_compared_depth), from_parent_(k_compared_depth - 1), programs_(programs_of(behaviors)) {
  keys_.reserve(behaviors.size());
  from_parent_.reserve(behaviors.size());
  for (const auto &behavior : behaviors) {
    keys_.add(behavior);
    from_parent_.add(behavior);
    if (auto what = reached(behavior); !what.empty()) reached_[behavior.kind].insert(std::move(what));
    users_.insert(behavior.user);
  }
  keys_.sort();
  from_parent_.sort();
}

bool Known::has_reached(const Behavior &behavior) const {
  const auto what = reached(behavior);
  const auto of_kind = reached_.find(behavior.kind);
  return what.empty() || (of_kind != reached_.end() && of_kind->second.count(what) != 0);
}

int Known::novelty(const Behavior &behavior) const {
  if (from_parent_.find(behavior) != nullptr) return 1;
  const bool program_known = behavior.lineage.empty() || has_program(behavior.lineage.back());
  return program_known && users_.count(behavior.user) != 0 && has_reached(behavior) ? 2 : 3;
}

} // namespace buildprint

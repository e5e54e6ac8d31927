#include "diff/known.hpp"

#include "diff/object.hpp"

namespace buildprint {
namespace {

constexpr char k_delimiter = '\x1f';
constexpr std::size_t k_compared_depth = 3;

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
    if (i != skip) append(key, lineage[i]);
  key += k_delimiter;
  append(key, to_string(behavior.kind));
  append(key, behavior.user);
  key += behavior.object;
  return key;
}

std::string reached_key(const Behavior &behavior) {
  std::string key(to_string(behavior.kind));
  key += k_delimiter;
  return key += reached(behavior);
}

} // namespace

std::string compared_key(const Behavior &behavior) {
  return key_of(behavior, k_compared_depth, behavior.lineage.size());
}

std::string compared_key_without(const Behavior &behavior, std::size_t index) {
  return key_of(behavior, k_compared_depth, index);
}

std::string lineage_text(const std::vector<std::string> &lineage, std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) append(text, lineage[i]);
  return text;
}

std::string lineage_text(const std::vector<std::string> &lineage) {
  return lineage_text(lineage, lineage.size());
}

Known::Known(const std::vector<Behavior> &behaviors) {
  keys_.reserve(behaviors.size());
  from_parent_.reserve(behaviors.size());
  for (const auto &behavior : behaviors) {
    keys_.emplace(compared_key(behavior), &behavior);
    from_parent_.insert(key_of(behavior, 2, behavior.lineage.size()));
    reached_.insert(reached_key(behavior));
    users_.insert(behavior.user);
    for (const auto &program : behavior.lineage) programs_.insert(program);
  }
}

const Behavior *Known::find(const Behavior &behavior) const {
  const auto found = keys_.find(compared_key(behavior));
  return found == keys_.end() ? nullptr : found->second;
}

bool Known::has_reached(const Behavior &behavior) const {
  return reached_.count(reached_key(behavior)) != 0;
}

int Known::novelty(const Behavior &behavior) const {
  if (from_parent_.count(key_of(behavior, 2, behavior.lineage.size())) != 0) return 1;
  const bool program_known = behavior.lineage.empty() || has_program(behavior.lineage.back());
  return program_known && has_user(behavior.user) && has_reached(behavior) ? 2 : 3;
}

} // namespace buildprint

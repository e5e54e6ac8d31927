#include "fingerprint/behavior_table.hpp"

#include <algorithm>

namespace buildprint {

void Sightings::add(std::uint64_t time_ns) {
  first_ns = count == 0 ? time_ns : std::min(first_ns, time_ns);
  last_ns = std::max(last_ns, time_ns);
  ++count;
}

void Sightings::show(const std::string &value) {
  if (raw.size() < k_shown && std::find(raw.begin(), raw.end(), value) == raw.end()) raw.push_back(value);
}

void Sightings::add(const Sightings &other) {
  if (other.count == 0) return;
  first_ns = count == 0 ? other.first_ns : std::min(first_ns, other.first_ns);
  last_ns = std::max(last_ns, other.last_ns);
  count += other.count;
  for (const auto &value : other.raw) show(value);
}

BehaviorTable::Entry &BehaviorTable::add(Kind kind, const Actor &actor, std::uint32_t object,
                                         std::uint64_t time_ns) {
  const Key key{static_cast<std::uint64_t>(kind) << 32 | actor.user,
                std::uint64_t{actor.node} << 32 | object};
  auto &entry = entries_[key];
  entry.seen.add(time_ns);
  entry.packages.insert(actor.package);
  return entry;
}

void BehaviorTable::write_to(CanonicalRun &run, const CausalGraph &graph, const Interner &texts,
                             const ObjectTable &objects, const CompiledRules &rules) const {
  std::vector<std::pair<Behavior, const Entry *>> lines;
  lines.reserve(entries_.size());
  for (const auto &[key, entry] : entries_) {
    Behavior behavior;
    behavior.kind = static_cast<Kind>(key.kind_and_user >> 32);
    behavior.user = texts[static_cast<std::uint32_t>(key.kind_and_user)];
    behavior.lineage = graph.lineage(static_cast<NodeId>(key.node_and_object >> 32));
    behavior.object = objects[static_cast<std::uint32_t>(key.node_and_object)];
    if (entry.packages.size() == 1) behavior.package = texts[*entry.packages.begin()];
    behavior.optional = rules.is_optional(to_string(behavior.kind), behavior.lineage, behavior.object.text());
    lines.emplace_back(std::move(behavior), &entry);
  }
  std::sort(lines.begin(), lines.end(),
            [](const auto &a, const auto &b) { return key_less(a.first, b.first); });
  for (auto &[behavior, entry] : lines) {
    auto &behaviors = run.fingerprint.behaviors;
    const bool again = !behaviors.empty() && same_key(behaviors.back(), behavior);
    if (!again) {
      behaviors.push_back(std::move(behavior));
      run.evidence.emplace_back().rewrites = entry->rewrites;
    } else if (behaviors.back().package != behavior.package) {
      behaviors.back().package.clear();
    }
    auto &evidence = run.evidence.back();
    Sightings seen{evidence.count, evidence.first_ns, evidence.last_ns, std::move(evidence.raw)};
    seen.add(entry->seen);
    evidence.raw = std::move(seen.raw);
    evidence.count = seen.count;
    evidence.first_ns = seen.first_ns;
    evidence.last_ns = seen.last_ns;
  }
}

} // namespace buildprint

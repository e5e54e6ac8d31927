#include "diff/policy.hpp"

#include <algorithm>
#include <ctime>
#include <tuple>

#include "base/text.hpp"
#include "diff/pattern.hpp"

namespace buildprint {
namespace {

bool is_network(Kind kind) {
  return kind == Kind::connect || kind == Kind::listen || kind == Kind::resolve;
}

bool glob_or_unasked(const std::string &pattern, std::string_view text) {
  return pattern.empty() || glob_matches(pattern, text);
}

const PolicyEntry *first_match(const std::vector<PolicyEntry> &entries, std::string_view today,
                               const Behavior &behavior, std::string_view workload) {
  for (const auto &entry : entries)
    if (!expired(entry, today) && matches(entry, behavior, workload)) return &entry;
  return nullptr;
}

bool only_stars(std::string_view pattern) {
  return pattern.find_first_not_of("*>/ ") == std::string_view::npos;
}

bool matches_any(const PolicyEntry &entry, const Fingerprint &fingerprint) {
  return std::any_of(fingerprint.behaviors.begin(), fingerprint.behaviors.end(),
                     [&](const auto &behavior) { return matches(entry, behavior, fingerprint.name); });
}

std::string_view to_string(Decision decision) {
  return decision == Decision::allow ? "allow" : decision == Decision::warn ? "warn" : "deny";
}

} // namespace

bool too_broad(const PolicyEntry &entry) {
  if (!entry.behaviors.empty()) return false;
  const bool by_actor = !only_stars(entry.program) || !only_stars(entry.lineage);
  const bool by_target =
      !only_stars(entry.object) || (!entry.destination.empty() && !destination_too_broad(entry.destination));
  return !by_actor && !by_target;
}

bool expired(const PolicyEntry &entry, std::string_view today) {
  return !entry.expires.empty() && !today.empty() && entry.expires < today;
}

bool matches(const PolicyEntry &entry, const Behavior &behavior, std::string_view workload) {
  const auto &kinds = entry.kinds;
  if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), behavior.kind) == kinds.end()) return false;
  if (!glob_or_unasked(entry.workload, workload) || !glob_or_unasked(entry.user, behavior.user)) return false;
  if (!glob_or_unasked(entry.object, behavior.object.text())) return false;
  if (!entry.destination.empty() &&
      (!is_network(behavior.kind) || !destination_matches(entry.destination, behavior.object)))
    return false;
  if (!entry.program.empty() &&
      (behavior.lineage.empty() || !glob_matches(entry.program, behavior.lineage.back().text())))
    return false;
  if (!entry.lineage.empty() && !lineage_matches(entry.lineage, behavior.lineage)) return false;
  if (entry.behaviors.empty()) return true;
  return std::ranges::any_of(entry.behaviors, [&](const auto &one) { return same_key(one, behavior); });
}

bool same_entry(const PolicyEntry &a, const PolicyEntry &b) {
  const auto fields = [](const PolicyEntry &entry) {
    return std::tie(entry.decision, entry.kinds, entry.program, entry.lineage, entry.user, entry.destination,
                    entry.object, entry.workload, entry.reason, entry.owner, entry.expires);
  };
  return fields(a) == fields(b) && std::ranges::equal(a.behaviors, b.behaviors, same_key);
}

Ruling rule_on_new(const Policy &policy, const Behavior &behavior, std::string_view workload) {
  if (const auto *entry = denied(policy, behavior, workload)) return {Decision::deny, entry};
  for (const auto *entries : {&policy.allow, &policy.accepted})
    if (const auto *entry = first_match(*entries, policy.today, behavior, workload))
      return {Decision::allow, entry};
  const auto level = policy.levels.find(behavior.kind);
  return {level == policy.levels.end() ? Decision::deny : level->second, nullptr};
}

const PolicyEntry *denied(const Policy &policy, const Behavior &behavior, std::string_view workload) {
  return first_match(policy.deny, policy.today, behavior, workload);
}

std::string describe(const PolicyEntry &entry) {
  std::string out = "line " + std::to_string(entry.line) + ", " + std::string(to_string(entry.decision));
  for (const auto &kind : entry.kinds) {
    out += &kind == &entry.kinds.front() ? " " : ",";
    out += buildprint::to_string(kind);
  }
  const auto add = [&](std::string_view word, const std::string &pattern) {
    if (!pattern.empty()) ((out += word) += pattern);
  };
  add(" by ", entry.program);
  add(" under ", entry.lineage);
  add(" as ", entry.user);
  add(" to ", entry.destination);
  add(" of ", entry.object);
  add(" in ", entry.workload);
  if (!entry.behaviors.empty()) out += " " + std::to_string(entry.behaviors.size()) + " single";
  return out + " (" + entry.reason + ")";
}

std::vector<std::string> policy_notices(const Policy &policy, const Fingerprint &base,
                                        const Fingerprint &head) {
  std::vector<std::string> notices;
  const auto tell = [&](const PolicyEntry &entry, const std::string &what) {
    notices.push_back(policy.source + ": " + what + ": " + describe(entry));
  };
  for (const auto *entries : {&policy.deny, &policy.allow, &policy.accepted})
    for (const auto &entry : *entries) {
      if (expired(entry, policy.today))
        tell(entry, "expired on " + entry.expires);
      else if (entry.decision == Decision::deny || !glob_or_unasked(entry.workload, head.name))
        continue; // a deny entry that matches nothing does what it is for
      else if (too_broad(entry))
        tell(entry, "too broad, it allows what nobody has looked at");
      else if (!matches_any(entry, base) && !matches_any(entry, head))
        tell(entry, "unused, it matches nothing in " + head.name);
    }
  return notices;
}

bool fails_gate(const Policy &policy, const Finding &finding, std::string_view workload) {
  for (const auto *list : {&finding.behaviors, &finding.more})
    for (const auto &item : *list)
      if (rule_on_new(policy, item.behavior, workload).decision == Decision::deny) return true;
  return finding.behaviors.empty();
}

std::string today_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char date[16];
  ::gmtime_r(&now, &parts);
  std::strftime(date, sizeof date, "%Y-%m-%d", &parts);
  return date;
}

} // namespace buildprint

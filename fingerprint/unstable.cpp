#include "fingerprint/unstable.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.hpp"
#include "fingerprint/stability.hpp"

namespace buildprint {
namespace {

using Cause = UnstableGroup::Cause;
using Presence = std::vector<bool>;

constexpr std::size_t k_most_shown = 12;
/// Fewer runs under a condition, or without it, coincide with anything by chance.
constexpr std::ptrdiff_t k_least_for_condition = 2;

Presence presence_of(const Behavior &behavior, std::span<const ObservedRun> runs) {
  Presence presence;
  for (const auto &run : runs) {
    const auto &behaviors = run.fingerprint.behaviors;
    presence.push_back(std::binary_search(behaviors.begin(), behaviors.end(), behavior, key_less));
  }
  return presence;
}

std::map<std::string, Presence> presence_of_conditions(std::span<const ObservedRun> runs) {
  std::map<std::string, Presence> conditions;
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (const auto &condition : runs[i].conditions) {
      auto &presence = conditions[condition];
      presence.resize(runs.size());
      presence[i] = true;
    }
  std::erase_if(conditions, [&](const auto &condition) {
    const auto with = std::count(condition.second.begin(), condition.second.end(), true);
    return with < k_least_for_condition || std::ssize(runs) - with < k_least_for_condition;
  });
  return conditions;
}

/// In the first run only, or in all but the first.
bool sets_first_apart(const Presence &presence) {
  return presence.size() > 2 && std::all_of(presence.begin() + 1, presence.end(),
                                            [&](bool present) { return present != presence.front(); });
}

std::string condition_of(const Presence &presence, const std::map<std::string, Presence> &conditions) {
  std::vector<std::string> same;
  for (const auto &[condition, where] : conditions)
    if (where == presence) same.push_back(condition);
  return join(same, " or ");
}

const char *advice(Cause cause) {
  switch (cause) {
  case Cause::random_name:
    return "every run has another name there: add the rule to .buildprint/rules.json, or have the tool take "
           "a "
           "fixed name; more runs do not help";
  case Cause::first_run:
    return "the first run made or fetched what the others found: run with --copy, or with --prepare and a "
           "command that cleans up; or record once cold and once warm, and merge both";
  case Cause::condition:
    return "the command depends on it (or it is chance: more runs tell): set it in the command, or let the "
           "baseline have runs of both kinds";
  case Cause::known:
    return "tagged optional; nothing to do";
  case Cause::comes_and_goes:
    return "a poll, a retry or a race: merge these runs into the baseline, where what was seen once stays "
           "known, or make the command wait for what it polls";
  }
  return "";
}

std::string title(const UnstableGroup &group) {
  switch (group.cause) {
  case Cause::random_name:
    return "a random name: " + group.what;
  case Cause::first_run:
    return "in the first run only, or in all but the first\n";
  case Cause::condition:
    return "each time with " + group.what + ", never without\n";
  case Cause::known:
    return "known to come and go\n";
  case Cause::comes_and_goes:
    return "come and go\n";
  }
  return {};
}

std::string line_of(const Behavior &behavior, std::uint32_t runs) {
  auto line = "  " + std::to_string(behavior.seen) + '/' + std::to_string(runs) + "  " +
              std::string(to_string(behavior.kind)) + ' ' + text_of(behavior.lineage);
  if (!behavior.object.empty()) line += "  " + behavior.object.text();
  return line + '\n';
}

} // namespace

std::vector<UnstableGroup> unstable_groups(const Fingerprint &merged, std::span<const ObservedRun> runs) {
  std::map<std::tuple<Cause, std::string>, std::vector<Behavior>> groups;
  std::map<std::size_t, std::string> random;
  for (const auto &field : random_fields(merged))
    for (const auto index : field.behaviors) random.emplace(index, in_words(field));
  const auto conditions = presence_of_conditions(runs);
  for (std::size_t i = 0; i < merged.behaviors.size(); ++i) {
    const auto &behavior = merged.behaviors[i];
    if (behavior.seen >= merged.runs) continue;
    const auto presence = presence_of(behavior, runs);
    const auto condition = condition_of(presence, conditions);
    if (behavior.optional)
      groups[{Cause::known, ""}].push_back(behavior);
    else if (const auto field = random.find(i); field != random.end())
      groups[{Cause::random_name, field->second}].push_back(behavior);
    else if (sets_first_apart(presence))
      groups[{Cause::first_run, ""}].push_back(behavior);
    else if (!condition.empty())
      groups[{Cause::condition, condition}].push_back(behavior);
    else
      groups[{Cause::comes_and_goes, ""}].push_back(behavior);
  }
  std::vector<UnstableGroup> result;
  for (auto &[key, behaviors] : groups)
    result.push_back({std::get<Cause>(key), std::get<std::string>(key), std::move(behaviors)});
  return result;
}

std::string in_words(std::span<const UnstableGroup> groups, std::uint32_t runs) {
  std::string text;
  for (const auto &group : groups) {
    text += '\n' + title(group);
    for (std::size_t i = 0; i < std::min(group.behaviors.size(), k_most_shown); ++i)
      text += line_of(group.behaviors[i], runs);
    if (group.behaviors.size() > k_most_shown)
      text += "  and " + std::to_string(group.behaviors.size() - k_most_shown) + " more\n";
    text += std::string("  → ") + advice(group.cause) + '\n';
  }
  return text;
}

} // namespace buildprint

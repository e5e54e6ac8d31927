#include "cmd/selection.hpp"

#include <algorithm>
#include <functional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "diff/pattern.hpp"

namespace buildprint {
namespace {

using Wanted = std::function<bool(const Behavior &)>;

std::vector<Behavior> behaviors_of(const Finding &finding, const Wanted &wanted) {
  std::vector<Behavior> behaviors;
  for (const auto *list : {&finding.behaviors, &finding.more})
    for (const auto &item : *list)
      if (wanted(item.behavior)) behaviors.push_back(item.behavior);
  return behaviors;
}

std::vector<Behavior> matching(const Diff &diff, const Wanted &wanted) {
  std::vector<Behavior> behaviors;
  for (const auto &finding : diff.findings)
    for (auto &behavior : behaviors_of(finding, wanted)) behaviors.push_back(std::move(behavior));
  return behaviors;
}

std::vector<Behavior> by_id(const Diff &diff, const std::string &id) {
  constexpr std::size_t k_shortest = 4;
  if (id.size() < k_shortest)
    throw Error("\"" + printable(id) + "\" is too short for an id", "give at least four digits");
  std::vector<const Finding *> findings;
  for (const auto &finding : diff.findings)
    if (finding.id.starts_with(id)) findings.push_back(&finding);
  const auto behaviors =
      matching(diff, [&](const auto &behavior) { return behavior_id(behavior).starts_with(id); });
  if (findings.size() + behaviors.size() > 1)
    throw Error("several ids begin with " + printable(id), "give more digits");
  if (!findings.empty()) return behaviors_of(*findings.front(), [](const auto &) { return true; });
  if (!behaviors.empty()) return behaviors;
  throw Error("no new behavior and no finding has the id " + printable(id),
              "`buildprint gate` lists the ids; accept --all accepts everything");
}

std::vector<Behavior> required(std::vector<Behavior> behaviors, const std::string &option,
                               const std::string &glob) {
  if (behaviors.empty())
    throw Error(option + " " + printable(glob) + " matches nothing new",
                "** matches across slashes, * does not");
  return behaviors;
}

} // namespace

std::vector<Behavior> select(const Diff &diff, const Selection &selection) {
  std::vector<Behavior> result;
  const auto add = [&](const std::vector<Behavior> &behaviors) {
    result.insert(result.end(), behaviors.begin(), behaviors.end());
  };
  for (const auto &id : selection.ids) add(by_id(diff, id));
  if (selection.all) add(matching(diff, [](const auto &) { return true; }));
  if (!selection.subtree.empty()) {
    const auto under = [&](const Behavior &behavior) {
      return std::ranges::any_of(behavior.lineage, [&](const auto &program) {
        return glob_matches(selection.subtree, program.text());
      });
    };
    add(required(matching(diff, under), "--subtree", selection.subtree));
  }
  if (!selection.pattern.empty()) {
    const auto fits = [&](const Behavior &behavior) {
      const auto &subject = behavior.object.empty() ? behavior.lineage.back().text() : behavior.object.text();
      return glob_matches(selection.pattern, subject);
    };
    add(required(matching(diff, fits), "--pattern", selection.pattern));
  }
  std::sort(result.begin(), result.end(), key_less);
  result.erase(std::unique(result.begin(), result.end(), same_key), result.end());
  return result;
}

} // namespace buildprint

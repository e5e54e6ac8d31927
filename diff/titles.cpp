#include "diff/titles.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "diff/name_series.hpp"
#include "diff/object.hpp"
#include "diff/program.hpp"

namespace buildprint {
namespace {

using Items = std::vector<const Behavior *>;

Items all_of(const Finding &finding) {
  Items items;
  for (const auto *list : {&finding.behaviors, &finding.more})
    for (const auto &item : *list) items.push_back(&item.behavior);
  return items;
}

/// "npm:left-pad postinstall" at the end of the lineage: the step itself is new, and who started it is asked
/// for.
bool starts_step(const Behavior &behavior) {
  return behavior.kind == Kind::exec && !behavior.package.empty() &&
         behavior.lineage.back().parts().kind == ProgramParts::Kind::package_step;
}

/// The script, driver or tool that the cause is put down to.
std::string subject_of(const Behavior &cause) {
  if (!cause.package.empty() && !starts_step(cause)) return cause.package;
  const auto length = cause.lineage.size() - (cause.kind == Kind::exec && !cause.lineage.empty() ? 1 : 0);
  for (auto i = length; i > 0; --i)
    if (is_specific(cause.lineage[i - 1]) || !driver_of(cause.lineage[i - 1]).empty())
      return display_name(cause.lineage[i - 1]);
  return length == 0 ? "the build" : display_name(cause.lineage[length - 1]);
}

/// "a", "a and b", "a, b and 3 more programs".
std::string listed(const std::vector<std::string> &names, std::string_view plural) {
  if (names.size() <= 1) return names.empty() ? std::string() : names.front();
  if (names.size() == 2) return names[0] + " and " + names[1];
  return names[0] + ", " + names[1] + " and " + std::to_string(names.size() - 2) + " more " +
         std::string(plural);
}

std::string foreign_program(const Behavior &behavior) {
  const auto *process = behavior.object.as<object::InspectedProcess>();
  if (process == nullptr) return behavior.object.text();
  using enum object::InspectedProcess::Relation;
  switch (process->relation) {
  case others:
    return "other processes";
  case child:
    return "a child";
  case ancestor:
    return display_name(process->program) + ", which is above it";
  case foreign:
    break;
  }
  return std::string(base_name(display_name(process->program)));
}

struct Phrase {
  std::string_view verb;
  bool (*fits)(const Behavior &behavior);
  std::string (*name)(const Behavior &behavior);
  int importance; ///< when there are more phrases than a title holds
  std::string_view plural = "places";
};

std::string program_name(const Behavior &behavior) {
  return display_name(behavior.lineage.back());
}
std::string new_user(const Behavior &behavior) {
  const auto *change = behavior.object.as<object::UserChange>();
  if (change == nullptr) return behavior.object.text();
  auto text = change->to;
  for (const auto &capability : change->capabilities) text += "+cap_" + capability;
  return text;
}

constexpr std::string_view k_asks = "asks for the name";

// In the order in which a title tells them.
constexpr std::array k_phrases{
    Phrase{"starts", [](const Behavior &b) { return b.kind == Kind::exec; }, program_name, 5, "programs"},
    Phrase{"becomes", [](const Behavior &b) { return b.kind == Kind::become; }, new_user, 8, "users"},
    Phrase{"reads the memory of", [](const Behavior &b) { return inspects_foreign(b) && touches_memory(b); },
           foreign_program, 9, "programs"},
    Phrase{"looks into", [](const Behavior &b) { return b.kind == Kind::inspect && !touches_memory(b); },
           foreign_program, 3, "programs"},
    Phrase{"reads", [](const Behavior &b) { return reads_secret(b); }, describe_object, 7, "secrets"},
    Phrase{"writes", [](const Behavior &b) { return writes_sink(b); }, describe_object, 7},
    Phrase{"obeys", is_steered, describe_object, 6, "things"},
    Phrase{"listens on", [](const Behavior &b) { return b.kind == Kind::listen; }, describe_object, 4},
    Phrase{"uses the kernel for", [](const Behavior &b) { return b.kind == Kind::kernel; }, describe_object,
           4, "things"},
    Phrase{"connects to", [](const Behavior &b) { return is_egress(b) || talks_to_daemon(b); },
           describe_object, 10},
    Phrase{k_asks, [](const Behavior &b) { return b.kind == Kind::resolve; }, describe_object, 2, "names"},
    Phrase{"connects to",
           [](const Behavior &b) {
             return b.kind == Kind::connect && !is_egress(b) && !talks_to_daemon(b) &&
                    !talks_to_system_resolver(b);
           },
           describe_object, 1},
    Phrase{"reads", [](const Behavior &b) { return b.kind == Kind::read && !reads_secret(b); },
           describe_object, 0},
    Phrase{"writes", [](const Behavior &b) { return b.kind == Kind::write && !writes_sink(b); },
           describe_object, 0},
};

constexpr std::size_t k_most_phrases = 3;

struct Told {
  const Phrase *phrase;
  std::vector<std::string> names; ///< each once, in order
};

/// "starts a and b"; many names asked for are told by what they have in common.
std::string phrase_of(const Told &line) {
  if (line.phrase->verb == k_asks && line.names.size() > 2) {
    const auto domain = common_domain({line.names.begin(), line.names.end()});
    return "asks for " + std::to_string(line.names.size()) + " names" +
           (domain.empty() ? std::string() : " below " + std::string(domain));
  }
  return std::string(line.phrase->verb) + ' ' + listed(line.names, line.phrase->plural);
}

/// Each phrase with what fits it, at most `k_most_phrases`; small talk only where there is nothing else.
std::vector<Told> tell(const Items &items) {
  std::vector<Told> told;
  std::unordered_set<std::string> hosts;
  for (const auto *item : items)
    if (item->kind == Kind::connect) hosts.insert(reached(*item));
  // A shell that runs a line says nothing beside what the line runs.
  const bool only_shells = std::ranges::all_of(items, [](const Behavior *item) {
    return item->kind != Kind::exec || is_inline_shell(item->lineage.back());
  });
  for (const auto &phrase : k_phrases) {
    Told line{&phrase, {}};
    std::unordered_set<std::string> named;
    for (const auto *item : items) {
      if (!phrase.fits(*item)) continue;
      if (item->kind == Kind::resolve && hosts.contains(item->object.text())) continue;
      if (item->kind == Kind::exec && !only_shells && is_inline_shell(item->lineage.back())) continue;
      auto name = phrase.name(*item);
      if (named.insert(name).second) line.names.push_back(std::move(name));
    }
    if (!line.names.empty()) told.push_back(std::move(line));
  }
  const auto importance = [](const Told &line) { return line.phrase->importance; };
  if (std::any_of(told.begin(), told.end(), [&](const Told &line) { return importance(line) > 2; }))
    std::erase_if(told, [&](const Told &line) { return importance(line) < 2; });
  while (told.size() > k_most_phrases)
    told.erase(std::min_element(told.begin(), told.end(),
                                [&](const Told &a, const Told &b) { return importance(a) < importance(b); }));
  return told;
}

} // namespace

std::string title_of(const Finding &finding) {
  auto items = all_of(finding);
  if (items.empty()) return "a behavior is new";
  // That a step is new says nothing beside what it does.
  const auto is_step = [](const Behavior *item) { return starts_step(*item); };
  if (!std::all_of(items.begin(), items.end(), is_step)) std::erase_if(items, is_step);
  auto title = subject_of(*items.front());
  const auto told = tell(items);
  for (std::size_t i = 0; i < told.size(); ++i) {
    title += i == 0 ? " " : i + 1 == told.size() ? " and " : ", ";
    title += phrase_of(told[i]);
  }
  return title;
}

std::string deed_of(const Behavior &behavior) {
  if (behavior.lineage.empty()) return describe_object(behavior);
  const auto actor = display_name(behavior.lineage.back());
  if (behavior.kind == Kind::exec) return actor + " is started";
  for (const auto &phrase : k_phrases)
    if (phrase.fits(behavior)) return actor + ' ' + std::string(phrase.verb) + ' ' + phrase.name(behavior);
  return actor + ": " + describe_object(behavior);
}

} // namespace buildprint

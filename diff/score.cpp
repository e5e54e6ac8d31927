#include "diff/score.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "diff/name_series.hpp"
#include "diff/object.hpp"
#include "diff/program.hpp"
#include "diff/titles.hpp"

namespace buildprint {
namespace {

// Weights, levels and the formula are those of docs/findings.md.
constexpr int k_error_from = 8, k_warning_from = 3;

/// What a behavior weighs, and as what. `remarkable`: it weighs more than its kind does, so that is said.
struct Weighed {
  int weight;
  std::string_view one, many;
  bool remarkable = false;
};

Weighed weigh_connect(const Behavior &behavior) {
  if (talks_to_system_resolver(behavior))
    return {0, "a question to the resolver", "questions to the resolver"};
  if (talks_to_daemon(behavior))
    return {3, "a daemon that acts for others", "connections to daemons that act for others", true};
  if (is_loopback_connection(behavior))
    return {2, "a connection within the machine", "connections within the machine"};
  if (behavior.object.is<object::ContainerPort>()) return {2, "a connection", "connections"};
  const auto *to = connected_host(behavior);
  if (to == nullptr) return {2, "a connection to a local socket", "connections to local sockets"};
  if (is_metadata_service(*to))
    return {3, "it knows the machine's credentials", "connections to the metadata service", true};
  if (talks_to_foreign_resolver(behavior))
    return {3, "not the system's resolver", "connections to other resolvers", true};
  if (to->source == object::Host::Source::address)
    return {3, "an address without a name", "connections to addresses without a name", true};
  if (is_claimed(*to))
    return {3, "an address that only the client names", "connections that only the client names", true};
  return {2, "a connection", "connections"};
}

Weighed weigh_file(const Behavior &behavior) {
  if (is_steered(behavior))
    return {3, "it obeys more than its command line", "programs steered from outside", true};
  if (behavior.kind == Kind::read)
    return reads_secret(behavior) ? Weighed{3, "a secret", "secrets read", true}
                                  : Weighed{1, "a file read", "files read"};
  if (writes_tracked_source(behavior))
    return {3, "a source file under version control", "tracked source files written", true};
  return writes_sink(behavior) ? Weighed{3, "what stands there runs or rules later",
                                         "files written that run or rule later", true}
                               : Weighed{1, "a class of files written", "classes of files written"};
}

bool was_root(const Behavior &behavior) {
  const auto *change = behavior.object.as<object::UserChange>();
  return change != nullptr && change->from == "root";
}

Weighed weigh(const Behavior &behavior) {
  switch (behavior.kind) {
  case Kind::exec:
    if (!behavior.lineage.empty() && is_temporary(behavior.lineage.back()))
      return {3, "a program from a temporary place", "programs from a temporary place", true};
    return {1, "a program", "programs"};
  case Kind::connect:
    return weigh_connect(behavior);
  case Kind::listen:
    return {2, "a listener", "listeners"};
  case Kind::resolve:
    return {1, "a name asked for", "names asked for"};
  case Kind::become:
    if (becomes_root(behavior)) return {4, "rights gained", "gains of rights", true};
    return {was_root(behavior) ? 1 : 4, "a change of user", "changes of user"};
  case Kind::read:
  case Kind::write:
    return weigh_file(behavior);
  case Kind::inspect:
    if (!inspects_foreign(behavior)) return {1, "a look at its own processes", "looks at its own processes"};
    return touches_memory(behavior) ? Weighed{5, "what another process holds is open to it",
                                              "looks into the memory of others", true}
                                    : Weighed{3, "a look at another process", "looks at other processes"};
  case Kind::kernel:
    return {3, "an operation on the kernel or on namespaces", "operations on the kernel or on namespaces"};
  }
  return {1, "a behavior", "behaviors"};
}

const char *novelty_words(int novelty) {
  switch (novelty) {
  case 1:
    return "known, but not below this program";
  case 2:
    return "known parts, never together before";
  default:
    return "never seen before";
  }
}

/// What counts once: a behavior, or a whole series of names.
struct Part {
  Weighed weighed;
  int novelty;
  std::string deed; ///< "/usr/bin/curl connects to collector.example:443"
  int points() const { return weighed.weight * novelty; }
};

Part part_of(const NameSeries &series) {
  const auto &first = *series.all.front();
  int novelty = 1;
  for (const auto *item : series.all) novelty = std::max(novelty, item->novelty);
  auto deed = display_name(first.behavior.lineage.empty() ? Program() : first.behavior.lineage.back()) +
              " asks for " + std::to_string(series.all.size()) + " names below " + series.domain;
  return {
      {3, "data can leave in so many names", "series of names asked for", true}, novelty, std::move(deed)};
}

/// The highest first; what weighs nothing is left out.
std::vector<Part> parts_of(const std::vector<const NewBehavior *> &items) {
  std::vector<Part> parts;
  std::unordered_set<const NewBehavior *> in_series;
  for (const auto &series : name_series(items)) {
    in_series.insert(series.all.begin(), series.all.end());
    parts.push_back(part_of(series));
  }
  for (const auto *item : items)
    if (in_series.count(item) == 0)
      parts.push_back({weigh(item->behavior), item->novelty, deed_of(item->behavior)});
  std::erase_if(parts, [](const Part &part) { return part.points() == 0; });
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part &a, const Part &b) { return a.points() > b.points(); });
  return parts;
}

std::string explain(const Part &part) {
  const auto remark = part.weighed.remarkable ? std::string(part.weighed.one) + ", " : std::string();
  return part.deed + ": " + remark + novelty_words(part.novelty) + " (weight " +
         std::to_string(part.weighed.weight) + " × novelty " + std::to_string(part.novelty) + ")";
}

/// What is told as one: "2 programs (3 each)".
struct Alike {
  const Part *first;
  int count = 0;
};

std::string explain(const Alike &alike) {
  const auto &[weighed, novelty, deed] = *alike.first;
  auto told = alike.count == 1 ? deed : std::to_string(alike.count) + " " + std::string(weighed.many);
  if (novelty < 3) told += std::string(", ") + novelty_words(novelty);
  return told + " (" + std::to_string(alike.first->points()) + (alike.count == 1 ? ")" : " each)");
}

/// Further ones are only counted.
constexpr std::size_t k_told_alikes = 4;

/// All but the highest, which count half.
std::optional<Reason> reason_for_others(const std::vector<Part> &parts) {
  std::vector<Alike> alikes;
  int sum = 0;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto &part = parts[i];
    sum += part.points();
    const auto same = std::find_if(alikes.begin(), alikes.end(), [&](const Alike &alike) {
      return alike.first->weighed.many == part.weighed.many && alike.first->novelty == part.novelty;
    });
    if (same == alikes.end())
      alikes.push_back({&part, 1});
    else
      ++same->count;
  }
  if (sum / 2 == 0) return std::nullopt;
  std::string text = "half of " + std::to_string(sum) + " points for what else is new: ";
  int left = 0;
  for (std::size_t i = 0; i < alikes.size(); ++i) {
    if (i < k_told_alikes)
      text += (i == 0 ? "" : "; ") + explain(alikes[i]);
    else
      left += alikes[i].count;
  }
  if (left > 0) text += "; " + std::to_string(left) + " more";
  return Reason{sum / 2, std::move(text)};
}

bool takes(const Behavior &behavior) {
  return reads_secret(behavior) || (inspects_foreign(behavior) && touches_memory(behavior));
}
bool gives(const Behavior &behavior) {
  return is_egress(behavior) || writes_sink(behavior);
}

/// A reason to double: what is taken, and the way out.
std::optional<std::string> taken_out(const std::vector<const NewBehavior *> &items) {
  const auto first = [&](bool (*test)(const Behavior &)) {
    const auto found = std::find_if(items.begin(), items.end(),
                                    [&](const NewBehavior *item) { return test(item->behavior); });
    return found == items.end() ? nullptr : &(*found)->behavior;
  };
  const auto *taken = first(takes), *out = first(is_egress);
  if (out == nullptr) out = first(gives);
  if (taken == nullptr || out == nullptr) return std::nullopt;
  return "doubled, as what is taken can leave: " + deed_of(*taken) + "; " + deed_of(*out);
}

} // namespace

int weight(const Behavior &behavior) {
  return weigh(behavior).weight;
}
int points(const NewBehavior &item) {
  return weight(item.behavior) * item.novelty;
}
Level level_of(int score) {
  return score >= k_error_from ? Level::error : score >= k_warning_from ? Level::warning : Level::note;
}

void score(Finding &finding) {
  std::vector<const NewBehavior *> items;
  for (const auto *list : {&finding.behaviors, &finding.more})
    for (const auto &item : *list) items.push_back(&item);
  const auto parts = parts_of(items);
  finding.why.clear();
  if (!parts.empty()) finding.why.push_back({parts.front().points(), explain(parts.front())});
  if (auto others = reason_for_others(parts)) finding.why.push_back(std::move(*others));
  finding.score = 0;
  for (const auto &reason : finding.why) finding.score += reason.points;
  if (auto why = taken_out(items)) {
    finding.why.push_back({finding.score, std::move(*why)});
    finding.score *= 2;
  }
  finding.level = level_of(finding.score);
}

} // namespace buildprint

#include "diff/score.hpp"

#include <algorithm>

#include "diff/object.hpp"
#include "diff/program.hpp"

namespace buildprint {
namespace {

// Weights, levels and the formula are those of docs/findings.md.
constexpr int k_error_from = 8, k_warning_from = 3;

struct Weighed {
  int weight;
  std::string as;
};

Weighed weigh_connect(const Behavior &behavior) {
  if (talks_to_system_resolver(behavior)) return {0, "a question to the system's resolver"};
  if (talks_to_daemon(behavior)) return {3, "a connection to a daemon that acts for others"};
  const auto to = destination_of(behavior);
  if (!to) return {2, "a connection to a local socket"};
  if (is_metadata_service(to->host)) return {3, "a connection to the cloud's metadata service"};
  if (talks_to_foreign_resolver(behavior)) return {3, "a connection to a resolver of its own"};
  if (is_bare_address(to->host)) return {3, "a connection to an address without a name"};
  if (to->host.starts_with("loopback")) return {2, "a connection within the machine"};
  return {2, "a connection"};
}

Weighed weigh(const Behavior &behavior) {
  switch (behavior.kind) {
  case Kind::exec:
    if (!behavior.lineage.empty() && is_temporary(behavior.lineage.back()))
      return {3, "a program from a temporary place"};
    return {1, "a program"};
  case Kind::connect:
    return weigh_connect(behavior);
  case Kind::listen:
    return {2, "a listener"};
  case Kind::resolve:
    return {1, "a name asked for"};
  case Kind::become:
    if (behavior.object.ends_with("->root")) return {4, "rights gained"};
    return {behavior.object.starts_with("root->") ? 1 : 4, "a change of user"};
  case Kind::read:
    return reads_secret(behavior) ? Weighed{3, "a secret read"} : Weighed{1, "a file read"};
  case Kind::write:
    if (writes_tracked_source(behavior)) return {3, "a tracked source file written"};
    return writes_sink(behavior) ? Weighed{3, "a file written that runs or rules later"}
                                 : Weighed{1, "files written"};
  case Kind::inspect:
    if (!inspects_foreign(behavior)) return {1, "a look at its own processes"};
    return touches_memory(behavior) ? Weighed{5, "the memory of another process"}
                                    : Weighed{3, "a look at another process"};
  case Kind::kernel:
    return {3, "an operation on the kernel or on namespaces"};
  }
  return {1, "a behavior"};
}

const char *novelty_words(int novelty) {
  switch (novelty) {
  case 1:
    return "known, but under another program";
  case 2:
    return "its parts are known, never together";
  default:
    return "never seen before";
  }
}

std::string subject_of(const Behavior &behavior) {
  if (behavior.lineage.empty()) return describe_object(behavior);
  const auto program = display_name(behavior.lineage.back());
  return behavior.kind == Kind::exec ? program : program + ": " + describe_object(behavior);
}

std::string explain(const NewBehavior &item) {
  return weighed_as(item.behavior) + ", " + novelty_words(item.novelty) + " (" +
         std::to_string(weight(item.behavior)) + " × " + std::to_string(item.novelty) +
         "): " + subject_of(item.behavior);
}

bool takes(const Behavior &behavior) {
  return reads_secret(behavior) || (inspects_foreign(behavior) && touches_memory(behavior));
}
bool gives(const Behavior &behavior) {
  return is_egress(behavior) || writes_sink(behavior);
}

/// Others are told one by one up to here, then as one line.
constexpr std::size_t k_told_others = 6;

/// Half of each, so that the lines add up: a half left over is carried to the next line.
void add_halves(Finding &finding, const std::vector<const NewBehavior *> &others) {
  int sum = 0;
  const auto half_of = [&](int more) {
    const int before = sum / 2;
    sum += more;
    return sum / 2 - before;
  };
  const auto told = std::min(others.size(), k_told_others);
  for (std::size_t i = 0; i < told; ++i)
    finding.why.push_back({half_of(points(*others[i])), "half of " + explain(*others[i])});
  int rest = 0;
  for (std::size_t i = told; i < others.size(); ++i) rest += points(*others[i]);
  if (rest > 0)
    finding.why.push_back({half_of(rest), "half of " + std::to_string(others.size() - told) + " others"});
}

} // namespace

int weight(const Behavior &behavior) {
  return weigh(behavior).weight;
}
int points(const NewBehavior &item) {
  return weight(item.behavior) * item.novelty;
}
std::string weighed_as(const Behavior &behavior) {
  return weigh(behavior).as;
}

Level level_of(int score) {
  return score >= k_error_from ? Level::error : score >= k_warning_from ? Level::warning : Level::note;
}

void score(Finding &finding) {
  std::vector<const NewBehavior *> items;
  for (const auto *list : {&finding.behaviors, &finding.more})
    for (const auto &item : *list)
      if (points(item) > 0) items.push_back(&item);
  std::stable_sort(items.begin(), items.end(),
                   [](const NewBehavior *a, const NewBehavior *b) { return points(*a) > points(*b); });
  finding.why.clear();
  if (!items.empty()) {
    finding.why.push_back({points(*items.front()), explain(*items.front())});
    add_halves(finding, {items.begin() + 1, items.end()});
  }
  finding.score = 0;
  for (const auto &reason : finding.why) finding.score += reason.points;

  const auto any = [&](bool (*test)(const Behavior &)) {
    return std::any_of(items.begin(), items.end(),
                       [&](const NewBehavior *item) { return test(item->behavior); });
  };
  if (any(takes) && any(gives)) {
    finding.why.push_back(
        {finding.score, "doubled: a secret or foreign memory is read, and there is a new way out"});
    finding.score *= 2;
  }
  finding.level = level_of(finding.score);
}

} // namespace buildprint

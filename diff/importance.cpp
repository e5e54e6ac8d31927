#include "diff/importance.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

#include "diff/known.hpp"
#include "diff/name_series.hpp"
#include "diff/object.hpp"
#include "diff/program.hpp"
#include "diff/score.hpp"

namespace buildprint {
namespace {

struct NotableTool {
  std::string_view name, verb; ///< without a verb: whatever it is asked to do
};
constexpr std::array k_notable_tools{NotableTool{"curl", ""},       NotableTool{"wget", ""},
                                     NotableTool{"nc", ""},         NotableTool{"ncat", ""},
                                     NotableTool{"socat", ""},      NotableTool{"ssh", ""},
                                     NotableTool{"scp", ""},        NotableTool{"sftp", ""},
                                     NotableTool{"rsync", ""},      NotableTool{"gh", ""},
                                     NotableTool{"aws", ""},        NotableTool{"gcloud", ""},
                                     NotableTool{"az", ""},         NotableTool{"kubectl", ""},
                                     NotableTool{"docker", ""},     NotableTool{"podman", ""},
                                     NotableTool{"git", "push"},    NotableTool{"git", "remote"},
                                     NotableTool{"git", "clone"},   NotableTool{"git", "credential"},
                                     NotableTool{"npm", "publish"}, NotableTool{"sudo", ""},
                                     NotableTool{"su", ""},         NotableTool{"pkexec", ""},
                                     NotableTool{"base64", ""},     NotableTool{"xz", ""},
                                     NotableTool{"openssl", ""},    NotableTool{"xxd", ""},
                                     NotableTool{"gdb", ""},        NotableTool{"strace", ""},
                                     NotableTool{"dd", ""},         NotableTool{"crontab", ""},
                                     NotableTool{"systemctl", ""},  NotableTool{"insmod", ""},
                                     NotableTool{"modprobe", ""},   NotableTool{"nohup", ""},
                                     NotableTool{"setsid", ""},     NotableTool{"dig", ""},
                                     NotableTool{"nslookup", ""},   NotableTool{"trufflehog", ""}};

/// From that rank on: classes of files, name lookups. Shown only where nothing else is left.
constexpr int k_plain_rank = 12;
/// The further names of a series: never shown.
constexpr int k_series_rank = 100;
constexpr std::size_t k_last_round = 1000;

/// What an exec is worth to a reader, after everything that was reached.
int exec_rank(const Behavior &behavior, bool leaf) {
  const auto &program = behavior.lineage.back();
  if (is_temporary(program)) return 3;
  if (is_notable(behavior)) return 6;
  if (is_specific(program)) return 8;
  // Helpers that a tool keeps for itself come last.
  const std::string_view path = program.parts().path;
  if (path.starts_with("/usr/lib/") || path.starts_with("/usr/libexec/")) return 11;
  return leaf ? 9 : 10;
}

int rank(const Behavior &behavior, bool leaf) {
  switch (behavior.kind) {
  case Kind::exec:
    return exec_rank(behavior, leaf);
  case Kind::connect:
    if (talks_to_system_resolver(behavior)) return 14;
    return is_egress(behavior) || talks_to_daemon(behavior) ? 0 : 10;
  case Kind::inspect:
    return inspects_foreign(behavior) && touches_memory(behavior) ? 1 : 7;
  case Kind::become:
    return becomes_root(behavior) ? 2 : 7;
  case Kind::write:
    return writes_sink(behavior) ? 3 : 13;
  case Kind::read:
    return reads_secret(behavior) || is_steered(behavior) ? 4 : 12;
  case Kind::kernel:
    return uses_kernel_for(behavior, "socket") ? 9 : 5;
  case Kind::listen:
    return 7;
  case Kind::resolve:
    return 8;
  }
  return 12;
}

/// Of one sort only the first is needed to understand; further ones come after the other sorts.
std::string sort_of(const Behavior &behavior) {
  std::string sort(to_string(behavior.kind));
  if (behavior.kind == Kind::exec) return sort + behavior.lineage.back().text();
  return sort + lineage_text(behavior.lineage);
}

std::size_t actor_length(const Behavior &behavior) {
  return behavior.lineage.size() - (behavior.kind == Kind::exec && !behavior.lineage.empty() ? 1 : 0);
}

/// What is new because something above or before it is: not a cause.
bool follows(const Behavior &behavior, const std::unordered_set<std::string> &started,
             const std::unordered_set<Program> &actors) {
  for (std::size_t length = actor_length(behavior); length > 0; --length)
    if (started.count(lineage_text(behavior.lineage, length)) != 0) return true;
  if (behavior.kind != Kind::exec) return false;
  const auto writers = writers_of(behavior.lineage.back());
  return std::any_of(writers.begin(), writers.end(), [&](const Program &writer) {
    return writer != behavior.lineage.back() && actors.count(writer) != 0;
  });
}

/// Among equals: what runs, what it becomes and takes, then where it goes with that.
int cause_rank(Kind kind) {
  constexpr Kind k_order[] = {Kind::exec,  Kind::become,  Kind::inspect, Kind::read,   Kind::kernel,
                              Kind::write, Kind::connect, Kind::listen,  Kind::resolve};
  return static_cast<int>(std::find(std::begin(k_order), std::end(k_order), kind) - std::begin(k_order));
}

/// Smaller is likelier the cause. A sink comes first: what it rules may stand anywhere.
std::tuple<bool, bool, bool, std::size_t, int, int> cause_order(const NewBehavior &item, bool following) {
  const auto &behavior = item.behavior;
  const bool plain = weight(behavior) <= 1 && behavior.kind != Kind::exec;
  return {plain,
          following,
          !writes_sink(behavior),
          actor_length(behavior),
          -points(item),
          cause_rank(behavior.kind)};
}

void bring_cause_to_front(std::vector<NewBehavior> &items) {
  std::unordered_set<std::string> started;
  std::unordered_set<Program> actors;
  for (const auto &item : items) {
    if (item.behavior.kind == Kind::exec) started.insert(lineage_text(item.behavior.lineage));
    if (!item.behavior.lineage.empty()) actors.insert(item.behavior.lineage.back());
  }
  std::size_t cause = 0;
  auto least = cause_order(items.front(), follows(items.front().behavior, started, actors));
  for (std::size_t i = 1; i < items.size(); ++i)
    if (const auto order = cause_order(items[i], follows(items[i].behavior, started, actors));
        order < least) {
      least = order;
      cause = i;
    }
  const auto at = items.begin() + static_cast<std::ptrdiff_t>(cause);
  std::rotate(items.begin(), at, at + 1);
}

/// What says how much a line tells, smaller first: rank, points, depth.
using Interest = std::tuple<int, int, std::size_t>;

std::vector<Interest> interests_of(const std::vector<NewBehavior> &items) {
  std::unordered_set<std::string> parents, hosts;
  for (const auto &[behavior, novelty, seen, evidence] : items) {
    if (behavior.kind == Kind::exec) parents.insert(lineage_text(behavior.lineage, actor_length(behavior)));
    if (behavior.kind == Kind::connect) hosts.insert(reached(behavior));
  }
  const auto more_names = further_names(items);
  std::vector<Interest> interests;
  for (const auto &item : items) {
    const auto &behavior = item.behavior;
    const bool leaf = parents.count(lineage_text(behavior.lineage)) == 0;
    // The name of a host that is connected to says nothing more.
    const bool told = behavior.kind == Kind::resolve && hosts.count(behavior.object.text()) != 0;
    const int place = more_names.count(&item) != 0 ? k_series_rank
                      : told                       ? k_plain_rank
                                                   : rank(behavior, leaf);
    interests.emplace_back(place, -points(item), behavior.lineage.size());
  }
  return interests;
}

} // namespace

std::set<const NewBehavior *> further_names(const std::vector<NewBehavior> &items) {
  constexpr std::ptrdiff_t k_names_shown = 3;
  std::vector<const NewBehavior *> all;
  for (const auto &item : items) all.push_back(&item);
  std::set<const NewBehavior *> further;
  for (const auto &series : name_series(all))
    further.insert(series.all.begin() + k_names_shown, series.all.end());
  return further;
}

bool is_notable(const Behavior &behavior) {
  if (behavior.kind != Kind::exec || behavior.lineage.empty()) return false;
  const auto &program = behavior.lineage.back();
  if (reads_program_from_input(program)) return true;
  const auto name = base_name(deciding_file(program));
  return std::any_of(k_notable_tools.begin(), k_notable_tools.end(), [&](const NotableTool &tool) {
    return tool.name == name && (tool.verb.empty() || tool.verb == verb_of(program));
  });
}

void order_for_reader(std::vector<NewBehavior> &items) {
  std::stable_sort(items.begin(), items.end(),
                   [](const auto &a, const auto &b) { return key_less(a.behavior, b.behavior); });
  bring_cause_to_front(items);
  const auto interests = interests_of(items);
  std::vector<std::size_t> order;
  for (std::size_t i = 1; i < items.size(); ++i) order.push_back(i);
  const auto by = [&](const auto &value) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return value[a] < value[b]; });
  };
  by(interests);
  std::map<std::string, std::size_t> rounds_of_sort;
  std::vector<std::size_t> rounds(items.size());
  for (const auto i : order)
    rounds[i] = std::get<0>(interests[i]) >= k_plain_rank ? k_last_round
                                                          : rounds_of_sort[sort_of(items[i].behavior)]++;
  by(rounds);
  std::vector<NewBehavior> ordered{std::move(items.front())};
  for (const auto i : order) ordered.push_back(std::move(items[i]));
  items = std::move(ordered);
}

} // namespace buildprint

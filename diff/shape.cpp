#include "diff/shape.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "diff/program.hpp"

namespace buildprint {
namespace {

Lineage prefix_of(const Behavior &behavior, std::size_t length) {
  return {behavior.lineage.begin(), behavior.lineage.begin() + static_cast<std::ptrdiff_t>(length)};
}

/// What there is to see at a glance; the details have the lineage.
std::string in_short(const Behavior &behavior) {
  return behavior.kind == Kind::exec ? display_name(behavior.lineage.back())
                                     : std::string(to_string(behavior.kind)) + ' ' + behavior.object.text();
}

Change take_optional(std::vector<NewBehavior> &fresh) {
  constexpr std::size_t k_most_named = 2;
  Change note{"optional", "", {}};
  std::vector<std::string> named;
  std::erase_if(fresh, [&](const NewBehavior &item) {
    const auto &behavior = item.behavior;
    if (!behavior.optional) return false;
    const auto what = in_short(behavior);
    note.details.push_back(text_of(behavior.lineage) + (behavior.kind == Kind::exec ? "" : ": " + what));
    if (named.size() <= k_most_named && std::ranges::count(named, what) == 0) named.push_back(what);
    return true;
  });
  if (named.size() > k_most_named) named.back() = "…";
  note.title = std::to_string(note.details.size()) +
               (note.details.size() == 1 ? " behavior that is known to come and go came: "
                                         : " behaviors that are known to come and go came: ") +
               join(named, ", ");
  return note;
}

// Scripts beside their like ------------------------------------------------------------------------

/// How many known ones make a family: for a file without an extension there is less to go by.
constexpr std::size_t k_least_scripts = 2, k_least_executables = 3;

/// What members of a family share: who starts them, their directory, interpreter and extension.
std::string family_of(const Behavior &exec) {
  const auto &program = exec.lineage.back();
  const auto &file = deciding_file(program);
  const auto pattern = std::string(directory_of(file)) + "/*" + std::string(extension_of(file));
  auto parts = program.parts();
  if (script_of(program) == nullptr) parts.path = pattern;
  for (auto &argument : parts.arguments)
    if (argument.kind == ProgramArgument::Kind::script) argument.text = pattern;
  Behavior shared = exec;
  shared.lineage.back() = Program(std::move(parts));
  return compared_key(shared);
}

bool may_have_family(const Behavior &behavior) {
  return behavior.kind == Kind::exec && behavior.lineage.size() > 1 &&
         !is_temporary(behavior.lineage.back()) && in_own_workspace(deciding_file(behavior.lineage.back()));
}

using Families = std::unordered_map<std::string, std::set<Program>>;

Families families_of(const std::vector<Behavior> &base) {
  Families families;
  for (const auto &behavior : base)
    if (may_have_family(behavior)) families[family_of(behavior)].insert(behavior.lineage.back());
  return families;
}

/// The behavior is known of one of `relatives`, with that one's name in place of `program`.
bool known_of_relative(const Behavior &behavior, const Program &program, const std::set<Program> &relatives,
                       const Known &known) {
  return std::any_of(relatives.begin(), relatives.end(), [&](const Program &relative) {
    Behavior as = behavior;
    std::replace(as.lineage.begin(), as.lineage.end(), program, relative);
    return known.find(as) != nullptr;
  });
}

/// Of each program, the fresh behaviors whose lineage it stands in.
using ByProgram = std::unordered_map<Program, std::vector<std::size_t>>;

ByProgram by_program(const std::vector<NewBehavior> &fresh) {
  ByProgram index;
  for (std::size_t n = 0; n < fresh.size(); ++n)
    for (const auto &program : fresh[n].behavior.lineage) {
      auto &places = index[program];
      if (places.empty() || places.back() != n) places.push_back(n);
    }
  return index;
}

/// How `program`, of the behavior's lineage, was started there.
Behavior start_of(const Behavior &behavior, const Program &program) {
  Behavior start = behavior;
  start.lineage.erase(std::find(start.lineage.begin(), start.lineage.end(), program) + 1,
                      start.lineage.end());
  start.kind = Kind::exec;
  start.object = {};
  return start;
}

/// `program` is a further member of a known family in whatever way it appears in `behavior`.
bool like_relatives(const Behavior &behavior, const Program &program, const Families &families,
                    const Known &known) {
  const bool has_extension = !extension_of(deciding_file(program)).empty();
  const auto family = families.find(family_of(start_of(behavior, program)));
  return family != families.end() &&
         family->second.size() >= (has_extension ? k_least_scripts : k_least_executables) &&
         known_of_relative(behavior, program, family->second, known);
}

void erase_told(std::vector<NewBehavior> &fresh, const std::set<std::size_t> &told) {
  std::size_t n = 0;
  std::erase_if(fresh, [&](const NewBehavior &) { return told.count(n++) != 0; });
}

/// Further members of known families that do nothing else than their relatives do.
std::vector<Change> take_relatives(std::vector<NewBehavior> &fresh, const std::vector<Behavior> &base,
                                   const Known &known) {
  std::set<Program> candidates;
  for (const auto &item : fresh)
    if (may_have_family(item.behavior) && !known.has_program(item.behavior.lineage.back()))
      candidates.insert(item.behavior.lineage.back());
  if (candidates.empty()) return {};

  const auto families = families_of(base);
  const auto index = by_program(fresh);
  std::set<std::size_t> told;
  Change note{"added", "", {}};
  for (const auto &program : candidates) {
    const auto &places = index.at(program);
    if (!std::all_of(places.begin(), places.end(), [&](std::size_t n) {
          return like_relatives(fresh[n].behavior, program, families, known);
        }))
      continue;
    told.insert(places.begin(), places.end());
    note.details.push_back(display_name(program));
  }
  if (note.details.empty()) return {};
  note.title =
      std::to_string(note.details.size()) + " more of the scripts or tests that ran already, doing the same";
  erase_told(fresh, told);
  return {note};
}

// Tools one level deeper or shallower ---------------------------------------------------------------

using Prefix = Lineage;

/// Which fresh behaviors a changed depth at a prefix explains, and what stood or stands between.
struct DepthChange {
  std::set<std::size_t> explained;
  Program between, tool;
  bool deeper = false;
};
using DepthChanges = std::map<Prefix, DepthChange>;

/// The compared key holds three programs: an element further up than that changes none.
std::size_t first_compared(const Behavior &behavior) {
  return behavior.lineage.size() > 3 ? behavior.lineage.size() - 3 : 0;
}

DepthChanges find_deeper(const std::vector<NewBehavior> &fresh, const std::set<std::string> &absent_keys) {
  DepthChanges changes;
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    const auto &behavior = fresh[n].behavior;
    for (std::size_t i = first_compared(behavior); i + 1 < behavior.lineage.size(); ++i) {
      if (absent_keys.count(compared_key_without(behavior, i)) == 0) continue;
      auto &change = changes[prefix_of(behavior, i + 1)];
      change.explained.insert(n);
      change.between = behavior.lineage[i];
      change.tool = behavior.lineage[i + 1];
      change.deeper = true;
    }
  }
  return changes;
}

DepthChanges find_shallower(const std::vector<NewBehavior> &fresh, const BehaviorRefs &absent) {
  struct Shortened {
    Program between;
    std::size_t below; ///< programs behind the one that is gone
  };
  std::unordered_multimap<std::string, Shortened> shortened;
  for (const auto *behavior : absent)
    for (std::size_t i = first_compared(*behavior); i + 1 < behavior->lineage.size(); ++i)
      shortened.emplace(compared_key_without(*behavior, i),
                        Shortened{behavior->lineage[i], behavior->lineage.size() - i - 1});
  DepthChanges changes;
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    const auto &behavior = fresh[n].behavior;
    const auto [begin, end] = shortened.equal_range(compared_key(behavior));
    for (auto found = begin; found != end; ++found) {
      if (found->second.below > behavior.lineage.size()) continue;
      auto &change = changes[prefix_of(behavior, behavior.lineage.size() - found->second.below + 1)];
      change.explained.insert(n);
      change.between = found->second.between;
      change.tool = behavior.lineage[behavior.lineage.size() - found->second.below];
    }
  }
  return changes;
}

/// Of each prefix, the fresh behaviors below it. A program that stands between now is itself not below it.
std::map<Prefix, std::vector<std::size_t>> below_each(const DepthChanges &changes,
                                                      const std::vector<NewBehavior> &fresh) {
  std::map<Prefix, std::vector<std::size_t>> below;
  for (std::size_t n = 0; n < fresh.size(); ++n) {
    const auto &behavior = fresh[n].behavior;
    for (std::size_t length = 1; length <= behavior.lineage.size(); ++length) {
      const auto change = changes.find(prefix_of(behavior, length));
      if (change == changes.end()) continue;
      const bool starts_between =
          change->second.deeper && behavior.kind == Kind::exec && behavior.lineage.size() == length;
      if (!starts_between) below[change->first].push_back(n);
    }
  }
  return below;
}

void add_note(const DepthChange &change, std::map<std::string, Change> &notes) {
  auto &note = notes[change.between.text() + (change.deeper ? "+" : "-")];
  note.what = change.deeper ? "deeper" : "shallower";
  note.title = change.deeper ? "now one level deeper, below " + change.between.text()
                             : "now one level higher, no more below " + change.between.text();
  if (std::find(note.details.begin(), note.details.end(), change.tool.text()) == note.details.end())
    note.details.push_back(change.tool.text());
}

/// What a told behavior did in its old place is not absent: it has moved.
void forget_old_places(BehaviorRefs &absent, const std::vector<NewBehavior> &fresh,
                       const std::set<std::size_t> &told) {
  std::set<std::string> here, without_one;
  for (const auto n : told) {
    const auto &behavior = fresh[n].behavior;
    here.insert(compared_key(behavior));
    for (std::size_t i = first_compared(behavior); i + 1 < behavior.lineage.size(); ++i)
      without_one.insert(compared_key_without(behavior, i));
  }
  std::erase_if(absent, [&](const Behavior *behavior) {
    if (without_one.count(compared_key(*behavior)) != 0) return true;
    for (std::size_t i = first_compared(*behavior); i + 1 < behavior->lineage.size(); ++i)
      if (here.count(compared_key_without(*behavior, i)) != 0) return true;
    return false;
  });
}

/// Tools that one program more, or one less, stands above: their old place must be empty.
std::vector<Change> take_depth_changes(std::vector<NewBehavior> &fresh, const Known &known,
                                       BehaviorRefs &absent) {
  if (fresh.empty() || absent.empty()) return {};
  std::set<std::string> absent_keys;
  for (const auto *behavior : absent) absent_keys.insert(compared_key(*behavior));
  std::map<Prefix, std::size_t> starts;
  for (std::size_t n = 0; n < fresh.size(); ++n)
    if (fresh[n].behavior.kind == Kind::exec) starts.emplace(fresh[n].behavior.lineage, n);
  std::set<std::size_t> told;
  std::map<std::string, Change> notes;
  for (const auto &changes : {find_deeper(fresh, absent_keys), find_shallower(fresh, absent)}) {
    if (changes.empty()) continue;
    const auto below = below_each(changes, fresh);
    for (const auto &[prefix, change] : changes) {
      const auto &inside = below.at(prefix);
      const auto explained = [&told, &by = change.explained](std::size_t n) {
        return by.count(n) + told.count(n) != 0;
      };
      if (!std::all_of(inside.begin(), inside.end(), explained)) continue;
      told.insert(change.explained.begin(), change.explained.end());
      // A new program between stays, as the one new line.
      if (const auto start = starts.find(prefix); start != starts.end() && known.has_program(change.between))
        told.insert(start->second);
      add_note(change, notes);
    }
  }
  forget_old_places(absent, fresh, told);
  erase_told(fresh, told);
  std::vector<Change> out;
  for (auto &[key, note] : notes) out.push_back(std::move(note));
  return out;
}

} // namespace

std::vector<Change> tell_shape_changes(std::vector<NewBehavior> &fresh, const std::vector<Behavior> &base,
                                       const Known &known, BehaviorRefs &absent) {
  std::vector<Change> changed;
  const auto append = [&](std::vector<Change> notes) {
    changed.insert(changed.end(), notes.begin(), notes.end());
  };
  if (auto note = take_optional(fresh); !note.details.empty()) changed.push_back(std::move(note));
  append(take_relatives(fresh, base, known));
  append(take_depth_changes(fresh, known, absent));
  return changed;
}

} // namespace buildprint

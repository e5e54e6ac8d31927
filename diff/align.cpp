#include "diff/align.hpp"

#include <algorithm>
#include <set>

#include "diff/known.hpp"
#include "diff/other_versions.hpp"
#include "diff/program.hpp"
#include "diff/renames.hpp"
#include "fingerprint/paths.hpp"

namespace buildprint {
namespace {

using Paths = std::set<std::string, std::less<>>;

/// Paths of system directories that name a program: executables and scripts.
Paths system_paths(const Programs &programs) {
  Paths paths;
  for (const auto &program : programs)
    for (const auto *path : {&program.parts().path, &deciding_file(program)})
      if (in_system_directory(*path)) paths.insert(*path);
  return paths;
}

/// The one path of `now` with the base name of `old`: a new one before one that was there already.
/// Empty when there is none, or when it is not clear which.
std::string_view moved_to(std::string_view old, const Paths &before, const Paths &now) {
  std::vector<std::string_view> fresh, known;
  for (const auto &path : now)
    if (base_name(path) == base_name(old)) (before.count(path) != 0 ? known : fresh).push_back(path);
  const auto &places = fresh.empty() ? known : fresh;
  return places.size() == 1 ? places.front() : std::string_view();
}

/// Paths of system directories that others than root may write, or that the recording itself made: whoever
/// builds can put there what it likes.
Paths paths_of_builders(const Fingerprint &fingerprint) {
  Paths paths;
  for (const auto &attribute : fingerprint.attributes) {
    if (attribute.name != "origin") continue;
    paths.insert(deciding_file(Program::parse(attribute.subject)));
  }
  return paths;
}

/// System programs that left their system directory for another (usr-merge, another base image).
Names find_relocations(const Programs &base, const Programs &head, const Paths &of_builders) {
  Names relocations;
  const auto before = system_paths(base), now = system_paths(head);
  for (const auto &old : before) {
    if (now.count(old) != 0) continue; // still there: a second program of that name is something else
    const auto to = moved_to(old, before, now);
    if (!to.empty() && of_builders.count(to) == 0) relocations.emplace(old, to);
  }
  return relocations;
}

/// "/usr/local/bin → /usr/bin: cmp, grep, sed", one line for each pair of directories.
Change relocation_note(const Names &relocations) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> by_directories;
  for (const auto &[from, to] : relocations)
    by_directories[{std::string(directory_of(from)), std::string(directory_of(to))}].emplace_back(
        base_name(to));
  Change note{"relocated", "", {}};
  for (const auto &[directories, names] : by_directories) {
    std::string line = directories.first + " → " + directories.second + ": ";
    for (const auto &name : names) line += (&name == &names.front() ? "" : ", ") + name;
    note.details.push_back(line);
  }
  note.title = std::to_string(relocations.size()) +
               (relocations.size() == 1 ? " system program" : " system programs") +
               " moved to another system directory";
  return note;
}

/// Who ran the recorded command itself.
std::string run_user(const std::vector<Behavior> &behaviors) {
  for (const auto &behavior : behaviors)
    if (behavior.kind == Kind::exec && behavior.lineage.size() == 1) return behavior.user;
  return {};
}

bool anybody_is(const std::vector<Behavior> &behaviors, std::string_view user) {
  return std::any_of(behaviors.begin(), behaviors.end(),
                     [&](const Behavior &behavior) { return behavior.user == user; });
}

Change rename_note(const std::map<Program, Program> &renames) {
  Change note{"renamed", "", {}};
  for (const auto &[from, to] : renames)
    note.details.push_back(display_name(from) + " → " + display_name(to));
  note.title = renames.size() == 1 ? "renamed, doing the same: " + note.details.front()
                                   : std::to_string(renames.size()) + " scripts renamed, doing the same";
  if (renames.size() == 1) note.details.clear();
  return note;
}

} // namespace

Alignment align(const Fingerprint &base_file, const Fingerprint &head_file, const BehaviorRefs &base_rest,
                const BehaviorRefs &head_rest) {
  const auto &base = base_file.behaviors, &head = head_file.behaviors;
  Alignment result;
  if (base_rest.empty() || head_rest.empty()) return result;

  Renaming names;
  const auto before = run_user(base), now = run_user(head);
  // The old user must be gone: a run that keeps both has gained one, and every such line is new.
  if (!before.empty() && !now.empty() && before != now && !anybody_is(head, before)) {
    names.users.emplace(before, now);
    result.user_before = before;
    result.user_now = now;
  }
  const auto before_programs = programs_of(base), now_programs = programs_of(head);
  names.paths = find_relocations(before_programs, now_programs, paths_of_builders(head_file));
  if (!names.paths.empty()) result.changed.push_back(relocation_note(names.paths));
  auto versions = find_other_versions(before_programs, now_programs);
  if (!versions.empty()) result.changed.push_back(other_versions_note(versions));
  names.paths.merge(versions);
  if (!names.empty()) result.base = rewrite(base, names);
  if (!names.empty()) result.renamed.push_back(names);

  const auto &told = result.base.empty() ? base : result.base;
  Renaming renames;
  renames.programs = find_renames(told, head);
  if (renames.empty()) return result;
  result.changed.push_back(rename_note(renames.programs));
  result.base = rewrite(told, renames);
  result.renamed.push_back(renames);
  return result;
}

} // namespace buildprint

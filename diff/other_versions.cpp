#include "diff/other_versions.hpp"

#include <map>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "diff/program.hpp"
#include "fingerprint/paths.hpp"

namespace buildprint {
namespace {

/// "node-v18.17.0" → "node-v<v>".
std::string without_numbers(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = version_end(text, at);
    if (end == std::string_view::npos) {
      out += text[at++];
      continue;
    }
    out += "<v>";
    at = end;
  }
  return out;
}

bool is_toolchain(std::string_view path) {
  return (path.starts_with('/') || path.starts_with("$HOME/") || path.starts_with("$CACHE/")) &&
         !in_system_directory(path);
}

using Paths = std::set<std::string, std::less<>>;

Paths toolchain_paths(const Programs &programs) {
  Paths paths;
  for (const auto &program : programs) {
    if (has_writers(program)) continue;
    for (const auto *path : {&program.parts().path, &deciding_file(program)})
      if (is_toolchain(*path)) paths.insert(*path);
  }
  return paths;
}

/// The directories, from the first that differs, of two paths of equal depth.
struct Difference {
  std::string directory, from, to;
  friend auto operator<=>(const Difference &, const Difference &) = default;
};

Difference difference_of(std::string_view from, std::string_view to) {
  const auto before = split(from, '/'), now = split(to, '/');
  std::vector<std::string> directory;
  std::size_t at = 0;
  for (; before[at] == now[at]; ++at) directory.emplace_back(before[at]);
  return {join(directory, "/"), std::string(before[at]), std::string(now[at])};
}

/// "3.11.7", "node-v18.17.0"; not "17", "ci1".
bool has_version(std::string_view name) {
  for (std::size_t at = 0; at < name.size(); ++at) {
    const auto end = version_end(name, at);
    if (end != std::string_view::npos && name.find('.', at) < end) return true;
  }
  return false;
}

/// "tool1.sh" and "tool2.sh" beside each other are two programs: a directory has to tell the version.
bool versions_of_one(std::string_view from, std::string_view to) {
  const auto difference = difference_of(from, to);
  return directory_of(from) != directory_of(to) && has_version(difference.from) && has_version(difference.to);
}

/// Paths by what they are without their numbers.
std::map<std::string, std::vector<std::string_view>> by_name(const Paths &paths, const Paths &others) {
  std::map<std::string, std::vector<std::string_view>> named;
  for (const auto &path : paths)
    if (others.count(path) == 0) named[without_numbers(path)].push_back(path);
  return named;
}

} // namespace

Names find_other_versions(const Programs &base, const Programs &head) {
  const auto before = toolchain_paths(base), now = toolchain_paths(head);
  const auto gone = by_name(before, now), fresh = by_name(now, before);
  Names versions;
  for (const auto &[name, from] : gone) {
    const auto to = fresh.find(name);
    if (to == fresh.end() || from.size() != 1 || to->second.size() != 1) continue; // not clear which
    if (versions_of_one(from.front(), to->second.front())) versions.emplace(from.front(), to->second.front());
  }
  return versions;
}

Change other_versions_note(const Names &versions) {
  std::set<Difference> differences;
  for (const auto &[from, to] : versions) differences.insert(difference_of(from, to));
  Change note{"version", "", {}};
  for (const auto &[directory, from, to] : differences)
    note.details.push_back(directory + ": " + from + " → " + to);
  note.title = note.details.size() == 1
                   ? "another version of a toolchain in " + note.details.front()
                   : std::to_string(note.details.size()) + " toolchains of another version";
  if (note.details.size() == 1) note.details.clear();
  return note;
}

} // namespace buildprint

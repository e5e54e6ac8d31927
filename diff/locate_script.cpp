// The line of a script, recipe or workflow that made a finding.
#include <algorithm>
#include <array>

#include "diff/locate.hpp"
#include "diff/object.hpp"
#include "diff/program.hpp"

namespace buildprint {
namespace {

struct Recipes {
  std::string_view driver;
  std::vector<std::string> files; ///< in the order in which the driver looks for them
};
const std::array k_recipes{
    Recipes{"make", {"GNUmakefile", "makefile", "Makefile"}},
    Recipes{"npm", {"package.json"}},
    Recipes{"yarn", {"package.json"}},
    Recipes{"pnpm", {"package.json"}},
    Recipes{"cargo", {"build.rs", "Cargo.toml"}},
    Recipes{"gradle", {"build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"}},
    Recipes{"maven", {"pom.xml"}},
    Recipes{"pip", {"setup.py", "pyproject.toml"}},
    Recipes{"tox", {"tox.ini"}},
    Recipes{"cmake", {"CMakeLists.txt"}},
    Recipes{"ctest", {"CMakeLists.txt"}},
    Recipes{"ninja", {"CMakeLists.txt", "meson.build"}},
    Recipes{"meson", {"meson.build"}},
};

/// The files that can have said what happened, nearest to the cause first.
std::vector<std::string> files_above(const Behavior &cause, const std::vector<std::string> &workflows) {
  std::vector<std::string> files;
  for (auto program = cause.lineage.rbegin(); program != cause.lineage.rend(); ++program) {
    const auto file = deciding_file(*program);
    if (file.starts_with("$WS/")) files.emplace_back(file.substr(4));
    const auto driver = driver_of(*program);
    for (const auto &recipes : k_recipes)
      if (recipes.driver == driver) files.insert(files.end(), recipes.files.begin(), recipes.files.end());
  }
  files.insert(files.end(), workflows.begin(), workflows.end());
  return files;
}

/// What the line can be known by, the most telling first: hosts, then programs and scripts.
std::vector<std::string> words_of(const Finding &finding) {
  std::vector<std::string> hosts, programs;
  for (const auto &item : finding.behaviors) {
    const auto &behavior = item.behavior;
    if (is_egress(behavior) && destination_of(behavior)) hosts.emplace_back(destination_of(behavior)->host);
    if (behavior.kind != Kind::exec) continue;
    const auto file = base_name(deciding_file(behavior.lineage.back()));
    if (!is_shell(behavior.lineage.back())) programs.emplace_back(file);
  }
  hosts.insert(hosts.end(), programs.begin(), programs.end());
  return hosts;
}

using Lines = std::vector<std::string_view>;

/// The target whose recipe line `at` of a makefile belongs to; the line of the target itself belongs to it,
/// too.
std::string target_of(const Lines &lines, std::size_t at) {
  for (auto i = at + 1; i-- > 0;) {
    const auto line = lines[i];
    if (line.empty() || line.starts_with('\t') || line.starts_with('#') || line.starts_with(' ')) continue;
    const auto colon = line.find(':');
    const auto target = trimmed(line.substr(0, colon));
    const bool assigns = colon != std::string_view::npos && line.substr(colon + 1, 1) == "=";
    if (colon == std::string_view::npos || assigns || target.find('=') != std::string_view::npos) return {};
    return std::string(target);
  }
  return {};
}

std::string value_of(std::string_view line, std::string_view key) {
  auto text = trimmed(line);
  if (text.starts_with("- ")) text = trimmed(text.substr(2));
  if (!text.starts_with(key)) return {};
  text = trimmed(text.substr(key.size()));
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

/// The step that holds line `at` of a workflow: the list item that it stands in; and its job.
std::optional<Package> step_of(const Lines &lines, std::size_t at) {
  auto start = at;
  while (start > 0 && !trimmed(lines[start]).starts_with("- ")) --start;
  if (!trimmed(lines[start]).starts_with("- ")) return std::nullopt;
  const auto indent = indent_of(lines[start]);
  Package step{"workflow", {}, {}, {}, {}};
  for (auto i = start;
       i < lines.size() && (i == start || indent_of(lines[i]) > indent || trimmed(lines[i]).empty()); ++i)
    for (const std::string_view key : {"name:", "id:"})
      if (step.name.empty()) step.name = value_of(lines[i], key);
  constexpr std::size_t k_job_indent = 2;
  for (auto i = start; i-- > 0;)
    if (const auto line = lines[i]; indent_of(line) == k_job_indent && trimmed(line).ends_with(':')) {
      step.stage = trimmed(line).substr(0, trimmed(line).size() - 1);
      break;
    }
  if (step.name.empty() && step.stage.empty()) return std::nullopt;
  return step;
}

bool is_makefile(std::string_view file) {
  const auto name = base_name(file);
  return name == "Makefile" || name == "makefile" || name == "GNUmakefile" || name.ends_with(".mk");
}

std::optional<Package> who_says(const std::string &file, const Lines &lines, std::size_t at) {
  if (is_makefile(file)) {
    auto target = target_of(lines, at);
    return target.empty() ? std::nullopt : std::optional(Package{"make", std::move(target), {}, {}, {}});
  }
  return file.starts_with(".github/workflows/") ? step_of(lines, at) : std::nullopt;
}

/// The first line with the most telling word; of several jobs' steps the running job's.
std::optional<ScriptEntry> entry_in(const std::string &file, const Lines &lines,
                                    const std::vector<std::string> &words, const std::string &running_job) {
  std::optional<ScriptEntry> first;
  for (const auto &word : words) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!has_word(lines[i], word)) continue;
      ScriptEntry entry{{file, static_cast<int>(i) + 1}, who_says(file, lines, i)};
      if (!entry.who || entry.who->manager != "workflow" || entry.who->stage == running_job) return entry;
      if (!first) first = std::move(entry);
    }
    if (first) return first;
  }
  return first;
}

} // namespace

std::optional<ScriptEntry> find_script(const Finding &finding, const FileReader &read,
                                       const Workflows &workflows) {
  const auto files = files_above(finding.behaviors.front().behavior, workflows.files);
  const auto words = words_of(finding);
  for (const auto &file : files)
    if (const auto text = read(file))
      if (auto entry = entry_in(file, lines_of(*text), words, workflows.running_job)) return entry;
  // No line tells: the script itself.
  for (const auto &file : files)
    if (!file.starts_with(".") && read(file)) return ScriptEntry{{file, 1}, std::nullopt};
  return std::nullopt;
}

} // namespace buildprint

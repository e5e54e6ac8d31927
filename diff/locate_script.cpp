// The line of a script, recipe or workflow that made a finding.
#include <algorithm>
#include <array>

#include "diff/locate.hpp"
#include "diff/object.hpp"
#include "diff/program.hpp"
#include "diff/workflow_steps.hpp"

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
    const auto &file = deciding_file(*program);
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
    if (const auto *host = connected_host(behavior)) hosts.push_back(host->name);
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

/// The step that GitHub names as the running one.
const WorkflowStep *named_step(const std::vector<WorkflowStep> &steps, const Workflows &running) {
  const auto step = std::find_if(steps.begin(), steps.end(), [&](const WorkflowStep &one) {
    return one.action == running.running_step && one.job == running.running_job;
  });
  return step == steps.end() ? nullptr : &*step;
}

/// How surely this is the step that runs now.
int certainty(const WorkflowStep &step, const WorkflowStep *named, const Workflows &running) {
  if (running.running_job.empty() || step.job != running.running_job) return 0;
  const auto &action = running.running_action;
  const bool uses =
      !action.empty() && (step.uses.starts_with(action + '@') || step.uses.starts_with(action + '/'));
  return (named != nullptr ? &step == named : uses) ? 2 : 1;
}

bool is_makefile(std::string_view file) {
  const auto name = base_name(file);
  return name == "Makefile" || name == "makefile" || name == "GNUmakefile" || name.ends_with(".mk");
}

std::optional<Package> who_says(const std::string &file, const Lines &lines, std::size_t at) {
  if (!is_makefile(file)) return std::nullopt;
  auto target = target_of(lines, at);
  return target.empty() ? std::nullopt : std::optional(Package{"make", std::move(target), {}, {}, {}});
}

/// Of several steps that name the word the running one, else one of the running job, else the first.
std::optional<ScriptEntry> workflow_entry(const std::string &file, const Lines &lines,
                                          const std::vector<WorkflowStep> &steps, const std::string &word,
                                          const Workflows &workflows) {
  const auto *const named = named_step(steps, workflows);
  std::optional<ScriptEntry> best;
  int best_certainty = -1;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!has_word(lines[i], word)) continue;
    const auto *step = step_at(steps, i);
    const int sure = step != nullptr ? certainty(*step, named, workflows) : 0;
    if (sure <= best_certainty) continue;
    best_certainty = sure;
    best = ScriptEntry{{file, static_cast<int>(i) + 1}, std::nullopt};
    if (step == nullptr) continue;
    best->who = Package{
        "workflow", std::string(step->name.empty() ? step->id : step->name), {}, std::string(step->job), {}};
  }
  return best;
}

/// The first line with the most telling word.
std::optional<ScriptEntry> entry_in(const std::string &file, const Lines &lines,
                                    const std::vector<std::string> &words, const Workflows &workflows) {
  const bool workflow = file.starts_with(".github/workflows/");
  const auto steps = workflow ? workflow_steps(lines) : std::vector<WorkflowStep>();
  for (const auto &word : words) {
    if (workflow) {
      if (auto entry = workflow_entry(file, lines, steps, word, workflows)) return entry;
      continue;
    }
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (has_word(lines[i], word))
        return ScriptEntry{{file, static_cast<int>(i) + 1}, who_says(file, lines, i)};
  }
  return std::nullopt;
}

} // namespace

std::optional<ScriptEntry> find_script(const Finding &finding, const FileReader &read,
                                       const Workflows &workflows) {
  const auto files = files_above(finding.behaviors.front().behavior, workflows.files);
  const auto words = words_of(finding);
  for (const auto &file : files)
    if (const auto text = read(file))
      if (auto entry = entry_in(file, lines_of(*text), words, workflows)) return entry;
  // No line tells: the script itself.
  for (const auto &file : files)
    if (!file.starts_with(".") && read(file)) return ScriptEntry{{file, 1}, std::nullopt};
  return std::nullopt;
}

} // namespace buildprint

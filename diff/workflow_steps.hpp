#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

/// A step of a GitHub workflow: an item of a list in its file.
struct WorkflowStep {
  std::size_t begin = 0; ///< its first line, from 0
  std::string name, id, job;
  std::string uses;   ///< an action, "owner/name@version"
  std::string action; ///< as GITHUB_ACTION names it: its id, or "__run", "__run_2", … of the job's scripts
                      ///< without one
};

/// In the order of their lines. No YAML is parsed: a step is known by where its lines begin.
std::vector<WorkflowStep> workflow_steps(const std::vector<std::string_view> &lines);

/// The one that a line stands in; nullptr above the first.
const WorkflowStep *step_at(const std::vector<WorkflowStep> &steps, std::size_t line);

} // namespace buildprint

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

/// A step of a GitHub workflow: an item below the key `steps` of a job. The views are into the file.
struct WorkflowStep {
  std::size_t begin = 0, end = 0; ///< its first and its last line, from 0
  std::string_view job, name, id;
  std::string_view uses; ///< an action, "owner/name@version"
  std::string action;    ///< as GITHUB_ACTION names it: its id, else "__run", "__owner_name", "__self", …
};

/// In the order of their lines. No YAML is parsed: jobs, steps and their keys are known by the column that
/// they begin in. Takes linear time and memory, whatever a pull request wrote into the file.
std::vector<WorkflowStep> workflow_steps(const std::vector<std::string_view> &lines);

/// The one that a line stands in; nullptr for a line in none.
const WorkflowStep *step_at(const std::vector<WorkflowStep> &steps, std::size_t line);

} // namespace buildprint

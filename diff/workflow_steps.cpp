#include "diff/workflow_steps.hpp"

#include <algorithm>

#include "diff/repository_files.hpp"

namespace buildprint {
namespace {

constexpr std::size_t k_job_indent = 2;

std::string value_of(std::string_view text, std::string_view key) {
  if (!text.starts_with(key)) return {};
  text = trimmed(text.substr(key.size()));
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

/// Goes through a file's lines once.
class Reader {
 public:
  void read(std::string_view line, std::size_t number) {
    const auto text = trimmed(line);
    if (text.empty()) return;
    const auto indent = indent_of(line);
    if (within_ && indent <= indent_) end();
    if (!within_ && text.starts_with("- ")) {
      steps.emplace_back().begin = number;
      steps.back().job = job_;
      within_ = true;
      indent_ = indent;
      read_key(trimmed(text.substr(2)));
      keys_ = 0;
    } else if (within_) {
      if (keys_ == 0) keys_ = indent;
      if (indent == keys_) read_key(text);
    } else if (indent == k_job_indent && text.ends_with(':')) {
      job_ = text.substr(0, text.size() - 1);
      scripts_ = 0;
    }
  }
  void end() {
    if (!within_) return;
    within_ = false;
    auto &step = steps.back();
    step.action = step.id;
    if (step.id.empty() && runs_)
      step.action = ++scripts_ == 1 ? "__run" : "__run_" + std::to_string(scripts_);
    runs_ = false;
  }

  std::vector<WorkflowStep> steps;

 private:
  void read_key(std::string_view text) {
    auto &step = steps.back();
    if (step.name.empty()) step.name = value_of(text, "name:");
    if (step.id.empty()) step.id = value_of(text, "id:");
    if (step.uses.empty()) step.uses = value_of(text, "uses:");
    runs_ |= text.starts_with("run:");
  }

  std::string job_;
  bool within_ = false, runs_ = false;
  std::size_t indent_ = 0, keys_ = 0; ///< of the step, of its keys below its first line
  int scripts_ = 0;                   ///< without an id, in the job
};

} // namespace

std::vector<WorkflowStep> workflow_steps(const std::vector<std::string_view> &lines) {
  Reader reader;
  for (std::size_t i = 0; i < lines.size(); ++i) reader.read(lines[i], i);
  reader.end();
  return std::move(reader.steps);
}

const WorkflowStep *step_at(const std::vector<WorkflowStep> &steps, std::size_t line) {
  const auto next =
      std::upper_bound(steps.begin(), steps.end(), line,
                       [](std::size_t at, const WorkflowStep &step) { return at < step.begin; });
  return next == steps.begin() ? nullptr : &*std::prev(next);
}

} // namespace buildprint

#include "diff/workflow_steps.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "diff/repository_files.hpp"

namespace buildprint {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_item(std::string_view text) {
  return text.starts_with('-') && (text.size() == 1 || is_blank(text[1]));
}

/// Without quotes, or without the comment behind it.
std::string_view plain(std::string_view value) {
  if (value.starts_with('"') || value.starts_with('\''))
    return value.substr(1, value.find(value.front(), 1) - 1);
  for (std::size_t i = 0; i < value.size(); ++i)
    if (value[i] == '#' && (i == 0 || is_blank(value[i - 1]))) return trimmed(value.substr(0, i));
  return value;
}

/// nullopt when the line is not of this key.
std::optional<std::string_view> value_of(std::string_view text, std::string_view key) {
  if (!text.starts_with(key)) return std::nullopt;
  text.remove_prefix(key.size());
  if (!text.starts_with(':') || (text.size() > 1 && !is_blank(text[1]))) return std::nullopt;
  return plain(trimmed(text.substr(1)));
}

/// Goes through a file's lines once.
class Reader {
 public:
  void read(std::string_view line, std::size_t number) {
    const auto text = trimmed(line);
    if (text.empty() || text.starts_with('#')) return;
    const auto column = indent_of(line);
    if (column == 0) {
      within_jobs_ = value_of(text, "jobs") == "";
      jobs_ = 0;
    } else if (within_jobs_) {
      if (jobs_ == 0) jobs_ = column;
      if (column <= jobs_)
        begin_job(text);
      else
        read_in_job(text, column, number);
    }
  }

  std::vector<WorkflowStep> steps;

 private:
  void begin_job(std::string_view text) {
    job_ = trimmed(text.substr(0, text.find(':')));
    job_keys_ = 0;
    within_steps_ = false;
  }
  void read_in_job(std::string_view text, std::size_t column, std::size_t number) {
    if (job_keys_ == 0) job_keys_ = column;
    // The items of a list may begin in the column of its key.
    if (column <= job_keys_ && !is_item(text)) {
      within_steps_ = value_of(text, "steps") == "";
      items_ = 0;
    } else if (within_steps_) {
      read_in_steps(text, column, number);
    }
  }
  void read_in_steps(std::string_view text, std::size_t column, std::size_t number) {
    if (is_item(text) && (items_ == 0 || column <= items_)) {
      items_ = column;
      keys_ = 0;
      steps.emplace_back().begin = number;
      steps.back().job = job_;
      column += 1 + indent_of(text.substr(1));
      text = trimmed(text.substr(1));
    }
    if (items_ == 0) return;
    steps.back().end = number;
    if (text.empty()) return;
    if (keys_ == 0) keys_ = column;
    if (column == keys_) read_key(text, steps.back());
  }
  static void read_key(std::string_view text, WorkflowStep &step) {
    if (const auto name = value_of(text, "name")) step.name = *name;
    if (const auto id = value_of(text, "id")) step.id = *id;
    if (const auto uses = value_of(text, "uses")) step.uses = *uses;
  }

  bool within_jobs_ = false, within_steps_ = false;
  std::string_view job_;
  /// The columns of the jobs, of a job's keys, of its steps, of a step's keys; 0: not known yet.
  std::size_t jobs_ = 0, job_keys_ = 0, items_ = 0, keys_ = 0;
};

/// GitHub's name of a step without an id, before equal ones are numbered. Source: the converter of steps in
/// the workflow parser of github.com/actions/languageservices. The folder of an action counts for nothing.
std::string default_name(std::string_view uses) {
  constexpr std::string_view k_image = "docker://";
  std::string_view name = "run";
  if (uses.starts_with("./"))
    name = "self";
  else if (uses.starts_with(k_image))
    name = uses.substr(k_image.size());
  else if (const auto slash = uses.find('/'); slash != std::string_view::npos)
    name = uses.substr(0, uses.find_first_of("/@", slash + 1));
  auto result = "__" + std::string(name);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return !part_of_word(c); }, '_');
  return result;
}

void name_actions(std::vector<WorkflowStep> &steps) {
  std::map<std::string, int> named; // in the job
  const char *job = nullptr;        // told apart by place: a name may be as long as the file
  for (auto &step : steps) {
    if (step.job.data() != job) named.clear();
    job = step.job.data();
    step.action = step.id.empty() ? default_name(step.uses) : step.id;
    if (!step.id.empty()) continue;
    if (const int count = ++named[step.action]; count > 1) step.action += '_' + std::to_string(count);
  }
}

} // namespace

std::vector<WorkflowStep> workflow_steps(const std::vector<std::string_view> &lines) {
  Reader reader;
  for (std::size_t i = 0; i < lines.size(); ++i) reader.read(lines[i], i);
  name_actions(reader.steps);
  return std::move(reader.steps);
}

const WorkflowStep *step_at(const std::vector<WorkflowStep> &steps, std::size_t line) {
  const auto next =
      std::upper_bound(steps.begin(), steps.end(), line,
                       [](std::size_t at, const WorkflowStep &step) { return at < step.begin; });
  return next == steps.begin() || std::prev(next)->end < line ? nullptr : &*std::prev(next);
}

} // namespace buildprint

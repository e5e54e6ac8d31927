#include "cmd/run_options.hpp"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cmd/duration.hpp"
#include "cmd/label_option.hpp"
#include "cmd/record_runs.hpp"
#include "cmd/run_conditions.hpp"

namespace buildprint {

void add_recording_options(CLI::App &command, RecordRequest &request) {
  command
      .add_option("--workspace", request.question.workspace, "What is $WS (default: the git working tree)")
      ->type_name("DIR");
  command.add_option("--user", request.user, "Record as this user (root only)");
  command
      .add_option_function<std::string>(
          "--linger", [&request](const std::string &text) { request.linger = parse_duration(text); },
          "How long to wait for what the command left running (default: 5s)")
      ->type_name("TIME");
  add_label_option(command, request.question.labels,
                   "What tells this run from others of the workload: a job of a matrix, …");
}

void add_run_options(CLI::App &command, RecordRequest &request) {
  command.add_option("--prepare", request.prepare, "A shell line before each run, not recorded")
      ->type_name("LINE");
  command.add_flag("--copy", request.copy, "Run each time in a fresh copy of the workspace, at another path");
  command
      .add_option_function<std::vector<std::string>>(
          "--keep",
          [&request](const std::vector<std::string> &axes) { request.keep.insert(axes.begin(), axes.end()); },
          "Do not vary this: " + join(variable_axes(), ", "))
      ->type_name("AXIS")
      ->delimiter(',')
      ->allow_extra_args(false);
}

} // namespace buildprint

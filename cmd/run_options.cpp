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
      .add_option("--workspace", request.question.workspace,
                  "The directory that becomes $WS (default: the git working tree)")
      ->type_name("DIR");
  command.add_option("--user", request.user, "Run the command as this user (root only)");
  command
      .add_option_function<std::string>(
          "--linger", [&request](const std::string &text) { request.linger = parse_duration(text); },
          "How long to follow processes that the command left running (default: 5s)")
      ->type_name("TIME");
  add_label_option(command, request.question.labels,
                   "Distinguishes this run from others of the workload, such as a matrix job");
  command.add_flag("!--no-files", request.files, "Do not record files");
  command.add_flag("--no-loss", request.no_loss, "Pause processes (SIGSTOP) rather than lose events");
}

void add_container_options(CLI::App &command, RecordRequest &request) {
  auto *image =
      command.add_option("--image", request.container.image, "Run a container of this image and record it");
  command.add_option("--container", request.container.running, "Record a running container")
      ->type_name("ID")
      ->excludes(image);
  command
      .add_option_function<std::string>(
          "--for", [&request](const std::string &text) { request.for_duration = parse_duration(text); },
          "How long to record a running container (default: until it exits)")
      ->type_name("TIME");
  command
      .add_option("--engine", request.container.engine,
                  "The container engine (default: the one that is installed)")
      ->check(CLI::IsMember({"docker", "podman"}));
}

void check_container_options(const RecordRequest &request) {
  const auto &container = request.container;
  if (container.asks() && (request.vary || request.copy))
    throw CLI::ValidationError(request.vary ? "--vary" : "--copy", "cannot be used with containers");
  if (container.running.empty()) {
    if (request.for_duration) throw CLI::ValidationError("--for", "can only be used with --container");
    return;
  }
  if (!request.question.command.empty())
    throw CLI::ValidationError("--container", "takes no command: it records what runs in the container");
  if (request.runs > 1) throw CLI::ValidationError("--container", "is recorded once: drop --runs");
}

void add_run_options(CLI::App &command, RecordRequest &request) {
  command.add_option("--prepare", request.prepare, "A shell command that runs, unrecorded, before each run")
      ->type_name("LINE");
  command.add_flag("--copy", request.copy,
                   "Run each time in a fresh copy of the workspace, at a different path");
  command
      .add_option_function<std::vector<std::string>>(
          "--keep",
          [&request](const std::vector<std::string> &axes) { request.keep.insert(axes.begin(), axes.end()); },
          "Do not vary this axis: " + join(variable_axes(), ", "))
      ->type_name("AXIS")
      ->delimiter(',')
      ->allow_extra_args(false);
}

} // namespace buildprint

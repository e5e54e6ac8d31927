#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cmd/commands.hpp"
#include "cmd/load_side.hpp"
#include "cmd/outcome.hpp"
#include "cmd/terminal.hpp"
#include "cmd/version.hpp"
#include "diff/attribution.hpp"
#include "diff/compare.hpp"
#include "diff/environment_map.hpp"
#include "reports/attestation.hpp"
#include "reports/reports.hpp"

namespace buildprint {
namespace {

struct DiffOptions {
  std::string base, head, policy, map, repository, output, service;
  std::string format = "text", color = "auto";
  std::vector<std::string> subjects;
  bool verbose = false;
};

Diff compare_files(const DiffOptions &options, LoadedSide &base, LoadedSide &head) {
  if (!options.map.empty()) {
    const auto map = load_environment_map(options.map);
    apply(map, base.fingerprint, base.evidence);
    apply(map, head.fingerprint, head.evidence);
  }
  Policy policy;
  if (!options.policy.empty()) {
    policy = parse_policy(read_file(options.policy), options.policy);
    policy.today = today_utc();
  }
  auto diff = compare(base.fingerprint, head.fingerprint, policy, head.evidence);
  diff.base.source = options.base;
  diff.head.source = options.head;
  if (base.fingerprint.runs == 1 && head.fingerprint.runs > 1)
    diff.notices.push_back("HEAD has " + std::to_string(head.fingerprint.runs) +
                           " runs and BASE has one: were they swapped?");
  if (!options.repository.empty()) locate(diff.findings, options.repository);
  return diff;
}

int run_diff(const DiffOptions &options) {
  const auto *report = find_report(options.format);
  if (report == nullptr)
    throw Error("unknown report format \"" + options.format + "\"", "see 'buildprint diff --help'");
  std::error_code ignored;
  if (std::filesystem::equivalent(options.base, options.head, ignored))
    throw Error("BASE and HEAD are the same file, " + options.base, "pass two different fingerprints");
  if (!options.output.empty()) require_writable(options.output);
  auto base = load_side(options.base), head = load_side(options.head);
  if (!options.service.empty()) keep_service(options.service, {&base, &head});
  const auto diff = compare_files(options, base, head);

  RenderOptions render;
  fit_to_output(render, options.color, !options.output.empty());
  render.version = version();
  render.verbose = options.verbose;
  render.base = &base.fingerprint;
  render.head = &head.fingerprint;
  render.evidence = &head.evidence;
  for (const auto &subject : options.subjects) render.subjects.push_back(parse_subject(subject));
  const auto text = report->render(diff, render);
  if (options.output.empty())
    std::fwrite(text.data(), 1, text.size(), stdout);
  else
    write_file_atomically(options.output, text);
  return exit_code_of(diff.verdict);
}

} // namespace

void add_diff(CLI::App &app, Action &action) {
  auto options = std::make_shared<DiffOptions>();
  auto *command = app.add_subcommand("diff", "Show what HEAD does that BASE does not");
  command->add_option("BASE", options->base, "Fingerprint or recording to compare with")->required();
  command->add_option("HEAD", options->head, "Fingerprint or recording to check; a recording adds raw values")
      ->required();
  command->add_option("--policy", options->policy, "The policy: what is allowed and what is denied")
      ->type_name("FILE");
  command
      ->add_option("--map", options->map,
                   "Names of hosts, users and paths that differ between the two environments")
      ->type_name("FILE");
  command
      ->add_option("--repository", options->repository,
                   "Look for the line that causes each finding in this directory")
      ->type_name("DIR");
  command->add_option("--service", options->service, "Compare only this container (image or compose service)")
      ->type_name("NAME");
  std::string formats;
  for (const auto &report : reports()) (formats += formats.empty() ? "" : ", ") += report.name;
  command->add_option("--format", options->format, "One of " + formats)->capture_default_str();
  command->add_option("-o,--output", options->output, "Write to FILE instead of standard output")
      ->type_name("FILE");
  command
      ->add_option("--subject", options->subjects,
                   "With --format verdict: write a complete in-toto statement about this artifact")
      ->type_name("NAME@sha256:HEX");
  command->add_option("--color", options->color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->add_flag("-v,--verbose", options->verbose, "Show raw values and every behavior");
  command->footer("Exit status: 0 nothing new, 1 new behavior, 2 error, 3 not comparable, 4 incomplete.\n\n"
                  "Examples:\n"
                  "  buildprint diff main.json pull-request.json\n"
                  "  buildprint diff main.json pull-request.recording --verbose\n"
                  "  buildprint diff staging.json production.json --map environments.json --format markdown");
  command->callback([options, &action] { action = [options] { return run_diff(*options); }; });
}

} // namespace buildprint

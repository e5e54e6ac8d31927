#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cmd/baseline_options.hpp"
#include "cmd/commands.hpp"
#include "cmd/load_side.hpp"
#include "cmd/outcome.hpp"
#include "cmd/terminal.hpp"
#include "cmd/version.hpp"
#include "diff/attribution.hpp"
#include "diff/judge.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "reports/reports.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

struct GateOptions {
  BaselineOptions baseline;
  fs::path report_dir, fingerprint;
  std::string color = "auto";
  unsigned retry = 0;
  bool no_self_accept = false;
  std::vector<std::string> command;
};

/// What the run is held against; read before the command runs, which could edit any of it.
struct Court {
  GitRepository repository;
  BaselineQuery query;
  Baseline baseline;
  OwnClaims claims;
  Rules rules;
};

Court convene(const GateOptions &options, const std::string &name) {
  auto repository = open_repository(fs::current_path());
  auto query = query_of(options.baseline, name);
  auto baseline = read_baseline(repository, query);
  auto claims = read_own_claims(repository, query, baseline);
  auto rules = baseline.rules.empty() ? builtin_rules() : parse_rules(baseline.rules, baseline.rules_source);
  return {std::move(repository), std::move(query), std::move(baseline), std::move(claims), std::move(rules)};
}

fs::path pending_path(const Court &court) {
  return *court.repository.workdir() / (fingerprint_path(court.query.name) + ".new");
}

void require_report_dir(const fs::path &directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error)
    throw Error("cannot make " + directory.string() + ": " + error.message(), "name another --report-dir");
  require_writable(directory / "report");
}

void write_reports(const Diff &diff, const RenderOptions &render, const fs::path &directory,
                   const std::string &fingerprint) {
  const auto stem = (directory / diff.head.name).string();
  for (const auto &report : reports())
    write_file_atomically(stem + std::string(report.extension), report.render(diff, render));
  write_file_atomically(stem + ".json.new", fingerprint);
}

/// Leaves the fingerprint where `accept` looks for it, as long as there is something to accept.
void leave_pending(const Court &court, Verdict verdict, const std::string &fingerprint) {
  const auto path = pending_path(court);
  if (verdict != Verdict::new_behavior && verdict != Verdict::no_baseline) {
    std::error_code none;
    fs::remove(path, none);
    return;
  }
  fs::create_directories(path.parent_path());
  write_file_atomically(path, fingerprint);
  std::fprintf(stderr, "buildprint: the fingerprint of this run is in %s.new\n",
               fingerprint_path(court.query.name).c_str());
}

/// The two commands that make this run the baseline.
void tell_first_commands(const BaselineQuery &query) {
  const auto file = fingerprint_path(query.name);
  std::fputs("buildprint: to make this run the baseline:\n", stderr);
  if (query.store == Store::notes)
    std::fprintf(stderr, "  git notes --ref=buildprint/%s add -F %s.new\n  git push origin %s\n",
                 query.name.c_str(), file.c_str(), notes_ref(query.name).c_str());
  else if (query.store == Store::ref)
    std::fprintf(stderr,
                 "  buildprint accept --all --name %s --store ref --reason \"first baseline\"\n"
                 "  git push origin %s\n",
                 query.name.c_str(), k_baselines_ref);
  else
    std::fprintf(stderr, "  mv %s.new %s && git add %s\n  git commit -m \"Baseline of %s\"\n", file.c_str(),
                 file.c_str(), file.c_str(), query.name.c_str());
}

int conclude(const GateOptions &options, const Court &court, const LoadedSide &head) {
  auto diff = judge(court.baseline, court.claims, head.fingerprint, head.evidence,
                    options.no_self_accept ? SelfAcceptance::refused : SelfAcceptance::listed);
  locate(diff.findings, *court.repository.workdir());
  RenderOptions render;
  render.version = version();
  render.base = court.baseline.fingerprint ? &*court.baseline.fingerprint : nullptr;
  render.head = &head.fingerprint;
  const auto fingerprint = render_fingerprint(head.fingerprint);
  if (!options.report_dir.empty()) write_reports(diff, render, options.report_dir, fingerprint);
  leave_pending(court, diff.verdict, fingerprint);

  fit_to_output(render, options.color, false);
  const auto summary = render_text(diff, render);
  std::fwrite(summary.data(), 1, summary.size(), stdout);
  std::fflush(stdout);
  if (diff.verdict == Verdict::no_baseline && !court.baseline.fingerprint) tell_first_commands(court.query);
  if (!options.report_dir.empty())
    std::fprintf(stderr, "buildprint: every report is in %s\n", options.report_dir.c_str());
  return exit_code_of(diff.verdict);
}

int run_gate(const GateOptions &options) {
  if (options.command.empty() == options.fingerprint.empty())
    throw Error("name either a command or a fingerprint", "buildprint gate --name NAME -- COMMAND…");
  if (!options.report_dir.empty()) require_report_dir(options.report_dir);
  const auto &given = options.baseline.name;
  const auto name = given.empty() ? load_side(options.fingerprint, builtin_rules()).fingerprint.name : given;
  const auto court = convene(options, name);
  const auto head = load_side(options.fingerprint, court.rules);
  if (head.fingerprint.name != name)
    throw Error(options.fingerprint.string() + " is a fingerprint of " + head.fingerprint.name + ", not of " +
                    name,
                "give it its name when recording: record --name " + name);
  return conclude(options, court, head);
}

} // namespace

void add_gate(CLI::App &app, Action &action) {
  auto options = std::make_shared<GateOptions>();
  auto *command = app.add_subcommand("gate", "Record a command and fail when it does something new");
  add_name_option(*command, options->baseline);
  add_base_option(*command, options->baseline);
  add_store_option(*command, options->baseline);
  command->add_option("--report-dir", options->report_dir, "Write every report into this directory")
      ->type_name("DIR");
  command
      ->add_option("--fingerprint", options->fingerprint,
                   "Judge this fingerprint or recording, made elsewhere, instead of running a command")
      ->type_name("FILE");
  command
      ->add_option("--retry", options->retry,
                   "Record up to K more times when something is new, to show how often")
      ->type_name("K");
  command->add_flag("--no-self-accept", options->no_self_accept, "Fail on what the change itself accepts");
  command->add_option("--color", options->color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->add_option("COMMAND", options->command, "What to run, after --");
  command->footer(
      "Exit status: 0 nothing new, 1 new behavior, 2 error, 3 no baseline, 4 incomplete.\n\n"
      "Examples:\n"
      "  buildprint gate --name unit-tests -- make test\n"
      "  buildprint gate --name unit-tests --base origin/release --report-dir reports -- make test\n"
      "  buildprint gate --fingerprint merged-shards.json --no-self-accept");
  command->callback([options, &action] { action = [options] { return run_gate(*options); }; });
}

} // namespace buildprint

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cmd/baseline_options.hpp"
#include "cmd/command_words.hpp"
#include "cmd/commands.hpp"
#include "cmd/load_side.hpp"
#include "cmd/outcome.hpp"
#include "cmd/record_runs.hpp"
#include "cmd/run_options.hpp"
#include "cmd/terminal.hpp"
#include "cmd/version.hpp"
#include "diff/attribution.hpp"
#include "diff/judge.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/merge.hpp"
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
  RecordRequest request;
};

/// What the run is held against; read before the command runs, which could edit any of it.
struct Court {
  GitRepository repository;
  BaselineQuery query;
  Baseline baseline;
  OwnClaims claims;
  Rules rules;
};

Court convene(const GateOptions &options, const std::string &name, const Labels &labels) {
  auto repository = open_repository(fs::current_path());
  auto query = query_of(options.baseline, name, labels);
  auto baseline = read_baseline(repository, query);
  auto claims = read_own_claims(repository, query, baseline);
  auto rules = baseline.rules.empty() ? builtin_rules() : parse_rules(baseline.rules, baseline.rules_source);
  return {std::move(repository), std::move(query), std::move(baseline), std::move(claims), std::move(rules)};
}

fs::path pending_path(const Court &court) {
  return *court.repository.workdir() / (fingerprint_path(court.baseline.stem) + ".new");
}

void require_report_dir(const fs::path &directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error)
    throw Error("cannot create " + directory.string() + ": " + error.message(),
                "choose another --report-dir");
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
               fingerprint_path(court.baseline.stem).c_str());
}

/// The two commands that make this run the baseline.
void tell_first_commands(const BaselineQuery &query, const std::string &stem) {
  const auto file = fingerprint_path(stem);
  std::fputs("buildprint: to make this run the baseline:\n", stderr);
  if (query.store == Store::notes)
    std::fprintf(stderr, "  git notes --ref=buildprint/%s add -F %s.new\n  git push origin %s\n",
                 stem.c_str(), file.c_str(), notes_ref(stem).c_str());
  else if (query.store == Store::ref)
    std::fprintf(stderr,
                 "  buildprint accept --all --name %s --store ref --reason \"first baseline\"\n"
                 "  git push origin %s\n",
                 query.name.c_str(), k_baselines_ref);
  else
    std::fprintf(stderr, "  mv %s.new %s && git add %s\n  git commit -m \"Baseline of %s\"\n", file.c_str(),
                 file.c_str(), file.c_str(), query.name.c_str());
}

Diff judge_in(const Court &court, const GateOptions &options, const LoadedSide &head) {
  return judge(court.baseline, court.claims, head.fingerprint, head.evidence,
               options.no_self_accept ? SelfAcceptance::refused : SelfAcceptance::listed);
}

int conclude(const GateOptions &options, const Court &court, const LoadedSide &head) {
  auto diff = judge_in(court, options, head);
  locate(diff.findings, *court.repository.workdir(), [&](const std::string &path) {
    return court.baseline.commit ? court.repository.file_at(court.baseline.commit->id, path) : std::nullopt;
  });
  RenderOptions render;
  render.version = version();
  render.fingerprint_file = fingerprint_path(court.baseline.stem);
  render.base = court.baseline.fingerprint ? &*court.baseline.fingerprint : nullptr;
  render.head = &head.fingerprint;
  render.evidence = &head.evidence;
  const auto fingerprint = render_fingerprint(head.fingerprint);
  if (!options.report_dir.empty()) write_reports(diff, render, options.report_dir, fingerprint);
  leave_pending(court, diff.verdict, fingerprint);

  fit_to_output(render, options.color, false);
  const auto summary = render_text(diff, render);
  std::fwrite(summary.data(), 1, summary.size(), stdout);
  std::fflush(stdout);
  if (diff.verdict == Verdict::no_baseline && !court.baseline.fingerprint)
    tell_first_commands(court.query, court.baseline.stem);
  if (!options.report_dir.empty())
    std::fprintf(stderr, "buildprint: reports are in %s\n", options.report_dir.c_str());
  return exit_code_of(diff.verdict);
}

int gate_file(const GateOptions &options) {
  const auto &given = options.baseline.name;
  const auto told = load_side(options.fingerprint, builtin_rules()).fingerprint;
  const auto name = given.empty() ? told.name : given;
  auto labels = told.labels;
  for (const auto &[label, value] : options.request.question.labels) labels[label] = value;
  const auto court = convene(options, name, labels);
  const auto head = load_side(options.fingerprint, court.rules);
  if (head.fingerprint.name != name)
    throw Error(options.fingerprint.string() + " is a fingerprint of " + head.fingerprint.name + ", not of " +
                    name,
                "name it when recording: record --name " + name);
  return conclude(options, court, head);
}

/// The runs so far as one, each line with its support; a line's raw values are those of the last run that
/// had it.
LoadedSide together(const std::vector<LoadedSide> &runs) {
  if (runs.size() == 1) return runs.front();
  std::vector<Fingerprint> fingerprints;
  std::vector<std::string> names;
  for (const auto &run : runs) {
    fingerprints.push_back(run.fingerprint);
    names.push_back("run " + std::to_string(fingerprints.size()));
  }
  LoadedSide merged{merge(fingerprints, MergeAs::runs, names), {}};
  const auto &behaviors = merged.fingerprint.behaviors;
  merged.evidence.resize(behaviors.size());
  for (const auto &run : runs)
    for (std::size_t i = 0; i < run.evidence.size(); ++i) {
      const auto place = std::ranges::lower_bound(behaviors, run.fingerprint.behaviors[i], key_less);
      if (place != behaviors.end())
        merged.evidence[static_cast<std::size_t>(place - behaviors.begin())] = run.evidence[i];
    }
  return merged;
}

/// A run that could not be recorded is a run of which everything was lost.
LoadedSide unrecorded(const RecordRequest &request, const Identity &identity, const Error &error) {
  LoadedSide nothing;
  nothing.fingerprint.name = *request.question.name;
  nothing.fingerprint.rules = request.rules->id();
  nothing.fingerprint.labels = labels_of(request, identity);
  nothing.fingerprint.complete = false;
  nothing.fingerprint.incomplete_because = {std::string("nothing was recorded: ") + error.what()};
  return nothing;
}

/// REQUIRES: the request has a name and rules.
LoadedSide record_once(const RecordRequest &request, const Identity &identity) {
  RecordedRuns recorded;
  try {
    recorded = record_runs(request, identity);
  } catch (const Error &error) {
    print_error(error);
    return unrecorded(request, identity, error);
  }
  if (recorded.exec_failure) throw Error(recorded.exec_failure->what, recorded.exec_failure->remedy);
  return {std::move(recorded.canonical.fingerprint), std::move(recorded.canonical.evidence)};
}

int gate_command(const GateOptions &options) {
  auto request = options.request;
  const auto identity = take_identity(request);
  const auto name = workload_name(options.baseline, open_repository(fs::current_path()));
  request.question.name = name;
  const auto court = convene(options, name, labels_of(request, identity));
  request.rules = court.rules;
  request.more_follow = options.retry > 0;
  std::vector<LoadedSide> runs{record_once(request, identity)};
  auto head = runs.front();
  while (runs.size() <= options.retry && judge_in(court, options, head).verdict == Verdict::new_behavior) {
    std::fprintf(stderr, "buildprint: new behavior; recording again (%zu of %u)\n", runs.size(),
                 options.retry);
    runs.push_back(record_once(request, identity));
    head = together(runs);
  }
  return conclude(options, court, head);
}

int run_gate(const GateOptions &options) {
  const bool runs = !options.request.question.command.empty() || options.request.container.asks();
  if (runs != options.fingerprint.empty())
    throw Error("pass either a command or --fingerprint FILE", "buildprint gate --name NAME -- COMMAND…");
  if (!options.report_dir.empty()) require_report_dir(options.report_dir);
  return options.fingerprint.empty() ? gate_command(options) : gate_file(options);
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
                   "Check this fingerprint or recording instead of running a command")
      ->type_name("FILE");
  command
      ->add_option("--retry", options->retry,
                   "Record up to K more times when something is new, to show how often it occurs")
      ->type_name("K");
  command->add_flag("--no-self-accept", options->no_self_accept, "Fail on what the change itself accepts");
  command->add_option("--color", options->color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  auto &request = options->request;
  add_recording_options(*command, request);
  add_container_options(*command, request);
  add_command_words(*command, request.question.command, &request.container.options);
  command->footer(
      "Exit status: 0 nothing new, 1 new behavior, 2 error, 3 no baseline, 4 incomplete.\n\n"
      "The run is compared with the baseline that has its labels. With --image, options before -- that are\n"
      "not gate's own are passed to `docker create`.\n\n"
      "Examples:\n"
      "  buildprint gate --name unit-tests -- make test\n"
      "  buildprint gate --name unit-tests --base origin/release --report-dir reports -- make test\n"
      "  buildprint gate --name unit-tests --image node:22 -v $PWD:/src -w /src -- npm test\n"
      "  buildprint gate --fingerprint merged-shards.json --no-self-accept");
  command->callback([options, &action] {
    check_container_options(options->request);
    action = [options] { return run_gate(*options); };
  });
}

} // namespace buildprint

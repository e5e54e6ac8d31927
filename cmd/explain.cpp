#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/load_side.hpp"
#include "diff/findings.hpp"
#include "fingerprint/explain.hpp"

namespace buildprint {
namespace {

struct ExplainOptions {
  std::vector<std::string> words; ///< files, and last what is meant
};

/// Of a finding's id, the id of its cause; else what was given.
std::string without_finding(std::span<const ExplainedRun> runs, const std::string &what) {
  if (what.size() < k_least_digits) return what;
  for (const auto &run : runs)
    for (const auto &behavior : run.run.fingerprint.behaviors)
      if (finding_id(behavior).starts_with(what)) return behavior_id(behavior);
  return what;
}

int run_explain(const ExplainOptions &options) {
  std::vector<ExplainedRun> runs;
  for (auto file = options.words.begin(); file != options.words.end() - 1; ++file) {
    auto side = load_side(*file);
    runs.push_back({*file, {std::move(side.fingerprint), std::move(side.evidence), {}}});
  }
  const auto text = explain(runs, without_finding(runs, options.words.back()));
  std::fwrite(text.data(), 1, text.size(), stdout);
  return k_exit_same;
}

} // namespace

void add_explain(CLI::App &app, Action &action) {
  auto options = std::make_shared<ExplainOptions>();
  auto *command = app.add_subcommand(
      "explain", "Show the raw values of a behavior, the rules that rewrote them, and the runs that have it");
  command
      ->add_option(
          "FILE...WHAT", options->words, // no space: CLI11 2.4 takes no name with one
          "Recordings or fingerprints (which have no raw values), then what to explain: the id of a "
          "behavior or finding, a prefix of at least six digits, or any words of the behavior's line")
      ->required()
      ->expected(2, -1);
  command->footer("Examples:\n"
                  "  buildprint explain tests.recording 9c1f03\n"
                  "  buildprint explain tests.recording registry.example\n"
                  "  buildprint explain run1.recording run2.recording run3.recording /usr/bin/curl");
  command->callback([options, &action] { action = [options] { return run_explain(*options); }; });
}

} // namespace buildprint

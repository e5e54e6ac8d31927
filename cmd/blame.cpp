#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "base/text.hpp"
#include "cmd/baseline_options.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "diff/history.hpp"
#include "diff/pattern.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

struct BlameOptions {
  BaselineOptions baseline;
  std::string pattern;
};

struct Blamed {
  Behavior behavior;
  const FingerprintVersion *version; ///< the youngest that brought it in
};

/// What is committed now, in file order, each with the commit that brought it in. The youngest version that
/// speaks of a behavior decides: it brought it in, or it took it away.
std::vector<Blamed> blame(const std::vector<FingerprintVersion> &history) {
  std::vector<Blamed> blamed;
  std::set<Behavior, decltype(&key_less)> decided(&key_less);
  for (const auto &version : history) {
    for (const auto &behavior : version.added)
      if (decided.insert(behavior).second) blamed.push_back({behavior, &version});
    decided.insert(version.removed.begin(), version.removed.end());
  }
  std::sort(blamed.begin(), blamed.end(),
            [](const Blamed &a, const Blamed &b) { return key_less(a.behavior, b.behavior); });
  return blamed;
}

int run_blame(const BlameOptions &options) {
  const auto repository = open_repository(std::filesystem::current_path());
  const auto name = baseline_stem(options.baseline, repository);
  const auto history = fingerprint_history(repository, name, store_of(options.baseline));
  for (const auto &[behavior, version] : blame(history)) {
    const auto &subject = behavior.object.empty() ? behavior.lineage.back().text() : behavior.object.text();
    if (!options.pattern.empty() && !glob_matches(options.pattern, subject)) continue;
    std::printf("%s  %s  %-16.16s  %s  %s\n", version->commit.id.substr(0, 12).c_str(),
                version->commit.date.c_str(), printable(version->commit.author).c_str(),
                behavior_id(behavior).substr(0, 12).c_str(), describe(behavior).c_str());
  }
  return k_exit_same;
}

} // namespace

void add_blame(CLI::App &app, Action &action) {
  auto options = std::make_shared<BlameOptions>();
  auto *command = app.add_subcommand("blame", "Show which commit introduced each behavior of a workload");
  command->add_option("PATTERN", options->pattern,
                      "Only behaviors whose object (for exec: program) matches this glob");
  add_name_option(*command, options->baseline);
  add_store_option(*command, options->baseline);
  command->footer("Examples:\n"
                  "  buildprint blame --name unit-tests\n"
                  "  buildprint blame '*.example.org:*'");
  command->callback([options, &action] { action = [options] { return run_blame(*options); }; });
}

} // namespace buildprint

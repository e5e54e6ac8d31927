#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "diff/baseline.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

struct PolicyCheckOptions {
  fs::path policy;
  std::vector<fs::path> fingerprints;
  bool strict = false, verbose = false;
};

/// The committed fingerprints of the folder, and what runs left beside them.
std::vector<fs::path> fingerprints_in(const fs::path &folder) {
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto &entry : fs::directory_iterator(folder, none)) {
    const auto name = entry.path().filename().string();
    if (name == "policy.json" || name == "rules.json") continue;
    if (name.ends_with(".json") || name.ends_with(".json.new")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Prints what `entry` matches and returns how much that is.
std::size_t tell_matches(const PolicyEntry &entry, const std::vector<Fingerprint> &fingerprints, bool all) {
  std::size_t total = 0;
  for (const auto &fingerprint : fingerprints) {
    std::vector<const Behavior *> matched;
    for (const auto &behavior : fingerprint.behaviors)
      if (matches(entry, behavior, fingerprint.name)) matched.push_back(&behavior);
    if (matched.empty()) continue;
    total += matched.size();
    std::printf("  %s: %s\n", fingerprint.name.c_str(), counted(matched.size(), "behavior").c_str());
    constexpr std::size_t k_few = 5;
    const auto shown = all ? matched.size() : std::min(matched.size(), k_few);
    for (std::size_t i = 0; i < shown; ++i) std::printf("    %s\n", describe(*matched[i]).c_str());
    if (shown < matched.size()) std::printf("    … and %zu more (--verbose)\n", matched.size() - shown);
  }
  return total;
}

/// Prints an entry with what it matches; returns how many problems it has.
int tell_entry(const PolicyEntry &entry, const Policy &policy, const std::vector<Fingerprint> &fingerprints,
               bool all) {
  std::printf("%s\n", describe(entry).c_str());
  const auto count = tell_matches(entry, fingerprints, all);
  if (expired(entry, policy.today)) return std::printf("  ! expired on %s\n", entry.expires.c_str()), 1;
  if (entry.decision == Decision::deny) return count == 0 ? (std::printf("  matches nothing\n"), 0) : 0;
  if (too_broad(entry))
    return std::printf("  ! too broad: it allows behaviors that nobody has reviewed\n"), 1;
  if (count == 0) return std::printf("  ! unused: it matches nothing\n"), 1;
  return 0;
}

int run_policy_check(PolicyCheckOptions options) {
  if (options.policy.empty() || options.fingerprints.empty()) {
    const auto top = *open_repository(fs::current_path()).workdir();
    if (options.policy.empty()) options.policy = top / k_policy_path;
    if (options.fingerprints.empty()) options.fingerprints = fingerprints_in(top / k_folder);
  }
  auto policy = parse_policy(read_file(options.policy), options.policy.string());
  policy.today = today_utc();
  std::vector<Fingerprint> fingerprints;
  for (const auto &file : options.fingerprints) fingerprints.push_back(load_fingerprint(file));

  int problems = 0;
  std::size_t entries = 0;
  for (const auto *list : {&policy.deny, &policy.allow, &policy.accepted})
    for (const auto &entry : *list) {
      problems += tell_entry(entry, policy, fingerprints, options.verbose);
      ++entries;
    }
  for (const auto &[kind, level] : policy.levels)
    std::printf("level of new %s: %s\n", std::string(to_string(kind)).c_str(),
                level == Decision::deny   ? "deny"
                : level == Decision::warn ? "warn"
                                          : "allow");
  std::printf("%s%s, %s, %s\n", entries == 0 ? "" : "\n",
              (entries == 1 ? "1 entry" : std::to_string(entries) + " entries").c_str(),
              counted(fingerprints.size(), "fingerprint").c_str(),
              counted(static_cast<std::size_t>(problems), "problem").c_str());
  return options.strict && problems > 0 ? k_exit_new : k_exit_same;
}

} // namespace

void add_policy(CLI::App &app, Action &action) {
  auto *policy = app.add_subcommand("policy", "Check the policy")->require_subcommand(1);
  auto options = std::make_shared<PolicyCheckOptions>();
  auto *check = policy->add_subcommand(
      "check", "Show what each entry matches, and which are expired, unused or too broad");
  check->add_option("POLICY", options->policy, "The policy (default: .buildprint/policy.json)");
  check
      ->add_option("--fingerprint", options->fingerprints,
                   "Fingerprints to match (default: all of .buildprint)")
      ->type_name("FILE");
  check->add_flag("--strict", options->strict,
                  "Exit with 1 for an entry that is expired, unused or too broad");
  check->add_flag("-v,--verbose", options->verbose, "Show everything that an entry matches");
  check->footer("Examples:\n"
                "  buildprint policy check\n"
                "  buildprint policy check --strict\n"
                "  buildprint policy check draft.json --fingerprint .buildprint/unit-tests.json");
  check->callback([options, &action] { action = [options] { return run_policy_check(*options); }; });
}

} // namespace buildprint

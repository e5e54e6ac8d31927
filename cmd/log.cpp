#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cmd/baseline_options.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "diff/history.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

struct LogOptions {
  BaselineOptions baseline;
  std::string id;
  bool all = false;
};

constexpr std::size_t k_few = 8;

std::string commit_line(const Commit &commit) {
  return commit.date + "  " + commit.id.substr(0, 12) + "  " + printable(commit.author) + "  " +
         printable(commit.subject);
}

void tell_reason(const Policy &policy, const Behavior &behavior, const std::string &name,
                 const char *indent) {
  const auto *entry = acceptance_of(policy, behavior, name);
  if (entry == nullptr) return;
  std::printf("%saccepted: %s%s\n", indent, entry->reason.c_str(),
              entry->owner.empty() ? "" : (" (" + entry->owner + ")").c_str());
}

void tell_behaviors(char sign, const std::vector<Behavior> &behaviors, const Policy &policy,
                    const std::string &name, bool all) {
  if (!all && behaviors.size() > k_few) {
    std::printf("    %c %zu behaviors (--all shows them)\n", sign, behaviors.size());
    return;
  }
  for (const auto &behavior : behaviors) {
    std::printf("    %c %s  %s\n", sign, behavior_id(behavior).substr(0, 12).c_str(),
                describe(behavior).c_str());
    if (sign == '+') tell_reason(policy, behavior, name, "        ");
  }
}

void tell_version(const FingerprintVersion &version, const Policy &policy, const std::string &name,
                  bool all) {
  std::printf("%s\n", commit_line(version.commit).c_str());
  if (version.removed_file) std::printf("    the file was removed\n");
  if (version.history_ends) std::printf("    (shallow clone: these changes may be older)\n");
  tell_behaviors('+', version.added, policy, name, all);
  if (!version.removed_file) tell_behaviors('-', version.removed, policy, name, all);
  if (version.added.empty() && version.removed.empty()) std::printf("    no behavior changed\n");
}

/// The life of one behavior: the commits that brought it in and took it away. False when none ever did.
bool tell_one(const std::vector<FingerprintVersion> &history, const Policy &policy, const std::string &name,
              const std::string &id) {
  const Behavior *told = nullptr;
  const auto find = [&](const std::vector<Behavior> &behaviors) -> const Behavior * {
    for (const auto &behavior : behaviors)
      if (behavior_id(behavior).starts_with(id)) return &behavior;
    return nullptr;
  };
  for (const auto &version : history) {
    const auto *added = find(version.added), *removed = find(version.removed);
    const auto *found = added != nullptr ? added : removed;
    if (found == nullptr) continue;
    if (told == nullptr) {
      std::printf("%s  %s\n", behavior_id(*found).c_str(), describe(*found).c_str());
      tell_reason(policy, *found, name, "  ");
    } else if (!same_key(*told, *found)) {
      throw Error("several behavior ids begin with " + printable(id), "give more digits");
    }
    told = found;
    std::printf("  %s by %s%s\n", added != nullptr ? "added" : "removed", commit_line(version.commit).c_str(),
                version.history_ends ? " (or earlier: this clone is shallow)" : "");
  }
  return told != nullptr;
}

Policy policy_of(const GitRepository &repository) {
  const auto path = *repository.workdir() / k_policy_path;
  return fs::exists(path) ? parse_policy(read_file(path), k_policy_path) : Policy();
}

int run_log(const LogOptions &options) {
  const auto repository = open_repository(fs::current_path());
  const auto stem = baseline_stem(options.baseline, repository);
  const auto history = fingerprint_history(repository, stem, store_of(options.baseline));
  const auto policy = policy_of(repository);
  const auto workload = workload_of(repository, stem);
  if (options.id.empty()) {
    for (const auto &version : history) tell_version(version, policy, workload, options.all);
    return k_exit_same;
  }
  if (tell_one(history, policy, workload, options.id)) return k_exit_same;
  throw Error("no version of " + fingerprint_path(stem) + " has a behavior with the id " +
                  printable(options.id),
              "list the ids: buildprint blame --name " + stem);
}

} // namespace

void add_log(CLI::App &app, Action &action) {
  auto options = std::make_shared<LogOptions>();
  auto *command = app.add_subcommand("log", "Show which commits changed what a workload does");
  command->add_option("ID", options->id, "Id of one behavior; a unique prefix is enough");
  command->add_flag("--all", options->all, "Show every behavior of large changes");
  add_name_option(*command, options->baseline);
  add_store_option(*command, options->baseline);
  command->footer("Examples:\n"
                  "  buildprint log --name unit-tests\n"
                  "  buildprint log b3f2c07d");
  command->callback([options, &action] { action = [options] { return run_log(*options); }; });
}

} // namespace buildprint

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cmd/baseline_options.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/review.hpp"
#include "cmd/selection.hpp"
#include "cmd/terminal.hpp"
#include "diff/acceptance.hpp"
#include "diff/judge.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

struct AcceptOptions {
  BaselineOptions baseline;
  Selection selection;
  fs::path from;
  std::string reason, owner, expires;
  bool prune = false;
};

/// Where the decisions go, and what is there now.
struct Desk {
  GitRepository repository;
  BaselineQuery query;
  std::string stem; ///< of the baseline
  fs::path policy_file, pending;
  Fingerprint head;
  std::optional<Fingerprint> committed; ///< as the change has it, or the baseline when it has none of its own
  Diff diff;
};

std::string read_if_there(const fs::path &path) {
  return fs::exists(path) ? read_file(path) : std::string();
}

/// What the gate left: of the workload that is named, else the only one.
fs::path find_pending(const AcceptOptions &options, const GitRepository &repository) {
  constexpr const char *k_ending = ".json.new";
  const auto folder = *repository.workdir() / k_folder;
  const auto &name = options.baseline.name;
  std::vector<std::string> found;
  for (const auto &stem : stems_in(repository, k_ending)) {
    const bool named = name.empty() || stem == name || stem.starts_with(name + '.');
    if (named && (name.empty() || load_fingerprint(folder / (stem + k_ending)).name == name))
      found.push_back(stem + k_ending);
  }
  constexpr const char *k_remedy =
      "run `buildprint gate` first, or pass the fingerprint to accept: --from FILE";
  if (found.empty())
    throw Error("there is nothing to accept: no " + std::string(k_folder) + "/" +
                    (name.empty() ? "NAME" : name) + k_ending,
                k_remedy);
  if (found.size() > 1)
    throw Error("several runs can be accepted: " + join(found, ", "),
                "choose one: --from " + std::string(k_folder) + "/" + found.front());
  return folder / found.front();
}

Desk open_desk(const AcceptOptions &options) {
  auto repository = open_repository(fs::current_path());
  const auto top = *repository.workdir();
  const auto pending = options.from.empty() ? find_pending(options, repository) : options.from;
  auto head = load_fingerprint(pending);
  const auto name = options.baseline.name.empty() ? head.name : options.baseline.name;
  if (head.name != name)
    throw Error(pending.string() + " is a fingerprint of " + head.name + ", not of " + name,
                "pass the name of its workload: --name " + head.name);
  if (!head.complete)
    throw Error(pending.string() + " comes from an incomplete recording", "record again, then accept");
  auto query = query_of(options.baseline, name, head.labels);
  query.ci.system.clear(); // a person's decision: what counts is the working tree
  const auto baseline = read_baseline(repository, query);
  const auto claims = read_own_claims(repository, query, baseline);
  Desk desk{std::move(repository),
            std::move(query),
            claims.fingerprint ? claims.stem : baseline.stem,
            top / k_policy_path,
            pending,
            std::move(head),
            {},
            {}};
  desk.committed = claims.fingerprint ? claims.fingerprint : baseline.fingerprint;
  desk.diff = judge(baseline, claims, desk.head, {}, SelfAcceptance::listed);
  return desk;
}

void write_fingerprint(const Desk &desk, const Fingerprint &fingerprint, const std::string &reason) {
  const auto text = render_fingerprint(fingerprint);
  if (desk.query.store == Store::tree) {
    const auto file = *desk.repository.workdir() / fingerprint_path(desk.stem);
    fs::create_directories(file.parent_path());
    return write_file_atomically(file, text);
  }
  const auto head = desk.repository.head();
  if (!head) throw Error("the repository has no commit to attach the baseline to", "commit first");
  write_baseline(desk.repository, desk.stem, desk.query.store, *head, text, reason);
}

/// The policy first: should the second write fail, there is a reason without a line, which is reported as
/// unused, rather than a line without a reason.
void write_decisions(const Desk &desk, const AcceptOptions &options, const std::vector<Acceptance> &accepted,
                     const std::vector<Acceptance> &rejected) {
  auto policy = read_if_there(desk.policy_file);
  for (const auto &acceptance : accepted) policy = with_entry(policy, k_policy_path, "accepted", acceptance);
  for (const auto &rejection : rejected) policy = with_entry(policy, k_policy_path, "deny", rejection);
  if (!accepted.empty() || !rejected.empty()) {
    fs::create_directories(desk.policy_file.parent_path());
    write_file_atomically(desk.policy_file, policy);
  }
  if (accepted.empty() && !options.prune) return;
  auto fingerprint = *desk.committed;
  for (const auto &acceptance : accepted)
    if (acceptance.expires.empty())
      fingerprint = with_behaviors(fingerprint, desk.head, acceptance.behaviors);
  if (options.prune) fingerprint = without_absent(fingerprint, desk.head);
  if (render_fingerprint(fingerprint) != render_fingerprint(*desk.committed))
    write_fingerprint(desk, fingerprint, accepted.empty() ? "prune" : accepted.front().reason);
}

Acceptance acceptance_of(const Desk &desk, const AcceptOptions &options, const std::string &reason,
                         std::vector<Behavior> behaviors) {
  const auto owner = options.owner.empty() ? printable(desk.repository.identity()) : options.owner;
  return {std::move(behaviors), desk.query.name, reason, owner, options.expires};
}

void tell(const Desk &desk, std::string_view what, const std::vector<Acceptance> &decisions) {
  for (const auto &decision : decisions)
    for (const auto &behavior : decision.behaviors)
      std::printf("%.*s %s  %s\n", static_cast<int>(what.size()), what.data(),
                  behavior_id(behavior).substr(0, 12).c_str(), describe(behavior).c_str());
  if (desk.query.store == Store::tree && !decisions.empty())
    std::fprintf(stderr, "buildprint: commit the change: git add %s && git commit\n", k_folder);
}

/// The first baseline of a workload: all of it or nothing, and no list of entries.
int accept_first(const Desk &desk, const AcceptOptions &options) {
  if (!options.selection.all)
    throw Error(desk.query.name + " has no baseline yet", "accept the whole run: --all --reason TEXT");
  if (options.reason.find_first_not_of(' ') == std::string::npos)
    throw Error("accepting needs a reason", "add --reason TEXT");
  write_fingerprint(desk, desk.head, options.reason);
  if (options.from.empty()) fs::remove(desk.pending);
  std::printf("created the first baseline of %s: %s\n", desk.query.name.c_str(),
              counted(desk.head.behaviors.size(), "behavior").c_str());
  return k_exit_same;
}

std::vector<Behavior> behaviors_of(const Finding &finding) {
  std::vector<Behavior> behaviors;
  for (const auto *list : {&finding.behaviors, &finding.more})
    for (const auto &item : *list) behaviors.push_back(item.behavior);
  return behaviors;
}

int accept_in_person(const Desk &desk, const AcceptOptions &options) {
  std::vector<Acceptance> accepted, rejected;
  RenderOptions fitted;
  fit_to_output(fitted, "auto", false);
  for (const auto &[index, answer, reason] : review(desk.diff, options.reason, fitted, std::cin, std::cout)) {
    auto decision = acceptance_of(desk, options, reason, behaviors_of(desk.diff.findings[index]));
    if (answer == Answer::accepted) accepted.push_back(std::move(decision));
    if (answer == Answer::rejected) rejected.push_back(std::move(decision));
  }
  write_decisions(desk, options, accepted, rejected);
  tell(desk, "accepted", accepted);
  tell(desk, "rejected", rejected);
  const bool all = accepted.size() == desk.diff.findings.size();
  if (all && options.from.empty()) fs::remove(desk.pending);
  return all ? k_exit_same : k_exit_new;
}

int run_accept(const AcceptOptions &options) {
  const auto desk = open_desk(options);
  if (!desk.committed) return accept_first(desk, options);
  if (desk.diff.verdict == Verdict::no_baseline)
    throw Error("the fingerprint and its baseline cannot be compared: " + join(desk.diff.because, "; "),
                "record both with the same rules");
  const bool person = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  if (options.selection.empty() && !options.prune) {
    if (person) return accept_in_person(desk, options);
    throw Error("nothing is selected", "pass ids, --subtree, --pattern or --all; " +
                                           counted(desk.diff.findings.size(), "finding") + " to review");
  }
  auto behaviors = select(desk.diff, options.selection);
  std::vector<Acceptance> accepted;
  if (!behaviors.empty())
    accepted.push_back(acceptance_of(desk, options, options.reason, std::move(behaviors)));
  write_decisions(desk, options, accepted, {});
  tell(desk, "accepted", accepted);
  if (options.selection.all && options.from.empty()) fs::remove(desk.pending);
  return k_exit_same;
}

} // namespace

void add_accept(CLI::App &app, Action &action) {
  auto options = std::make_shared<AcceptOptions>();
  auto *command =
      app.add_subcommand("accept", "Accept new behaviors into the committed fingerprint, with a reason");
  command->add_option("ID", options->selection.ids,
                      "Ids of findings or behaviors; a unique prefix is enough");
  command->add_flag("--all", options->selection.all, "Accept everything that is new");
  command
      ->add_option("--subtree", options->selection.subtree,
                   "Accept what is new below programs that match this glob")
      ->type_name("GLOB");
  command
      ->add_option("--pattern", options->selection.pattern,
                   "Accept what is new and whose object or program matches this glob")
      ->type_name("GLOB");
  command->add_option("--reason", options->reason, "The reason, stored with the acceptance")
      ->type_name("TEXT");
  command
      ->add_option("--expires", options->expires,
                   "Accept until this day, in the policy instead of the fingerprint")
      ->type_name("YYYY-MM-DD");
  command
      ->add_option("--owner", options->owner, "Who is responsible (default: git's user.name and user.email)")
      ->type_name("WHO");
  command
      ->add_option("--from", options->from,
                   "The fingerprint to accept from (default: .buildprint/NAME.json.new)")
      ->type_name("FILE");
  command->add_flag("--prune", options->prune, "Also remove behaviors that the run no longer has");
  add_name_option(*command, options->baseline);
  add_base_option(*command, options->baseline);
  add_store_option(*command, options->baseline);
  command->footer("In a terminal, without a selection, accept asks about each finding in turn.\n\n"
                  "Examples:\n"
                  "  buildprint accept b3f2c07d --reason \"left-pad fetches its fonts\"\n"
                  "  buildprint accept --subtree '/usr/bin/npm *' --reason \"npm 11\" --expires 2027-01-31\n"
                  "  buildprint accept --all --from report/unit-tests.json.new --reason \"new compiler\"");
  command->callback([options, &action] { action = [options] { return run_accept(*options); }; });
}

} // namespace buildprint

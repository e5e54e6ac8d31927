#include "reports/words.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "diff/object.hpp"
#include "reports/inert.hpp"

namespace buildprint {
namespace {

/// Longer names are cut in what people read; the diff file has them whole.
constexpr std::size_t k_longest_name = 480;

std::string object_of(const Behavior &behavior) {
  return inert(behavior.object, k_longest_name);
}

/// Of reads and writes: "the npm secret ($HOME/.npmrc)", "the tracked file $WS/src/core.c".
std::string file_of(const Behavior &behavior) {
  const std::string object = object_of(behavior);
  for (const std::string_view prefix : {"tracked:", "sink:", "secret:"}) {
    if (!object.starts_with(prefix)) continue;
    const auto name = object.substr(prefix.size());
    if (prefix == "tracked:") return "the tracked file " + name;
    const auto space = name.find(' ');
    return prefix == "sink:" || space == std::string::npos
               ? name
               : "the " + name.substr(0, space) + " secret" + name.substr(space);
  }
  return object;
}

/// "mem of foreign:/srv/Runner.Worker" → "the memory of another process, /srv/Runner.Worker".
std::string inspected_by(const Behavior &behavior) {
  const std::string object = object_of(behavior);
  const auto of = object.find(" of ");
  if (of == std::string::npos) return object;
  const auto how = object.substr(0, of), whom = object.substr(of + 4);
  const auto what = how == "mem" ? "the memory" : how;
  if (whom.starts_with("foreign:")) return what + " of another process, " + whom.substr(8);
  if (whom.starts_with("ancestor:")) return what + " of the process above it, " + whom.substr(9);
  return what + " of " + (whom == "others" ? "other processes" : whom == "child" ? "its own child" : whom);
}

std::string action_of(const Behavior &behavior) {
  const std::string object = object_of(behavior);
  switch (behavior.kind) {
  case Kind::exec:
    return "runs";
  case Kind::connect:
    return "connects to " + object;
  case Kind::listen:
    return "listens on " + object;
  case Kind::resolve:
    return "asks for the name " + object;
  case Kind::become:
    return "changes user: " + object;
  case Kind::read:
    if (is_steered(behavior)) return "obeys " + inert(describe_object(behavior), k_longest_name);
    return "reads " + file_of(behavior);
  case Kind::write:
    return "writes " + file_of(behavior);
  case Kind::inspect:
    return "looks into " + inspected_by(behavior);
  case Kind::kernel:
    return "asks the kernel for " + object;
  }
  return object;
}

std::size_t new_behaviors(const Diff &diff) {
  std::size_t count = 0;
  for (const auto &finding : diff.findings) count += finding.behaviors.size() + finding.more.size();
  return count;
}

} // namespace

std::string counted(std::size_t count, std::string_view singular) {
  return std::to_string(count) + " " + std::string(singular) + (count == 1 ? "" : "s");
}

std::string describe_action(const Behavior &behavior, std::string_view expected_user) {
  std::string out = action_of(behavior);
  if (behavior.user != expected_user && behavior.kind != Kind::become)
    out += " as " + inert(behavior.user, 64);
  return out;
}

std::string describe(const Behavior &behavior) {
  std::string chain;
  for (const auto &program : behavior.lineage)
    (chain += chain.empty() ? "" : " > ") += inert(program, k_longest_name);
  return chain +
         (behavior.kind == Kind::exec && behavior.user == "builder" ? "" : " " + describe_action(behavior));
}

std::string_view describe_novelty(int novelty) {
  switch (novelty) {
  case 1:
    return "known step, new caller";
  case 2:
    return "known parts, new together";
  default:
    return "never seen before";
  }
}

std::string describe_support(std::string_view seen) {
  return seen.empty() || seen.ends_with("/1") ? std::string() : inert(seen, 32) + " runs";
}

std::string describe(const Package &package) {
  if (package.manager == "make") return "make target " + inert(package.name, 120);
  if (package.manager == "workflow") {
    const auto job = package.stage.empty() ? "" : "job " + inert(package.stage, 60);
    return package.name.empty()
               ? job
               : "step \"" + inert(package.name, 120) + "\"" + (job.empty() ? "" : " of " + job);
  }
  std::string out = inert(package.manager, 32) + " package " + inert(package.name, 120);
  if (!package.base_version.empty()) out += " " + inert(package.base_version, 60) + " →";
  if (!package.version.empty()) out += " " + inert(package.version, 60);
  if (!package.stage.empty()) out += ", " + inert(package.stage, 60);
  return out;
}

std::string describe(const Place &place) {
  return inert(place.file, 200) + ":" + std::to_string(place.line);
}

std::string headline(const Diff &diff) {
  const std::string name = inert(diff.head.name, 120);
  switch (diff.verdict) {
  case Verdict::same:
    return name + ": nothing new in " + counted(diff.head.behaviors, "behavior");
  case Verdict::no_baseline:
    return name + ": there is no baseline to compare with";
  case Verdict::incomplete:
    if (diff.findings.empty()) return name + ": the recording is incomplete, so this is no pass";
    break;
  case Verdict::new_behavior:
    break;
  }
  return name + ": " + counted(new_behaviors(diff), "new behavior") + " in " +
         counted(diff.findings.size(), "finding") +
         (diff.verdict == Verdict::incomplete ? ", and the recording is incomplete" : "");
}

std::string fingerprint_file(const Diff &diff, const RenderOptions &options) {
  if (!options.fingerprint_file.empty()) return inert(options.fingerprint_file, 400);
  return ".buildprint/" + inert(diff.head.name, 120) + ".json";
}

std::string accept_command(const Finding &finding) {
  // People paste this into a shell: an id from a crafted file must not bring one's syntax.
  const auto is_plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); };
  const bool plain = finding.id.size() <= 64 && std::ranges::all_of(finding.id, is_plain);
  return "buildprint accept " + (plain ? finding.id : std::string("ID")) + " --reason \"WHY\"";
}

std::string describe(const NextStep &step) {
  return step.when + " " + step.command + (step.command.empty() ? "" : " ") + step.then;
}

std::vector<NextStep> next_steps(const Diff &diff, const RenderOptions &options) {
  const std::string file = fingerprint_file(diff, options);
  switch (diff.verdict) {
  case Verdict::same:
    return {};
  case Verdict::no_baseline:
    return {{"First run?", "",
             "Commit this run's fingerprint as " + file + "; later runs are compared with it."}};
  case Verdict::incomplete:
    return {{"Now", "", "Repair what made the recording incomplete, and run again. Only then can it pass."}};
  case Verdict::new_behavior:
    break;
  }
  return {{"Expected?", "buildprint accept --all --reason \"WHY\"", "Then commit " + file + "."},
          {"Not expected?", "", "Do not merge; start with the first finding."}};
}

} // namespace buildprint

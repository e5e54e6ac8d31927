#include "reports/words.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "diff/object.hpp"
#include "reports/inert.hpp"

namespace buildprint {
namespace {

/// Longer names are cut in what people read; the diff file has them whole.
constexpr std::size_t k_longest_name = 480;

std::string program_of(const Program &program) {
  return inert(program.text(), k_longest_name);
}

/// "the memory of another process, /srv/Runner.Worker".
std::string inspected(const object::InspectedProcess &process) {
  const auto what = process.how == "mem" ? "the memory" : inert(process.how, k_longest_name);
  using enum object::InspectedProcess::Relation;
  switch (process.relation) {
  case foreign:
    return what + " of another process, " + program_of(process.program);
  case ancestor:
    return what + " of the process above it, " + program_of(process.program);
  case child:
    return what + " of its own child";
  case others:
    break;
  }
  return what + " of other processes";
}

/// What a connection or a listener is to.
template <typename Form>
concept Socket = requires(const Form &form,
                          std::variant<object::SystemResolver, object::Host, object::ContainerPort,
                                       object::LoopbackProgram, object::LoopbackPort, object::AnyAddress,
                                       object::UnixSocket, object::UnixProgram, object::DaemonSocket>
                              forms) {
  std::get<Form>(forms);
};

/// "connects to registry.example:443/tcp", "reads the npm secret ($HOME/.npmrc)": the verb is the kind's,
/// where the object has no other.
std::string action_of(const Behavior &behavior) {
  if (behavior.kind == Kind::exec) return "runs";
  const auto text = inert(behavior.object.text(), k_longest_name);
  const auto described = [&] { return inert(describe_object(behavior), k_longest_name); };
  const auto connects_or_listens = [&]<Socket Form>(const Form &) {
    return (behavior.kind == Kind::listen ? "listens on " : "connects to ") + text;
  };
  return std::visit(
      overloaded{
          connects_or_listens,
          [&](const object::None &) { return std::string(to_string(behavior.kind)); },
          [&](const object::DnsName &) { return "asks for the name " + text; },
          [&](const object::ReverseLookup &) { return "asks for the name " + text; },
          [&](const object::UserChange &) { return "changes user: " + text; },
          [&](const object::Secret &) { return "reads " + described(); },
          [&](const object::InjectingVariable &) { return "obeys " + described(); },
          [&](const object::SocketStream &) { return "obeys " + described(); },
          [&](const object::Sink &) { return "writes " + described(); },
          [&](const object::TrackedFile &) { return "writes the tracked file " + described(); },
          [&](const object::FileClass &) { return "writes " + described(); },
          [](const object::InspectedProcess &process) { return "looks into " + inspected(process); },
          [&](const object::KernelOperation &) { return "asks the kernel for " + text; },
          [&](const object::Other &) { return std::string(to_string(behavior.kind)) + ' ' + text; },
      },
      behavior.object.value());
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
  for (const auto &program : behavior.lineage) (chain += chain.empty() ? "" : " > ") += program_of(program);
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

#include "fingerprint/canonicalize.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "fingerprint/canonicalizer_state.hpp"
#include "fingerprint/packages.hpp"
#include "recorder/recording_file.hpp"

namespace buildprint {
namespace {

constexpr std::size_t k_longest_raw = 300;
constexpr std::size_t k_most_orphans = 65'536;

std::string shortened(std::string text) {
  if (text.size() <= k_longest_raw) return text;
  std::size_t end = k_longest_raw;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end; // whole characters
  text.resize(end);
  return text += "…";
}

/// Coarse, so that one more is no change: "2 to 9", "10 to 99", "100 to 999", "1000 or more".
std::string order_of(std::size_t count) {
  if (count < 10) return "2 to 9";
  if (count < 100) return "10 to 99";
  return count < 1000 ? "100 to 999" : "1000 or more";
}

bool is_mktemp(const NamedProgram &program) {
  const auto &parts = program.name.parts();
  return program.system &&
         file_name(parts.arguments.empty() ? parts.path : parts.arguments.back().text) == "mktemp";
}

std::string failure_of(int wait_status) {
  if (WIFSIGNALED(wait_status))
    return "the command was ended by signal " + std::to_string(WTERMSIG(wait_status));
  return "the command failed with status " + std::to_string(WEXITSTATUS(wait_status));
}

/// What a container's runtime does before its program begins: mounts, namespaces, cgroups, its own sockets.
/// Of its files see canonicalize_uses.cpp.
bool is_set_up(const Event &event) {
  const auto &body = event.body;
  return std::holds_alternative<KernelUse>(body) || std::holds_alternative<UnixConnect>(body) ||
         std::holds_alternative<UnixListen>(body) || std::holds_alternative<Inspect>(body);
}

} // namespace

void Canonicalizer::State::record(Kind kind, const Event &event, const Process &process, const Object &object,
                                  const std::string &raw, const Trace &rewrites) {
  if (process.node == k_no_program_yet) return; // the launcher's own steps before the command's exec
  auto &entry = table.add(kind, actor(event, process), objects.add(object), event.time_ns);
  entry.seen.show(shortened(raw));
  if (entry.fresh()) entry.rewrites = rewrites;
}

void Canonicalizer::State::add(const Event &event) {
  if (const auto *user = std::get_if<UserName>(&event.body)) {
    user_numbers.erase(user->uid);
    return users.add(user->uid, user->name);
  }
  if (const auto *content = std::get_if<ProgramContent>(&event.body)) {
    for (const auto &name : executables[content->exe]) attributes.insert({name, "content", content->content});
    return;
  }
  if (const auto *container = std::get_if<ContainerStart>(&event.body)) begin(*container, event.actor);
  if (Process *process = graph.find(event.actor)) return dispatch(event, *process);
  if (++orphan_events > k_most_orphans)
    ++lost_orphans;
  else
    orphans[event.actor].push_back(event);
}

void Canonicalizer::State::dispatch(const Event &event, Process &process) {
  if (process.frame && is_set_up(event)) return;
  // An exec makes the new program first: what setuid gains belongs to it.
  const bool lifecycle = std::holds_alternative<Exec>(event.body) || std::holds_alternative<Exit>(event.body);
  if (!lifecycle) {
    if (process.passing && !std::holds_alternative<FileUse>(event.body)) flush_passing(process, event);
    follow_credentials(event, process);
  }
  std::visit([&](const auto &body) { on(body, event, process); }, event.body);
}

void Canonicalizer::State::adopt_orphans(ProcessKey key) {
  const auto found = orphans.find(key);
  if (found == orphans.end()) return;
  const auto events = std::move(found->second);
  orphans.erase(found);
  orphan_events -= events.size();
  for (const auto &event : events)
    if (Process *process = graph.find(key)) dispatch(event, *process);
}

void Canonicalizer::State::on(const Fork &fork, const Event &event, Process &process) {
  if (graph.find(fork.child) != nullptr) return;
  Process child = process;
  child.parent = event.actor;
  std::shift_right(child.ancestors.begin(), child.ancestors.end(), 1);
  child.ancestors.front() = event.actor.pid;
  child.passing = child.exited = false;
  graph.start(fork.child, child);
  adopt_orphans(fork.child);
}

void Canonicalizer::State::on(const Exec &exec, const Event &event, Process &process) {
  follow_runtime(exec, process);
  if (process.frame) return;
  // `env` that becomes what it starts leaves no trace, so that "#!/usr/bin/env python3" is python3.
  if (process.passing) process.node = graph.node(process.node).parent;
  const bool first = process.node == k_no_program_yet;
  const auto above = context(process);
  const Program parent = graph.program_of(process.node);
  auto program = namer.program(exec, above, nullptr);
  Program worker; // what a process of a pool would be called by itself
  if (rules.is_pool_worker(above.parent, program.executable(), program.name.text()))
    worker = std::exchange(program.name, graph.program_of(process.node));
  const auto &text = program.name.text();
  auto id = graph.find_program(program.name);
  if (!id) id = graph.add_program(program.name, rules.tools_of(program.executable(), text));
  process.node = graph.child(process.node, *id);
  if (is_mktemp(program)) made_up.mktemp_ran(exec);
  process.passing = program.system && program.executable() == "/usr/bin/env";
  if (const auto package = package_of(exec);
      package && may_work_for(package->text(), texts[process.package], parent)) {
    const auto before = std::exchange(process.package, texts.add(package->text()));
    if (before != process.package) note_step(*package, exec, event, process);
    if (!package->version.empty()) attributes.insert({package->name, "version", package->version});
  }
  if (!program.version.empty()) attributes.insert({program.executable(), "version", program.version});
  if (program.system) executables[exec.exe].insert(program.executable());
  if (worker.empty()) count_joined(exec, program);
  workspace_files.ran(program.file, texts.add(text));
  note_origin(exec, program, container_of(process.node));
  follow_credentials(event, process);
  if (process.passing) return;
  note_steering(exec, event, process, first);
  auto &entry = table.add(Kind::exec, actor(event, process), 0, event.time_ns);
  if (entry.seen.raw.size() < Sightings::k_shown) entry.seen.show(shortened(join(exec.argv, " ")));
  if (entry.fresh()) namer.program(exec, above, &entry.rewrites);
  const auto of_pools = [](const Rewrite &rewrite) { return rewrite.rule == "R8"; };
  if (!worker.empty() && std::ranges::none_of(entry.rewrites, of_pools))
    note(&entry.rewrites, "R8", worker.text(), text);
}

void Canonicalizer::State::count_joined(const Exec &exec, const NamedProgram &program) {
  constexpr std::size_t k_enough = 1000;
  if (program.name.text().find('<') == std::string::npos) return; // no sentinel: names escape it
  auto &names = joined[program.name.text()];
  if (names.size() >= k_enough) return;
  // What stands in the executable's own path, or else in its script's.
  const bool script = program.executable().find('<') == std::string::npos && exec.argv.size() > 1;
  names.insert(std::hash<std::string>{}(script ? exec.argv[1] : exec.exe));
}

ProgramId Canonicalizer::State::container_of(NodeId node) const {
  for (; node != k_no_program_yet; node = graph.node(node).parent)
    if (graph.program_of(node).parts().kind == ProgramParts::Kind::container) return graph.node(node).program;
  return 0;
}

void Canonicalizer::State::note_origin(const Exec &exec, const NamedProgram &program, ProgramId container) {
  if (in_system_directory(program.executable())) {
    if (!program.system) attributes.insert({program.executable(), "origin", "others than root may write it"});
    const auto number = texts.add(program.executable());
    system_files.ran(exec.exe, container, number);
    // A link decides what a name stands for.
    system_files.ran(absolute_path(exec.cwd, exec.invoked), container, number);
  }
  if (program.file != exec.exe) system_files.ran(program.file, container, texts.add(program.name.text()));
}

void Canonicalizer::State::note_step(const PackageUse &package, const Exec &exec, const Event &event,
                                     const Process &process) {
  // Its shell and what that starts may be known programs, one and all: that it runs at all is the behavior.
  if (!is_install_step(package.text())) return;
  const auto above = graph.node(process.node).parent;
  const auto directory = namer.path(exec.cwd, false, context(process), nullptr);
  auto step = actor(event, process);
  step.node = graph.child(above, graph.add_program(step_program(package, directory), 0));
  auto &entry = table.add(Kind::exec, step, 0, event.time_ns);
  if (entry.seen.raw.size() < Sightings::k_shown) entry.seen.show(shortened(join(exec.argv, " ")));
}

void Canonicalizer::State::add_makers() {
  for (const auto &[program, writers] : workspace_files.writers()) {
    for (const auto node : writers.nodes)
      attributes.insert({texts[program], "written by", text_of(graph.lineage(node))});
    // Else a writer would hide among others.
    if (writers.many) attributes.insert({texts[program], "written by", "many programs"});
  }
  for (const auto &[program, container] : system_files.made())
    attributes.insert(
        {texts[program], "origin",
         "made by the recording" + (container == 0 ? "" : ", in " + graph.program(container).text())});
}

void Canonicalizer::State::flush_passing(Process &process, const Event &event) {
  process.passing = false;
  record(Kind::exec, event, process, {}, "/usr/bin/env", {});
}

void Canonicalizer::State::on(const Exit &, const Event &event, Process &process) {
  if (process.passing) flush_passing(process, event);
  graph.end(event.actor);
}

void Canonicalizer::State::follow_credentials(const Event &event, Process &process) {
  const auto before = process.credentials;
  if (before && *before == event.credentials) return;
  process.credentials = event.credentials;
  if (!before || process.node == k_no_program_yet || process.frame) return;
  const auto change = users.change(*before, event.credentials);
  if (!change) return;
  Event as_before = event; // the one who becomes acts as who he was
  as_before.credentials = *before;
  const Object object = *change;
  record(Kind::become, as_before, process, object, object.text(), {});
}

void Canonicalizer::State::add_incompleteness(const RunEnd &end, Fingerprint &fingerprint) const {
  fingerprint.incomplete_because = end.loss.describe();
  if (lost_orphans > 0)
    fingerprint.incomplete_because.push_back(std::to_string(lost_orphans) + " events of unknown processes");
  if (end.wait_status != 0) fingerprint.incomplete_because.push_back(failure_of(end.wait_status));
  fingerprint.complete = fingerprint.incomplete_because.empty();
}

CanonicalRun Canonicalizer::State::finish(const RunEnd &end) {
  const auto unknown = graph.child(
      k_no_program_yet, graph.add_program(Program(ProgramParts{ProgramParts::Kind::unknown, {}, {}, {}}), 0));
  while (!orphans.empty()) {
    const auto key = orphans.begin()->first;
    Process process;
    process.node = unknown;
    graph.start(key, process);
    adopt_orphans(key);
  }
  name_network();
  add_makers();
  // The collapse alarm: a rule that joins far more names than before is told as a change of this.
  for (const auto &[program, names] : joined)
    if (names.size() > 1) attributes.insert({program, "joined names", order_of(names.size())});
  for (const auto &program : end.left_running)
    gaps.insert(namer.foreign_program(program, nullptr).text() + " still ran when the recording ended");
  for (const auto &what : run.blind_to) gaps.insert("not recorded: " + what);

  CanonicalRun result;
  result.notices = network.notices();
  auto &fingerprint = result.fingerprint;
  fingerprint.name = run.name;
  fingerprint.rules = rules_id;
  fingerprint.labels = run.labels;
  add_incompleteness(end, fingerprint);
  table.write_to(result, graph, texts, objects, rules);
  fingerprint.attributes.assign(attributes.begin(), attributes.end());
  fingerprint.coverage_gaps.assign(gaps.begin(), gaps.end());
  return result;
}

Canonicalizer::Canonicalizer(const RunInfo &run, const Rules &rules)
    : state_(std::make_unique<State>(run, rules)) {}
Canonicalizer::~Canonicalizer() = default;
void Canonicalizer::add(const Event &event) {
  state_->add(event);
}
std::uint64_t Canonicalizer::processes() const {
  return state_->graph.started();
}
std::uint64_t Canonicalizer::behaviors() const {
  return state_->table.size();
}
CanonicalRun Canonicalizer::finish(const RunEnd &end) {
  return state_->finish(end);
}

CanonicalRun canonicalize(const Recording &recording, const Rules &rules) {
  Canonicalizer canonicalizer(recording.run, rules);
  for (const auto &event : recording.events) canonicalizer.add(event);
  return canonicalizer.finish(recording.end);
}

CanonicalRun canonicalize_file(const std::filesystem::path &recording, const Rules &rules) {
  std::optional<Canonicalizer> canonicalizer;
  const auto end = read_recording(
      recording, [&](const RunInfo &run) { canonicalizer.emplace(run, rules); },
      [&](const Event &event) { canonicalizer->add(event); });
  return canonicalizer->finish(end);
}

} // namespace buildprint

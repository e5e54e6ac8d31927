#include "fingerprint/canonicalize.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <type_traits>
#include <unordered_map>

#include "base/text.hpp"
#include "fingerprint/behavior_table.hpp"
#include "fingerprint/files.hpp"
#include "fingerprint/network.hpp"
#include "fingerprint/packages.hpp"
#include "fingerprint/users.hpp"
#include "recorder/recording_file.hpp"

namespace buildprint {
namespace {

constexpr std::string_view k_unknown_program = "<unknown>";
constexpr std::size_t k_longest_raw = 300;
constexpr std::size_t k_most_orphans = 65'536;

std::string shortened(std::string text) {
  if (text.size() <= k_longest_raw) return text;
  std::size_t end = k_longest_raw;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end; // whole characters
  text.resize(end);
  return text += "…";
}

std::string failure_of(int wait_status) {
  if (WIFSIGNALED(wait_status))
    return "the command was ended by signal " + std::to_string(WTERMSIG(wait_status));
  return "the command failed with status " + std::to_string(WEXITSTATUS(wait_status));
}

/// "ghcr.io/shop/api" of "ghcr.io/shop/api:1.3@sha256:…", and "1.3".
std::pair<std::string, std::string> image_and_tag(std::string_view image) {
  image = image.substr(0, image.find('@'));
  const auto colon = image.rfind(':');
  if (colon == std::string_view::npos || image.find('/', colon) != std::string_view::npos)
    return {without_hashes(escape_sentinels(image), nullptr), {}};
  return {without_hashes(escape_sentinels(image.substr(0, colon)), nullptr),
          std::string(image.substr(colon + 1))};
}

} // namespace

struct Canonicalizer::State {
  State(const RunInfo &run_info, const Rules &rule_set)
      : run(run_info), rules_id(rule_set.id()), rules(rule_set), roots(run.roots), files(graph, roots),
        namer(rules, roots, files), classes(rules, namer, roots), network(run, graph),
        users(run.builder_uid) {
    texts.add("");
    graph.start(run.main_process, {});
  }

  void add(const Event &event);
  void dispatch(const Event &event, Process &process);
  CanonicalRun finish(const RunEnd &end);

  // One for each kind of event.
  void on(const Fork &fork, const Event &event, Process &process);
  void on(const Exec &exec, const Event &event, Process &process);
  void on(const Exit &exit, const Event &event, Process &process);
  void on(const Connect &connect, const Event &event, Process &process);
  void on(const ConnectResult &result, const Event &event, Process &process);
  void on(const Bind &bind, const Event &event, Process &process);
  void on(const Listen &listen, const Event &event, Process &process);
  void on(const ListenEnd &end, const Event &event, Process &process);
  void on(const UnixConnect &connect, const Event &event, Process &process);
  void on(const UnixListen &listen, const Event &event, Process &process);
  void on(const NameAnswer &answer, const Event &event, Process &process);
  void on(const FileUse &use, const Event &event, Process &process);
  void on(const Inspect &inspect, const Event &event, Process &process);
  void on(const KernelUse &use, const Event &event, Process &process);
  void on(const Volume &volume, const Event &event, Process &process);
  void on(const ContainerStart &container, const Event &event, Process &process);
  void on(const UserName &, const Event &, Process &) {}       // in add(): it has no actor that matters
  void on(const ProgramContent &, const Event &, Process &) {} // likewise

  Actor actor(const Event &event, const Process &process) {
    return {process.node, user_number(event.credentials.euid), process.package};
  }
  std::uint32_t user_number(std::uint32_t uid) {
    const auto [entry, fresh] = user_numbers.try_emplace(uid, 0);
    if (fresh) entry->second = texts.add(users.name(uid));
    return entry->second;
  }
  NameContext context(const Process &process) const {
    return {graph.node(process.node).tools, graph.program_of(process.node)};
  }
  /// Records a behavior under a text that is already canonical.
  void record(Kind kind, const Event &event, const Process &process, const std::string &object,
              const std::string &raw, const Trace &rewrites);
  void follow_credentials(const Event &event, Process &process);
  void flush_passing(Process &process, const Event &event);
  void adopt_orphans(ProcessKey key);
  void name_network();
  void add_incompleteness(const RunEnd &end, Fingerprint &fingerprint) const;

  const RunInfo run;
  const std::string rules_id;
  const CompiledRules rules;
  const Roots roots;
  CausalGraph graph;
  TemporaryFiles files;
  Namer namer;
  FileClasses classes;
  Network network;
  Users users;
  Interner texts;
  std::unordered_map<std::uint32_t, std::uint32_t> user_numbers; ///< uid → text
  BehaviorTable table;
  std::set<Attribute> attributes;
  std::map<std::string, std::set<std::string>> executables; ///< raw path → its canonical names
  std::set<std::string> gaps;
  std::map<ProcessKey, std::vector<Event>> orphans; ///< events that came before their process's fork
  std::size_t orphan_events = 0;
  std::uint64_t lost_orphans = 0;

  struct CachedClass {
    std::string path;
    std::uint64_t key = 0;
    std::uint32_t object = 0;
  };
  std::array<CachedClass, 4096> cached_classes; ///< direct-mapped: builds write the same files in bursts
};

void Canonicalizer::State::record(Kind kind, const Event &event, const Process &process,
                                  const std::string &object, const std::string &raw, const Trace &rewrites) {
  if (process.node == k_no_program_yet) return; // the launcher's own steps before the command's exec
  auto &entry = table.add(kind, actor(event, process), texts.add(object), event.time_ns);
  entry.seen.show(shortened(raw));
  if (entry.fresh()) entry.rewrites = rewrites;
}

// ----------------------------------------------------------------------------------------------- lifecycle

void Canonicalizer::State::add(const Event &event) {
  if (const auto *user = std::get_if<UserName>(&event.body)) {
    user_numbers.erase(user->uid);
    return users.add(user->uid, user->name);
  }
  if (const auto *content = std::get_if<ProgramContent>(&event.body)) {
    for (const auto &name : executables[content->exe]) attributes.insert({name, "content", content->content});
    return;
  }
  if (Process *process = graph.find(event.actor)) return dispatch(event, *process);
  if (++orphan_events > k_most_orphans)
    ++lost_orphans;
  else
    orphans[event.actor].push_back(event);
}

void Canonicalizer::State::dispatch(const Event &event, Process &process) {
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
  child.passing = child.exited = false;
  graph.start(fork.child, child);
  adopt_orphans(fork.child);
}

void Canonicalizer::State::on(const Exec &exec, const Event &event, Process &process) {
  // `env` that becomes what it starts leaves no trace, so that "#!/usr/bin/env python3" is python3.
  if (process.passing) process.node = graph.node(process.node).parent;
  const auto above = context(process);
  auto program = namer.program(exec, above, nullptr);
  auto id = graph.find_program(program.text);
  if (!id) id = graph.add_program(program.text, rules.tools_of(program.executable, program.text));
  process.node = graph.child(process.node, *id);
  process.passing = program.executable == "/usr/bin/env" && is_system_program(exec);
  if (auto package = package_of(exec)) {
    process.package = texts.add(package->text());
    if (!package->version.empty()) attributes.insert({package->name, "version", package->version});
  }
  if (!program.version.empty()) attributes.insert({program.executable, "version", program.version});
  if (is_system_program(exec)) executables[exec.exe].insert(program.executable);
  follow_credentials(event, process);
  if (process.passing) return;
  auto &entry = table.add(Kind::exec, actor(event, process), 0, event.time_ns);
  if (entry.seen.raw.size() < Sightings::k_shown) entry.seen.show(shortened(join(exec.argv, " ")));
  if (entry.fresh()) namer.program(exec, above, &entry.rewrites);
}

void Canonicalizer::State::flush_passing(Process &process, const Event &event) {
  process.passing = false;
  record(Kind::exec, event, process, "", "/usr/bin/env", {});
}

void Canonicalizer::State::on(const Exit &, const Event &event, Process &process) {
  if (process.passing) flush_passing(process, event);
  graph.end(event.actor);
}

void Canonicalizer::State::follow_credentials(const Event &event, Process &process) {
  const auto before = process.credentials;
  if (before && *before == event.credentials) return;
  process.credentials = event.credentials;
  if (!before || process.node == k_no_program_yet) return;
  const auto change = users.change(*before, event.credentials);
  if (change.empty()) return;
  Event as_before = event; // the one who becomes acts as who he was
  as_before.credentials = *before;
  record(Kind::become, as_before, process, change, change, {});
}

void Canonicalizer::State::on(const ContainerStart &container, const Event &event, Process &process) {
  const auto [image, tag] = image_and_tag(container.image);
  const auto id = graph.add_program("container:" + image, 0);
  NodeId above = process.node;
  if (const Process *asked_by = graph.find(container.asked_by)) above = asked_by->node;
  process.node = graph.child(above, id);
  if (!tag.empty()) attributes.insert({"container:" + image, "version", tag});
  table.add(Kind::exec, actor(event, process), 0, event.time_ns).seen.show(container.image);
}

// ------------------------------------------------------------------------------------------------- network

void Canonicalizer::State::on(const Connect &connect, const Event &event, Process &process) {
  if (process.node != k_no_program_yet) network.connect(actor(event, process), connect, event.time_ns);
}

void Canonicalizer::State::on(const ConnectResult &result, const Event &event, Process &process) {
  network.connect_result(actor(event, process), result);
}

void Canonicalizer::State::on(const Bind &bind, const Event &event, Process &process) {
  network.bind(actor(event, process), bind, event.time_ns);
}

void Canonicalizer::State::on(const Listen &listen, const Event &event, Process &process) {
  network.listen(actor(event, process), listen.transport, listen.local, event.time_ns);
}

void Canonicalizer::State::on(const ListenEnd &end, const Event &, Process &) {
  network.listen_end(end.local);
}

void Canonicalizer::State::on(const NameAnswer &answer, const Event &event, Process &process) {
  Trace trace;
  const auto name = network.answer(actor(event, process), answer, &trace);
  if (!name.empty()) record(Kind::resolve, event, process, name, answer.name, trace);
}

void Canonicalizer::State::on(const UnixConnect &connect, const Event &event, Process &process) {
  Trace trace;
  const auto path = namer.path(connect.path, false, context(process), &trace);
  network.unix_connect(actor(event, process), connect.path, path, event.time_ns, trace);
}

void Canonicalizer::State::on(const UnixListen &listen, const Event &event, Process &process) {
  Trace trace;
  const auto path = namer.path(listen.path, false, context(process), &trace);
  network.unix_listen(actor(event, process), listen.path);
  auto object = std::string("unix:@");
  if (!listen.path.starts_with('@')) {
    const auto root = path.substr(0, path.find('/'));
    object = "unix:" + (path.starts_with("$HOME") || !path.starts_with('$') ? path : root);
  }
  note(&trace, "R13", path, object);
  record(Kind::listen, event, process, object, listen.path, trace);
}

void Canonicalizer::State::on(const Volume &volume, const Event &event, Process &process) {
  network.volume(actor(event, process), volume);
}

void Canonicalizer::State::name_network() {
  for (auto &found : network.finish(rules)) {
    if (found.actor.node == k_no_program_yet) continue;
    auto &entry = table.add(found.kind, found.actor, texts.add(found.object), found.seen.first_ns);
    entry.seen.count += found.seen.count - 1;
    entry.seen.last_ns = std::max(entry.seen.last_ns, found.seen.last_ns);
    for (const auto &raw : found.seen.raw) entry.seen.show(raw);
    if (entry.rewrites.empty()) entry.rewrites = std::move(found.rewrites);
    if (found.object.starts_with("daemon:"))
      gaps.insert("what " + found.object + " does on behalf of " + graph.program_of(found.actor.node));
  }
  for (auto &attribute : network.volumes()) attributes.insert(std::move(attribute));
}

// --------------------------------------------------------------------------------------- files and the rest

void Canonicalizer::State::on(const FileUse &use, const Event &event, Process &process) {
  if (process.node == k_no_program_yet) return;
  const bool read = use.access == FileAccess::read;
  if (!read) files.use(use, graph.node(process.node).program);
  const auto &package = texts[process.package];
  const std::string_view step = is_install_step(package) ? std::string_view(package) : std::string_view();
  const auto name = [&](Trace *trace) {
    return read ? classes.read(use, context(process), trace) : classes.written(use, step, trace);
  };
  // The name depends on the path, on these, and through R4 on the lineage's tools.
  const std::uint64_t key = (graph.node(process.node).tools << 2 | std::uint64_t{use.tracked} << 1 | read) ^
                            (std::uint64_t{step.empty() ? 0 : process.package} << 40);
  auto &cached = cached_classes[(std::hash<std::string>{}(use.path) ^ key) % cached_classes.size()];
  if (cached.key != key || cached.path != use.path) cached = {use.path, key, texts.add(name(nullptr))};
  if (cached.object == 0) return;
  auto &entry =
      table.add(read ? Kind::read : Kind::write, actor(event, process), cached.object, event.time_ns);
  if (entry.seen.raw.size() < Sightings::k_shown) entry.seen.show(use.path);
  if (entry.fresh()) name(&entry.rewrites);
}

void Canonicalizer::State::on(const Inspect &inspect, const Event &event, Process &process) {
  if (inspect.target == event.actor) return; // every program may look at itself
  const bool memory =
      inspect.how == "mem" || inspect.how.starts_with("ptrace") || inspect.how.starts_with("process_vm");
  const Process *target = graph.find(inspect.target);
  Trace trace;
  std::string whom = "others"; // which other processes `ps` finds is chance
  if (memory && graph.is_ancestor(event.actor, inspect.target)) {
    whom = "child";
  } else if (memory) {
    const auto program = target != nullptr && target->node != k_no_program_yet
                             ? graph.program_of(target->node)
                             : namer.foreign_program(inspect.target_exe, &trace);
    whom = (graph.is_ancestor(inspect.target, event.actor) ? "ancestor:" : "foreign:") + program;
  }
  const auto raw = inspect.how + " of " + std::to_string(inspect.target.pid) + ' ' + inspect.target_exe;
  const auto object = escape_sentinels(inspect.how) + " of " + whom;
  note(&trace, "R7", raw, object);
  record(Kind::inspect, event, process, object, raw, trace);
}

void Canonicalizer::State::on(const KernelUse &use, const Event &event, Process &process) {
  Trace trace;
  std::string object = escape_sentinels(use.operation);
  if (!use.detail.empty())
    object += ' ' + (use.detail.starts_with('/') ? namer.path(use.detail, false, context(process), &trace)
                                                 : without_hashes(escape_sentinels(use.detail), &trace));
  record(Kind::kernel, event, process, object, use.operation + ' ' + use.detail, trace);
}

// -------------------------------------------------------------------------------------------------- the end

void Canonicalizer::State::add_incompleteness(const RunEnd &end, Fingerprint &fingerprint) const {
  fingerprint.incomplete_because = end.loss.describe();
  if (lost_orphans > 0)
    fingerprint.incomplete_because.push_back(std::to_string(lost_orphans) + " events of unknown processes");
  if (end.wait_status != 0) fingerprint.incomplete_because.push_back(failure_of(end.wait_status));
  fingerprint.complete = fingerprint.incomplete_because.empty();
}

CanonicalRun Canonicalizer::State::finish(const RunEnd &end) {
  const auto unknown = graph.child(k_no_program_yet, graph.add_program(k_unknown_program, 0));
  while (!orphans.empty()) {
    const auto key = orphans.begin()->first;
    Process process;
    process.node = unknown;
    graph.start(key, process);
    adopt_orphans(key);
  }
  name_network();
  for (const auto &program : end.left_running)
    gaps.insert(namer.foreign_program(program, nullptr) + " still ran when the recording ended");
  for (const auto &what : run.blind_to) gaps.insert("not recorded: " + what);

  CanonicalRun result;
  auto &fingerprint = result.fingerprint;
  fingerprint.name = run.name;
  fingerprint.rules = rules_id;
  fingerprint.labels = run.labels;
  add_incompleteness(end, fingerprint);
  table.write_to(result, graph, texts, rules);
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

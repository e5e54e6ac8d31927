#include <algorithm>

#include "base/text.hpp"
#include "fingerprint/canonicalizer_state.hpp"
#include "fingerprint/packages.hpp"

namespace buildprint {
namespace {

/// Files of the kernel and of its own state are a runtime's work. But where a monitor's log goes, who calls
/// the engine says: what matters by itself ("sink:…", "tracked:…"), not by the class that it is in.
bool is_set_up(const FileUse &use, const Object &object) {
  return object.is<object::FileClass>() || use.path.starts_with("/sys/") || use.path.starts_with("/proc/");
}

std::map<std::string, std::string> injecting_variables(const Exec &exec) {
  constexpr std::string_view k_digest =
      "xxh3:"; // only of variables that inject code, docs/recording-format.md
  std::map<std::string, std::string> injecting;
  for (const auto &[name, value] : exec.environment)
    if (value.starts_with(k_digest)) injecting.emplace(name, value);
  return injecting;
}

bool inherited(const std::string &name, const std::string &value, const Process &process) {
  const auto before = process.injecting.find(name);
  return before != process.injecting.end() && before->second == value;
}

} // namespace

bool injects_anew(const Exec &exec, const Process &process) {
  return std::ranges::any_of(injecting_variables(exec), [&](const auto &variable) {
    return !inherited(variable.first, variable.second, process);
  });
}

void Canonicalizer::State::on(const FileUse &use, const Event &event, Process &process) {
  if (process.node == k_no_program_yet) return;
  if (!use.device.empty()) {
    Trace trace;
    const auto object = classes.device(use, &trace);
    if (!object.empty()) record(Kind::write, event, process, object, use.path, trace);
    return;
  }
  const bool read = use.access == FileAccess::read;
  if (!read) files.use(use, graph.node(process.node).program);
  if (!read) workspace_files.use(use, process.node);
  if (use.access == FileAccess::create) note_made(use);
  if (use.access == FileAccess::rename_to || use.access == FileAccess::link_to)
    note_moved(use, event, process);
  const auto &package = texts[process.package];
  const std::string_view step = is_install_step(package) ? std::string_view(package) : std::string_view();
  const auto name = [&](Trace *trace) {
    return read ? classes.read(use, context(process), trace) : classes.written(use, step, trace);
  };
  // The name depends on the path, on these, and through R4 on the lineage's tools.
  const std::uint64_t key = (graph.node(process.node).tools << 3 | std::uint64_t{use.tracked} << 2 |
                             std::uint64_t{is_of_a_tree(use.access)} << 1 | read) ^
                            (std::uint64_t{step.empty() ? 0 : process.package} << 40);
  auto &cached = cached_classes[(std::hash<std::string>{}(use.path) ^ key) % cached_classes.size()];
  if (cached.key != key || cached.path != use.path) {
    cached.path.assign(use.path); // into the memory that it has
    cached.key = key;
    cached.object = objects.add(name(nullptr));
  }
  if (cached.object == 0) return;
  if (cached.object == system_class && use.access != FileAccess::remove)
    system_files.written(use.path, container_of(process.node));
  if (process.frame && is_set_up(use, objects[cached.object])) return;
  auto &entry =
      table.add(read ? Kind::read : Kind::write, actor(event, process), cached.object, event.time_ns);
  if (entry.seen.raw.size() < Sightings::k_shown) entry.seen.show(use.path);
  if (entry.fresh()) name(&entry.rewrites);
}

void Canonicalizer::State::note_made(const FileUse &use) {
  constexpr std::size_t k_most = 65'536;
  // Nearly all of what is made is not hidden, and is no secret.
  if (use.path.find("/.") == std::string::npos || made_secrets.size() >= k_most) return;
  if (classes.is_secret(use.path)) made_secrets.insert(use.path);
}

void Canonicalizer::State::note_moved(const FileUse &use, const Event &event, Process &process) {
  FileUse source = use;
  source.path = use.target;
  source.access = FileAccess::read;
  Trace trace;
  const bool own = made_secrets.contains(source.path);
  if (own) note_made(use);
  if (own && use.access == FileAccess::rename_to) made_secrets.erase(source.path);
  if (const auto secret = classes.taken(source, context(process), &trace); !secret.empty() && !own)
    record(Kind::read, event, process, secret, source.path, trace);
  trace.clear();
  source.access = use.access == FileAccess::rename_to ? use.access : FileAccess::write;
  if (const auto sink = classes.written(source, {}, &trace); sink.is<object::Sink>())
    record(Kind::write, event, process, sink, source.path, trace);
}

void Canonicalizer::State::on(const Inspect &inspect, const Event &event, Process &process) {
  if (inspect.target == event.actor) return; // every program may look at itself
  const bool memory =
      inspect.how == "mem" || inspect.how.starts_with("ptrace") || inspect.how.starts_with("process_vm");
  const Process *target = graph.find(inspect.target);
  Trace trace;
  object::InspectedProcess inspected{escape_sentinels(inspect.how), {}, {}};
  using enum object::InspectedProcess::Relation;
  if (memory && graph.is_ancestor(event.actor, inspect.target)) {
    inspected.relation = child;
  } else if (memory) {
    inspected.program = target != nullptr && target->node != k_no_program_yet
                            ? graph.program_of(target->node)
                            : namer.foreign_program(inspect.target_exe, &trace);
    inspected.relation = graph.is_ancestor(inspect.target, event.actor) ? ancestor : foreign;
  }
  const auto raw = inspect.how + " of " + std::to_string(inspect.target.pid) + ' ' + inspect.target_exe;
  const Object object = inspected;
  note(&trace, "R7", raw, object.text());
  record(Kind::inspect, event, process, object, raw, trace);
}

void Canonicalizer::State::note_steering(const Exec &exec, const Event &event, Process &process, bool first) {
  auto injecting = injecting_variables(exec);
  // What the recorded command was given is the environment that it runs in; its children inherit.
  for (const auto &[name, value] : injecting)
    if (!first && !inherited(name, value, process))
      record(Kind::read, event, process, object::InjectingVariable{escape_name(name)}, name + '=' + value,
             {});
  process.injecting = std::move(injecting);
  if (exec.standard_input == StreamKind::network)
    record(Kind::read, event, process, object::SocketStream{"standard input"},
           "standard input is a network socket", {});
}

void Canonicalizer::State::on(const KernelUse &use, const Event &event, Process &process) {
  Trace trace;
  if (use.operation == "io_uring" && process.node != k_no_program_yet)
    gaps.insert("files and unix sockets that " + graph.program_of(process.node).text() +
                " reaches through io_uring");
  object::KernelOperation operation{escape_name(use.operation), {}};
  const auto add = [&](const std::string &detail) {
    if (detail.starts_with('/'))
      operation.details.push_back(passing_name(detail, event, process, &trace));
    else
      for (const auto word : split(detail, ' '))
        operation.details.push_back(without_hashes(escape_name(word), &trace));
  };
  // "tmpfs on /PLACE", "/SOURCE on /PLACE", "on /PLACE".
  constexpr std::string_view k_on = " on ";
  const auto detail = ' ' + use.detail;
  const auto on = detail.find(" on /");
  if (detail.size() > 1 && on != 0) add(detail.substr(1, on - 1));
  if (on != std::string::npos) {
    add("on");
    add(detail.substr(on + k_on.size()));
  }
  record(Kind::kernel, event, process, operation, use.operation + ' ' + use.detail, trace);
}

} // namespace buildprint

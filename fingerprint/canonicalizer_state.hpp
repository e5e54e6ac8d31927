#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fingerprint/behavior_table.hpp"
#include "fingerprint/canonicalize.hpp"
#include "fingerprint/files.hpp"
#include "fingerprint/network.hpp"
#include "fingerprint/packages.hpp"
#include "fingerprint/users.hpp"
#include "fingerprint/written_files.hpp"

namespace buildprint {

// What a Canonicalizer knows while a recording goes by. Its functions stand in canonicalize.cpp (processes
// and the end), canonicalize_network.cpp and canonicalize_uses.cpp (files, looks into others, the kernel).

/// Whether a variable of `exec` that makes programs load other code is not what its parent's programs had.
bool injects_anew(const Exec &exec, const Process &process);

struct Canonicalizer::State {
  State(const RunInfo &run_info, const Rules &rule_set)
      : run(run_info), rules_id(rule_set.id()), rules(rule_set), roots(run.roots), files(graph, roots),
        workspace_files(roots), namer(rules, roots, files, made_up), classes(rules, namer, roots),
        network(run, graph), users(run.builder_uid) {
    texts.add("");
    system_class = objects.add(object::FileClass::system);
    if (run.main_process.pid != 0) graph.start(run.main_process, {});
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
    return {graph.node(process.node).tools, graph.program_of(process.node).text()};
  }
  /// What is named by who uses it, and not by a file that stays: sockets, mounts.
  std::string passing_name(const std::string &raw, const Event &event, const Process &process,
                           Trace *trace) const;
  /// Records a behavior of an object that is already canonical.
  void record(Kind kind, const Event &event, const Process &process, const Object &object,
              const std::string &raw, const Trace &rewrites);
  /// What makes a program do other things than its command line says.
  void note_steering(const Exec &exec, const Event &event, Process &process, bool first);
  void note_made(const FileUse &use);
  /// Under its new name a secret or a sink is not known any more.
  void note_moved(const FileUse &use, const Event &event, Process &process);
  void follow_credentials(const Event &event, Process &process);
  void count_joined(const Exec &exec, const NamedProgram &program);
  /// Programs of system directories that are not only root's.
  void note_origin(const Exec &exec, const NamedProgram &program, ProgramId container);
  /// Who made what ran: known in the end only, since writers and what they write may run at the same time.
  void add_makers();
  ProgramId container_of(NodeId node) const; ///< "container:IMAGE", 0 = none
  /// An installation step of a package that begins with `exec`: a line of its own, with nothing below it.
  void note_step(const PackageUse &package, const Exec &exec, const Event &event, const Process &process);
  void flush_passing(Process &process, const Event &event);
  void adopt_orphans(ProcessKey key);
  void begin(const ContainerStart &container, ProcessKey key);
  /// Whether what it executes is a frame of a container's runtime.
  void follow_runtime(const Exec &exec, Process &process) const;
  bool was_followed(const std::string &socket, NodeId node) const;
  bool is_unseen_helper(const Network::Found &found) const;
  void name_network();
  void add_volume(const Network::Found &found);
  void add_incompleteness(const RunEnd &end, Fingerprint &fingerprint) const;

  const RunInfo run;
  const std::string rules_id;
  const CompiledRules rules;
  const Roots roots;
  CausalGraph graph;
  TemporaryFiles files;
  WorkspaceFiles workspace_files;
  SystemFiles system_files;
  MadeUpNames made_up;
  Namer namer;
  FileClasses classes;
  Network network;
  Users users;
  Interner texts;
  ObjectTable objects;
  std::uint32_t system_class = 0; ///< object number: what is written outside of all roots
  std::unordered_map<std::uint32_t, std::uint32_t> user_numbers; ///< uid → text
  BehaviorTable table;
  std::set<Attribute> attributes;
  std::map<std::string, std::set<std::string>> executables; ///< raw path → its canonical names
  std::map<std::string, std::set<std::size_t>> joined; ///< program → hashes of the raw names it stands for
  /// (program, object) → bytes sent and received.
  std::map<std::pair<Program, Object>, std::pair<std::uint64_t, std::uint64_t>> volumes;
  std::unordered_set<std::string> made_secrets; ///< paths of what the recording itself made where secrets are
  std::set<std::string> gaps;
  std::set<NodeId> answered; ///< the programs that asked for a container which was followed
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

} // namespace buildprint

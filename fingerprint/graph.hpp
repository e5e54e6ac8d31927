#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fingerprint/compiled_rules.hpp"
#include "fingerprint/object.hpp"
#include "fingerprint/program.hpp"
#include "recorder/event.hpp"

namespace buildprint {

/// Texts by number. Numbers are those of one recording: they never reach a file.
class Interner {
 public:
  std::uint32_t add(std::string_view text);
  std::optional<std::uint32_t> find(std::string_view text) const;
  const std::string &operator[](std::uint32_t number) const { return texts_[number]; }
  std::size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

/// Objects by number, likewise. 0 is no object.
class ObjectTable {
 public:
  ObjectTable() { add({}); }
  std::uint32_t add(const Object &object);
  const Object &operator[](std::uint32_t number) const { return objects_[number]; }

 private:
  struct Key { ///< two forms may have one text
    std::size_t form;
    std::string_view text; ///< of the object in objects_
    friend bool operator==(const Key &, const Key &) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key &key) const {
      return std::hash<std::string_view>{}(key.text) ^ key.form;
    }
  };
  std::deque<Object> objects_;
  std::unordered_map<Key, std::uint32_t, KeyHash> numbers_;
};

using NodeId = std::uint32_t;
using ProgramId = std::uint32_t;
inline constexpr NodeId k_no_program_yet = 0; ///< above the recorded command

/// One distinct lineage: a program under another lineage.
struct Node {
  NodeId parent = k_no_program_yet;
  ProgramId program = 0;
  std::uint32_t depth = 0;
  ToolSet tools = 0; ///< of this program and all above it
};

/// What a program is on the way from an engine without a service to its container.
enum class RuntimeRole : std::uint8_t { none, engine, monitor, shim, runtime };

/// What is known of a live process.
struct Process {
  NodeId node = k_no_program_yet;
  ProcessKey parent;
  std::array<std::uint32_t, 16> ancestors{};    ///< pids, the nearest first: kept when they are forgotten
  std::optional<Credentials> credentials;       ///< at its last event
  std::uint32_t package = 0;                    ///< text number; 0 = none
  std::map<std::string, std::string> injecting; ///< variables that make its programs load other things
  bool passing = false;                         ///< a system's `env` that has not yet become what it starts
  bool exited = false;
  bool frame = false; ///< between an engine without a service and its container: no program of its own
  RuntimeRole role = RuntimeRole::none; ///< of what it executed last, with
  FileIdentity file;                    ///< its file
};

/// Whether `pid` is the number of `process`, which is `key`'s, or of one of its nearest ancestors.
bool is_own_pid(std::uint64_t pid, ProcessKey key, const Process &process);

/// Who started whom, folded: nodes are distinct lineages, so that memory grows with distinct programs and
/// live processes. Runs of one program (fork without exec, make under make) are one node (R8).
class CausalGraph {
 public:
  CausalGraph();

  ProgramId add_program(const Program &program, ToolSet tools);
  std::optional<ProgramId> find_program(const Program &program) const;
  const Program &program(ProgramId id) const { return programs_[id]; }
  ToolSet tools(ProgramId program) const { return program_tools_[program]; }
  /// The node of `program` under `parent`.
  NodeId child(NodeId parent, ProgramId program);
  const Node &node(NodeId id) const { return nodes_[id]; }
  const Program &program_of(NodeId id) const { return programs_[nodes_[id].program]; }
  Lineage lineage(NodeId id) const;

  void start(ProcessKey key, const Process &process);
  /// nullptr when its start was not seen, or its end was long ago.
  Process *find(ProcessKey key);
  /// Whether `above` is an ancestor of `process`, by fork.
  bool is_ancestor(ProcessKey above, ProcessKey process) const;
  void end(ProcessKey key);
  std::uint64_t started() const { return started_; }

 private:
  struct KeyHash {
    std::size_t operator()(const ProcessKey &key) const {
      return (key.start_ns ^ (std::uint64_t{key.pid} << 40)) * 0x9E3779B97F4A7C15u;
    }
  };
  NodeId without_middle(NodeId parent);

  std::vector<Program> programs_;
  std::unordered_map<Program, ProgramId> program_ids_;
  std::vector<ToolSet> program_tools_;
  std::vector<Node> nodes_;
  std::unordered_map<std::uint64_t, NodeId> children_;
  using Processes = std::unordered_map<ProcessKey, Process, KeyHash>;
  Processes processes_;
  Processes::value_type *found_last_ = nullptr; ///< events of one process come in bursts
  std::deque<ProcessKey> ended_; ///< kept for a while: files travel apart from lifecycle and may come late
  std::uint64_t started_ = 0;
};

} // namespace buildprint

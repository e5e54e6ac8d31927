#include "fingerprint/graph.hpp"

#include <algorithm>

namespace buildprint {
namespace {

// Deeper lineages lose their middle: a program that starts itself without end must not make lines, nodes and
// memory without end. What is compared are the last three.
constexpr std::uint32_t k_deepest = 48;
constexpr std::uint32_t k_kept_front = 24;

constexpr std::size_t k_remembered_ends = 4096;

} // namespace

std::uint32_t Interner::add(std::string_view text) {
  const auto found = numbers_.find(text);
  if (found != numbers_.end()) return found->second;
  const auto number = static_cast<std::uint32_t>(texts_.size());
  texts_.emplace_back(text);
  numbers_.emplace(texts_.back(), number);
  return number;
}

std::optional<std::uint32_t> Interner::find(std::string_view text) const {
  const auto found = numbers_.find(text);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

std::uint32_t ObjectTable::add(const Object &object) {
  const auto found = numbers_.find({object.value().index(), object.text()});
  if (found != numbers_.end()) return found->second;
  const auto number = static_cast<std::uint32_t>(objects_.size());
  const auto &added = objects_.emplace_back(object);
  numbers_.emplace(Key{added.value().index(), added.text()}, number);
  return number;
}

CausalGraph::CausalGraph() {
  add_program({}, 0);
  nodes_.emplace_back();
}

ProgramId CausalGraph::add_program(const Program &program, ToolSet tools) {
  const auto [entry, fresh] = program_ids_.try_emplace(program, static_cast<ProgramId>(programs_.size()));
  if (fresh) {
    programs_.push_back(program);
    program_tools_.push_back(tools);
  }
  return entry->second;
}

std::optional<ProgramId> CausalGraph::find_program(const Program &program) const {
  const auto found = program_ids_.find(program);
  if (found == program_ids_.end()) return std::nullopt;
  return found->second;
}

NodeId CausalGraph::child(NodeId parent, ProgramId program) {
  if (nodes_[parent].program == program) return parent;
  if (nodes_[parent].depth >= k_deepest) {
    parent = without_middle(parent);
    if (nodes_[parent].program == program) return parent;
  }
  const auto [entry, fresh] = children_.try_emplace(std::uint64_t{parent} << 32 | program, 0);
  if (fresh) {
    entry->second = static_cast<NodeId>(nodes_.size());
    const Node above = nodes_[parent];
    nodes_.push_back({parent, program, above.depth + 1, above.tools | program_tools_[program]});
  }
  return entry->second;
}

NodeId CausalGraph::without_middle(NodeId parent) {
  std::vector<ProgramId> chain;
  for (NodeId id = parent; id != k_no_program_yet; id = nodes_[id].parent)
    chain.push_back(nodes_[id].program);
  std::reverse(chain.begin(), chain.end());
  const auto middle = add_program(Program(ProgramParts{ProgramParts::Kind::omitted, {}, {}, {}}), 0);
  const auto front = chain.begin() + k_kept_front;
  if (*front != middle) *front = middle;
  chain.erase(front + 1);
  NodeId id = k_no_program_yet;
  for (const auto program : chain) id = child(id, program);
  return id;
}

Lineage CausalGraph::lineage(NodeId id) const {
  Lineage lineage;
  for (; id != k_no_program_yet; id = nodes_[id].parent) lineage.push_back(program_of(id));
  std::reverse(lineage.begin(), lineage.end());
  return lineage;
}

void CausalGraph::start(ProcessKey key, const Process &process) {
  processes_[key] = process;
  ++started_;
}

Process *CausalGraph::find(ProcessKey key) {
  if (found_last_ == nullptr || found_last_->first != key) {
    const auto found = processes_.find(key);
    if (found == processes_.end()) return nullptr;
    found_last_ = &*found;
  }
  return &found_last_->second;
}

bool CausalGraph::is_ancestor(ProcessKey above, ProcessKey process) const {
  // Bounded: parents are at most as many as live processes.
  for (std::size_t i = 0; i <= processes_.size(); ++i) {
    const auto found = processes_.find(process);
    if (found == processes_.end()) return false;
    process = found->second.parent;
    if (process == above) return true;
  }
  return false;
}

bool is_own_pid(std::uint64_t pid, ProcessKey key, const Process &process) {
  return pid == key.pid || std::ranges::find(process.ancestors, pid) != process.ancestors.end();
}

void CausalGraph::end(ProcessKey key) {
  if (auto *process = find(key)) process->exited = true;
  ended_.push_back(key);
  if (ended_.size() <= k_remembered_ends) return;
  if (found_last_ != nullptr && found_last_->first == ended_.front()) found_last_ = nullptr;
  processes_.erase(ended_.front());
  ended_.pop_front();
}

} // namespace buildprint

#include "fingerprint/written_files.hpp"

#include <algorithm>

#include "base/digest.hpp"

namespace buildprint {
namespace {

constexpr unsigned k_number_bits = 24;
constexpr std::size_t k_first_slots = 1024, k_most_pending = 64;

/// Odd, so that a slot that is taken is never 0.
std::uint64_t tag_of(std::uint64_t hash) {
  return hash >> k_number_bits | 1;
}

} // namespace

std::size_t NumberTable::slot_of(std::uint64_t tag) const {
  const auto mask = slots_.size() - 1;
  auto slot = tag >> 1 & mask;
  while (slots_[slot] != 0 && slots_[slot] >> k_number_bits != tag) slot = (slot + 1) & mask;
  return slot;
}

std::uint32_t NumberTable::find(std::uint64_t hash) const {
  if (slots_.empty()) return k_none;
  return static_cast<std::uint32_t>(slots_[slot_of(tag_of(hash))] & k_largest);
}

void NumberTable::set(std::uint64_t hash, std::uint32_t number) {
  if (used_ * 4 >= slots_.size() * 3) grow();
  const auto tag = tag_of(hash);
  auto &slot = slots_[slot_of(tag)];
  used_ += slot == 0;
  slot = tag << k_number_bits | number;
}

void NumberTable::prefetch(std::uint64_t hash) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[tag_of(hash) >> 1 & (slots_.size() - 1)]);
}

void NumberTable::grow() {
  // Files that are gone leave their slots taken: a build that makes and removes its files again and again
  // needs no larger table.
  const auto kept = static_cast<std::size_t>(std::count_if(
      slots_.begin(), slots_.end(), [](std::uint64_t slot) { return (slot & k_largest) != k_none; }));
  const bool full = kept * 8 >= slots_.size() * 3;
  std::vector<std::uint64_t> before(std::max(k_first_slots, slots_.size() * (full ? 2 : 1)));
  before.swap(slots_);
  used_ = 0;
  for (const auto slot : before)
    if ((slot & k_largest) != k_none) {
      slots_[slot_of(slot >> k_number_bits)] = slot;
      ++used_;
    }
}

namespace {

std::uint64_t hash_in(ProgramId container, std::string_view path) {
  return secret_hash(path) ^ container * 0x9E3779B97F4A7C15u;
}

} // namespace

void SystemFiles::written(std::string_view path, ProgramId container) {
  const auto place = merged_system_path(path);
  if (in_system_directory(place)) files_.set(hash_in(container, place), 1);
}

void SystemFiles::ran(std::string_view path, ProgramId container, std::uint32_t program) {
  auto place = merged_system_path(path);
  if (in_system_directory(place)) ran_.emplace(std::move(place), container, program);
}

std::set<std::pair<std::uint32_t, ProgramId>> SystemFiles::made() const {
  std::set<std::pair<std::uint32_t, ProgramId>> made;
  for (const auto &[file, container, program] : ran_)
    for (std::string_view path = file; !path.empty(); path = path.substr(0, path.rfind('/')))
      if (files_.find(hash_in(container, path)) != NumberTable::k_none) made.emplace(program, container);
  return made;
}

WorkspaceFiles::SetNumber WorkspaceFiles::with(SetNumber set, NodeId by) {
  if (sets_.size() > NumberTable::k_largest) return set;
  const auto [known, fresh] = one_more_.try_emplace({set, by}, set);
  if (!fresh) return known->second;
  auto writers = sets_[set];
  const auto slot = std::find_if(writers.nodes.begin(), writers.nodes.end(),
                                 [&](NodeId node) { return node == by || node == k_no_program_yet; });
  if (slot == writers.nodes.end())
    writers.many = true;
  else
    *slot = by;
  const auto [same, is_new] = numbers_.try_emplace(writers, static_cast<SetNumber>(sets_.size()));
  if (is_new) sets_.push_back(writers);
  return known->second = same->second;
}

void WorkspaceFiles::use(const FileUse &use, NodeId by) {
  if (use.access == FileAccess::read || use.access == FileAccess::permissions) return;
  const auto is_ours = [&](std::string_view path) { return roots_.sentinel_of(path) == "$WS"; };
  if (is_ours(use.path)) {
    const auto hash = secret_hash(use.path);
    files_.prefetch(hash);
    const bool moved = use.access == FileAccess::rename_to || use.access == FileAccess::link_to;
    if (use.access == FileAccess::remove)
      pending_.push_back({hash, 0, by});
    else
      pending_.push_back({moved ? secret_hash(use.target) : hash, hash, by});
  }
  if (use.access == FileAccess::rename_to && use.target != use.path && is_ours(use.target))
    pending_.push_back({secret_hash(use.target), 0, by});
  if (pending_.size() >= k_most_pending) settle();
}

void WorkspaceFiles::settle() {
  for (const auto &write : pending_) {
    const auto before = files_.find(write.from);
    if (write.to != write.from) end(write.to != 0 ? write.to : write.from);
    if (write.to != 0)
      files_.set(write.to, with(before, write.by));
    else if (before != NumberTable::k_none)
      files_.set(write.from, NumberTable::k_none);
  }
  pending_.clear();
}

void WorkspaceFiles::end(std::uint64_t file) {
  const auto found = ran_.find(file);
  if (found == ran_.end()) return;
  for (const auto program : found->second) told_.emplace(program, files_.find(file));
  ran_.erase(found);
}

void WorkspaceFiles::ran(std::string_view path, std::uint32_t program) {
  if (roots_.sentinel_of(path) != "$WS") return;
  settle(); // what was there before is another file
  ran_[secret_hash(path)].insert(program);
}

std::map<std::uint32_t, WorkspaceFiles::Known> WorkspaceFiles::writers() {
  settle();
  Told all = told_;
  for (const auto &[file, programs] : ran_)
    for (const auto program : programs) all.emplace(program, files_.find(file));
  std::map<std::uint32_t, Known> known;
  for (const auto &[program, set] : all) {
    if (set == NumberTable::k_none) continue;
    auto &writers = known[program];
    if (sets_[set].many)
      writers.many = true;
    else
      for (const auto node : sets_[set].nodes)
        if (node != k_no_program_yet) writers.nodes.insert(node);
  }
  return known;
}

} // namespace buildprint

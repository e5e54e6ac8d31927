#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "recorder/event.hpp"

namespace buildprint {

/// Proof from the events alone that none of a process's life is missing: whoever acts was forked before, and
/// whoever was forked exits or still runs at the end. Keeps the living only.
class ProcessTree {
 public:
  /// `root` is zero where containers alone are followed.
  explicit ProcessTree(ProcessKey root) {
    if (root.pid == 0) return;
    living_[root];
    processes_ = 1;
  }

  void add(const Event &event);
  std::uint64_t processes() const { return processes_; }
  std::uint64_t living() const { return living_.size(); }
  std::vector<ProcessKey> living_processes() const;
  /// What a living process runs: its own or inherited executable, empty when not known.
  std::string program(ProcessKey process) const;
  /// Processes of which a beginning or an end is missing, given those that the probe says still run.
  std::uint64_t unclosed(std::span<const ProcessKey> still_running) const;

 private:
  std::map<ProcessKey, std::string> living_; ///< and what they last executed
  std::uint64_t processes_ = 0;
  std::uint64_t without_beginning_ = 0;
};

} // namespace buildprint

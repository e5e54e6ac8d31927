#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bpf/event.h"
#include "recorder/probe.hpp"

namespace buildprint {

/// The BPF programs, loaded and attached for as long as this lives. The only user of libbpf.
class BpfSession {
 public:
  /// What a reader says after a record: whether it has room for more.
  using Reader = std::function<bool(std::span<const std::byte>)>;
  /// What was sent and lost, so far.
  struct Census {
    std::array<std::uint64_t, BP_COUNTERS> counters{};
    std::vector<std::uint64_t> sent;                ///< by CPU
    std::map<std::uint16_t, std::uint64_t> no_room; ///< by kind of record
    std::map<std::string, std::uint64_t> skipped;   ///< by program
  };

  /// Throws Error, with the remedy, when a program that must be there is not taken by the kernel.
  explicit BpfSession(const ProbeOptions &options);
  ~BpfSession();

  /// Every program, and whether it is attached.
  const std::vector<ProgramReadiness> &programs() const;
  /// Follows a process that has one thread and has not run yet. Throws Error.
  bp_actor follow(std::uint32_t pid);
  /// Follows what will run in a container; survey() follows what runs in it.
  void follow_container(const std::string &id);
  /// Before the recording begins: the containers that run already are told apart from those to come, and what
  /// runs in the one that is followed is followed and told. Returns whether there was anything.
  bool survey();
  /// Followed processes that have not ended.
  int living() const;
  /// Those of them that can be found.
  std::vector<bp_actor> still_running() const;

  /// Hands out what is in the rings, without waiting: first the file events, then the rest, so that whatever
  /// came before a file event in its process is in the same batch.
  /// True when nothing was left in the ring.
  bool read_files(const Reader &reader);
  bool read_lifecycle(const Reader &reader);
  /// Continues the processes that were stopped because a ring was filling; returns how many.
  std::size_t let_go_on();

  /// From now on only ends of processes are recorded, or nothing; what is in the rings can still be read.
  void stop(bp_stop how);
  /// `received`: how many records of each CPU were read.
  Census census(const std::vector<std::uint64_t> &received) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace buildprint

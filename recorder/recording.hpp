#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "recorder/event.hpp"

namespace buildprint {

/// A directory that stands for something: "/home/ann/src/shop" is "$WS".
struct Root {
  std::string path;     ///< absolute, no slash at the end
  std::string sentinel; ///< "$WS", "$HOME", "$TMP", "$CACHE/npm", …
};

/// What was known before the first instruction of the command.
struct RunInfo {
  std::string name;
  std::vector<std::string> command;
  std::string cwd;
  std::vector<Root> roots;
  ProcessKey main_process; ///< the held process that becomes the command
  std::uint32_t builder_uid = 0;
  std::string hostname, architecture, kernel;
  std::vector<std::string> resolvers;      ///< addresses of the system's name servers
  std::vector<std::string> search_domains; ///< of the system's resolver
  std::uint16_t ephemeral_first = 32768, ephemeral_last = 60999;
  std::vector<std::string> proxies;          ///< "host:port" from the environment's *_proxy
  std::string container_image;               ///< empty for a command
  std::vector<std::string> blind_to;         ///< behaviors that this recording could not see, in words
  std::map<std::string, std::string> labels; ///< "arch", "os", and what the user gave
};

/// What a recording lost, and where. Every counter must be zero, or the recording is incomplete.
struct Loss {
  std::uint64_t ring_full = 0;          ///< records that found no room in the ring
  std::uint64_t map_full = 0;           ///< task or socket storage that could not be made
  std::uint64_t unreadable = 0;         ///< failed reads of kernel or user memory
  std::uint64_t skipped_programs = 0;   ///< runs of a BPF program that the kernel skipped (recursion)
  std::uint64_t sequence_gaps = 0;      ///< records sent by a CPU that never arrived
  std::uint64_t undecodable = 0;        ///< records that arrived malformed
  std::uint64_t unclosed_processes = 0; ///< forks whose exit is missing, execs whose fork is missing
  bool probe_died = false;              ///< the probe ended before it said that it was done
  bool none() const;
  /// One line for each non-zero counter, in words; empty when none().
  std::vector<std::string> describe() const;
};

/// One processor's records: a proof that what the kernel sent has arrived.
struct CpuRecords {
  std::uint32_t cpu = 0;
  std::uint64_t sent = 0, received = 0;
  friend bool operator==(const CpuRecords &, const CpuRecords &) = default;
};

/// What stands behind a Loss, as the probe counted it.
struct Census {
  std::vector<CpuRecords> records;
  std::map<std::string, std::uint64_t> no_room; ///< behind ring_full: by kind of record
  std::map<std::string, std::uint64_t> skipped; ///< behind skipped_programs: by program
  std::uint64_t held = 0;                       ///< not a loss: how often --no-loss stopped a process
  std::uint64_t repeats = 0; ///< not a loss: sent again because the table of what was sent was full
  friend bool operator==(const Census &, const Census &) = default;
};

/// What was known after the last process.
struct RunEnd {
  std::int32_t wait_status = 0; ///< of the command, as waitpid(2)
  Loss loss;
  std::uint64_t truncated_strings = 0;   ///< deterministic cuts, marked where they stand; not a loss
  std::vector<std::string> left_running; ///< programs that still ran when the recording ended
  std::uint64_t duration_ns = 0;
  Census census;
};

/// A whole recording in memory: for tests and small ones. Everything else streams.
struct Recording {
  RunInfo run;
  std::vector<Event> events;
  RunEnd end;
};

using EventSink = std::function<void(const Event &)>;

} // namespace buildprint

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace buildprint {

// The privileged helper `buildprint probe`. It reads no file that the recorded command controls, parses
// nothing that it wrote (but the names of environment variables, to hold back the rest), and writes only
// to its standard output. Of processes that are looked into it asks /proc for the executable's path.
//
// Standard output: records of bpf/event.h. The first is BP_READY (then the process may run) or BP_ERROR
//   (then the helper exits with 1). The last is BP_END; without it the helper died.
// A container that runs already comes after BP_READY, marked as surveyed: its processes as if they had just
// been
//   forked, and had executed what they run. The recording of one ends with it.
// Standard input: any byte, or its end, says that the command has ended. The helper then goes on while
//   followed tasks run, at most `linger_ms`, drains the rings, and sends BP_STILL…, BP_END. It also ends, as
//   completely, on SIGTERM. SIGINT and SIGHUP are ignored: a terminal sends them to everybody.
// Standard error: nothing, unless libbpf has to say why a program was refused.

struct ProbeOptions {
  std::uint32_t pid = 0; ///< the held process to follow, with all its descendants; it has one thread
  std::string container; ///< or the id of the container to follow, which may run already
  std::uint32_t linger_ms = 5000;
  std::uint32_t ring_bytes = 8u << 20; ///< of each of two rings; rounded up to a power of two of pages
  bool files = true;
  /// Reads are reported of files that are called so ("id_rsa", ".env.*", "*.pem": one star, at an end), or
  /// that lie in a directory that is (".ssh").
  std::vector<std::string> watched_names;
  /// What the sockets of container engines are called: containers that appear after a followed process has
  /// connected to one are followed, too.
  std::vector<std::string> engine_sockets;
  /// Stops processes while a ring fills, rather than lose what they do. Needs the initial pid namespace.
  bool no_loss = false;
  // For tests of what is lost:
  std::uint32_t slow_reader_us = 0;  ///< the time that reading a record takes at least
  std::uint32_t drop_every = 0;      ///< of so many records one is read and thrown away
  std::uint32_t process_slots = 0;   ///< size of the map of processes; 0 = the usual one
  std::uint32_t container_slots = 0; ///< size of the map of containers; 0 = the usual one
};

/// Runs until the recording is over. Returns the exit code of the helper: 0 after BP_END, 1 after BP_ERROR.
int run_probe(const ProbeOptions &options);

/// One BPF program, really loaded and attached on this machine.
struct ProgramReadiness {
  std::string name;
  std::string sees; ///< what is not seen without it, in words: "connections that are attempted"
  bool required = false;
  bool works = false;
  std::string reason; ///< why not: the kernel's or libbpf's words
};

/// Loads and attaches every program of the probe, one by one where all together fails. Needs privilege.
/// Throws Error, with the remedy, where nothing can be loaded at all (no BTF, no privilege, no cgroup2).
std::vector<ProgramReadiness> probe_readiness();

} // namespace buildprint

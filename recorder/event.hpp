#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace buildprint {

// Decoded events: plain values, no kernel type. Every string has been through printable(): it is inert
// text. Paths are absolute, as the recorded program's own root directory sees them.

/// A process: its id alone is reused, with its start it is not. Threads belong to their process.
struct ProcessKey {
  std::uint32_t pid = 0;
  std::uint64_t start_ns = 0; ///< monotonic nanoseconds, of the thread-group leader
  friend auto operator<=>(const ProcessKey &, const ProcessKey &) = default;
};

/// Who the acting thread was at the event, in the initial user namespace; in a container, in the container's.
struct Credentials {
  std::uint32_t ruid = 0, euid = 0, rgid = 0, egid = 0;
  std::uint64_t capabilities = 0;   ///< effective set
  std::uint32_t user_namespace = 0; ///< inode number; 0 = the initial one
  friend bool operator==(const Credentials &, const Credentials &) = default;
};

enum class Transport : std::uint8_t { tcp, udp, raw, other };

/// `address` is in canonical text form ("203.0.113.7", "2001:db8::1"); v4-mapped IPv6 is given as IPv4.
struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
  friend auto operator<=>(const Endpoint &, const Endpoint &) = default;
};

struct FileIdentity {
  std::uint64_t device = 0, inode = 0;
  friend auto operator<=>(const FileIdentity &, const FileIdentity &) = default;
};

/// `network` is a socket of IPv4 or IPv6, `socket` any other.
enum class StreamKind : std::uint8_t { unknown, file, pipe, socket, terminal, null, network };

struct Fork {
  ProcessKey child;
};

struct Exec {
  std::string exe;     ///< what the kernel mapped, symlinks resolved
  std::string invoked; ///< the path that was asked for (for a script: its interpreter's path as written)
  std::string cwd;
  std::vector<std::string> argv; ///< of the new image: for a script [interpreter, option?, script, …]
  std::vector<std::pair<std::string, std::string>> environment; ///< allow-listed names only
  FileIdentity file;
  std::uint32_t owner = 0, mode = 0; ///< of the executable: uid and st_mode
  StreamKind standard_input = StreamKind::unknown, standard_output = StreamKind::unknown;
  bool memory_only = false; ///< memfd, or a file that had no name any more
  bool self_made = false;   ///< a memfd that the program made which executes it, or in a mount of its own
  bool truncated = false;   ///< argv or a path could not be read whole
};

struct Exit {
  std::int32_t wait_status = 0; ///< as waitpid(2) reports it
};

// `network` of sockets: their network namespace, by a number that is never given again; 0 = the first
// process's.

/// An attempt to reach `peer`: connect(2), or the first datagram to it. Whether it came about is not known.
struct Connect {
  Transport transport = Transport::tcp;
  Endpoint peer;
  std::uint64_t network = 0;
};

/// How a TCP attempt of this process ended; error is an errno value, 0 = established.
struct ConnectResult {
  Endpoint peer;
  std::int32_t error = 0;
  std::uint64_t network = 0;
};

struct Bind {
  Transport transport = Transport::tcp;
  Endpoint local; ///< port 0 = the kernel is to choose
  bool v6_only = false;
  std::uint64_t network = 0;
  bool port_chosen = false; ///< by the kernel
};

struct Listen {
  Transport transport = Transport::tcp;
  Endpoint local;       ///< with the port that the kernel gave
  bool v6_only = false; ///< "::" takes no IPv4
  std::uint64_t network = 0;
};

struct ListenEnd {
  Endpoint local;
  std::uint64_t network = 0;
};

/// A unix-domain peer: `path` is a file, or "@name" for an abstract one.
struct UnixConnect {
  std::string path;
};
struct UnixListen {
  std::string path;
};

enum class NameSource : std::uint8_t { dns, tls_sni, http_host };

/// A name that this process saw stand for addresses. For DNS: one reply, addresses at the end of its
/// CNAME chain, none when the name does not exist.
struct NameAnswer {
  NameSource source = NameSource::dns;
  std::string name; ///< as asked, lower case, no dot at the end
  std::string
      type; ///< "A", "AAAA", "TXT", …; "SNI"; "Host", "CONNECT" (the name is HOST:PORT, the resolver a proxy)
  std::vector<std::string> addresses;
  Endpoint resolver; ///< who answered (dns), or whom the name was told to (others)
  Transport transport = Transport::udp;
};

enum class FileAccess : std::uint8_t {
  read,
  write,
  create,
  remove,
  rename_to,
  link_to,
  symlink_to,
  permissions
};

struct FileUse {
  FileAccess access = FileAccess::read;
  std::string path;     ///< resolved
  FileIdentity file;    ///< zero where there is none
  bool tracked = false; ///< a file of the workspace that its git index lists
  std::string target;   ///< rename_to, link_to: where from; symlink_to: its text
  /// What was opened to be written is a device: its driver, and its name there: "disk virtblk0" (a disk of
  /// the machine's, or a part of it), "block loop0" (one of the kernel's own making), "mem port", "misc
  /// uinput". "block 7:0" where it has no name.
  std::string device{};
};

/// A look into, or a hand on, another process.
struct Inspect {
  std::string how; ///< "ptrace", "process_vm_readv", "process_vm_writev", "mem", "maps", "environ", …
  ProcessKey target;
  std::string target_exe; ///< empty when unknown
};

/// An operation on the kernel or on namespaces: "mount", "unshare", "bpf", "init_module", "socket packet", …
struct KernelUse {
  std::string operation;
  std::string detail;
};

/// Bytes moved over one connection, told when it closes.
struct Volume {
  Endpoint peer;
  std::uint64_t sent = 0, received = 0;
};

/// Of a user namespace: so many uids, from these on.
struct UserRange {
  std::uint32_t inside = 0, outside = 0, count = 0;
};

/// A container that belongs to the recording; its first process is the event's actor.
struct ContainerStart {
  std::string id;
  std::string image, name; ///< as the engine calls them; empty where it does not say
  std::string service;     ///< of a compose file
  /// How it is known whose it is. Certain: "created", "attached" (by the recording itself), "descent" (of its
  /// runtime), "request" (by its id). Likely: "only-asker", "arguments" (of several askers, one names it),
  /// "alike-askers" (several, the same program under the same programs). Not certain: "several-askers",
  /// "no-asker" (that is left), "others-ask" (somebody who is not recorded may have asked for it).
  std::string linked_by;
  ProcessKey asked_by;                  ///< zero for the recording's own container
  std::vector<std::string> addresses{}; ///< on the engine's networks
  std::vector<std::string> published{}; ///< "32768=5432/tcp": a port of this machine, and the container's
  /// Of its user namespace; empty where it is this machine's. Not kept: the users of what it does are inside
  /// it.
  std::vector<UserRange> users{};
};

/// From here on `uid` is called `name`: sent before the first event that needs it.
struct UserName {
  std::uint32_t uid = 0;
  std::string name;
};

/// XXH3-128 of a program's file as it was at the end of the recording; programs of system directories only.
struct ProgramContent {
  std::string exe;
  std::string content;
};

using EventBody =
    std::variant<Fork, Exec, Exit, Connect, ConnectResult, Bind, Listen, ListenEnd, UnixConnect, UnixListen,
                 NameAnswer, FileUse, Inspect, KernelUse, Volume, ContainerStart, UserName, ProgramContent>;

struct Event {
  std::uint64_t time_ns = 0; ///< monotonic, since the recording's start
  ProcessKey actor;
  Credentials credentials;
  EventBody body;
};

} // namespace buildprint

#include "recorder/kernel_use.hpp"

#include <linux/sched.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <utility>

#include "base/text.hpp"
#include "recorder/record_texts.hpp"

namespace buildprint {
namespace {

std::string namespaces(std::uint64_t flags) {
  constexpr std::array<std::pair<std::uint64_t, const char *>, 8> k_kinds{{{CLONE_NEWUSER, "user"},
                                                                           {CLONE_NEWNS, "mount"},
                                                                           {CLONE_NEWPID, "pid"},
                                                                           {CLONE_NEWNET, "network"},
                                                                           {CLONE_NEWIPC, "ipc"},
                                                                           {CLONE_NEWUTS, "uts"},
                                                                           {CLONE_NEWCGROUP, "cgroup"},
                                                                           {CLONE_NEWTIME, "time"}}};
  std::vector<std::string> names;
  for (const auto &[flag, name] : k_kinds)
    if ((flags & flag) != 0) names.emplace_back(name);
  return join(names, " ");
}

std::string bpf_command(std::uint64_t command) {
  constexpr std::array k_commands{"map_create", "map_lookup", "map_update", "map_delete",  "map_get_next_key",
                                  "prog_load",  "obj_pin",    "obj_get",    "prog_attach", "prog_detach"};
  return command < k_commands.size() ? k_commands[command] : "command " + std::to_string(command);
}

/// Of the arguments of socket(2), for those that the probe sends.
std::string socket_kind(std::uint64_t family, std::uint64_t type, std::uint64_t protocol) {
  constexpr std::uint64_t k_type = 15; // above are SOCK_NONBLOCK and SOCK_CLOEXEC
  switch (family) {
  case AF_PACKET:
    return "packet";
  case AF_VSOCK:
    return "vsock";
  case AF_NETLINK:
    return "netlink audit";
  }
  if ((type & k_type) == SOCK_RAW) return "raw";
  switch (protocol) {
  case IPPROTO_ICMP:
  case IPPROTO_ICMPV6:
    return "ping";
  case IPPROTO_SCTP:
    return "sctp";
  default:
    return (type & k_type) == SOCK_SEQPACKET ? "sctp" : "protocol " + std::to_string(protocol);
  }
}

std::string mount_detail(const RecordTexts &texts) {
  const std::string type = texts.text(BP_PART_DETAIL);
  const std::string where = absolute(texts.text(BP_PART_PATH), texts.path(BP_PART_DIRECTORY));
  return (type.empty() ? texts.text(BP_PART_TARGET) : type) + " on " + where;
}

} // namespace

KernelUse describe_kernel_use(const bp_kernel_use &use, const RecordTexts &texts) {
  const std::string path = absolute(texts.text(BP_PART_PATH), texts.path(BP_PART_DIRECTORY));
  switch (use.operation) {
  case BP_MOUNT:
    return {"mount", mount_detail(texts)};
  case BP_MOVE_MOUNT:
    return {"mount", "on " + path};
  case BP_UNSHARE:
    return {"unshare", namespaces(use.arguments[0])};
  case BP_SETNS:
    return {"setns", namespaces(use.arguments[1])};
  case BP_PIVOT_ROOT:
    return {"pivot_root", path};
  case BP_CHROOT:
    return {"chroot", path};
  case BP_BPF:
    return {"bpf", bpf_command(use.arguments[0])};
  case BP_MODULE:
    return {"init_module", ""};
  case BP_SOCKET:
    return {"socket", socket_kind(use.arguments[0], use.arguments[1], use.arguments[2])};
  case BP_IO_URING:
    return {"io_uring", ""};
  default:
    return {"unknown", std::to_string(use.operation)};
  }
}

} // namespace buildprint

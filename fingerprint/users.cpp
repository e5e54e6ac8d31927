#include "fingerprint/users.hpp"

#include <array>
#include <string_view>

#include "fingerprint/paths.hpp"

namespace buildprint {
namespace {

// linux/capability.h, by number.
constexpr std::array<std::string_view, 41> k_capabilities{"chown",
                                                          "dac_override",
                                                          "dac_read_search",
                                                          "fowner",
                                                          "fsetid",
                                                          "kill",
                                                          "setgid",
                                                          "setuid",
                                                          "setpcap",
                                                          "linux_immutable",
                                                          "net_bind_service",
                                                          "net_broadcast",
                                                          "net_admin",
                                                          "net_raw",
                                                          "ipc_lock",
                                                          "ipc_owner",
                                                          "sys_module",
                                                          "sys_rawio",
                                                          "sys_chroot",
                                                          "sys_ptrace",
                                                          "sys_pacct",
                                                          "sys_admin",
                                                          "sys_boot",
                                                          "sys_nice",
                                                          "sys_resource",
                                                          "sys_time",
                                                          "sys_tty_config",
                                                          "mknod",
                                                          "lease",
                                                          "audit_write",
                                                          "audit_control",
                                                          "setfcap",
                                                          "mac_override",
                                                          "mac_admin",
                                                          "syslog",
                                                          "wake_alarm",
                                                          "block_suspend",
                                                          "audit_read",
                                                          "perfmon",
                                                          "bpf",
                                                          "checkpoint_restore"};

} // namespace

std::string Users::name(std::uint32_t uid) const {
  constexpr std::uint32_t k_nobody = 65534;
  if (uid == 0) return "root";
  if (uid == builder_) return "builder";
  if (uid == k_nobody) return "nobody";
  const auto found = names_.find(uid);
  return "other:" + (found == names_.end() ? std::to_string(uid) : escape_name(found->second));
}

std::optional<object::UserChange> Users::change(const Credentials &before, const Credentials &after) const {
  object::UserChange change{name(before.euid), name(after.euid), {}};
  if (before.euid != after.euid) return change;
  // Root has them all anyhow; a new user namespace gives all of them over nothing (that is a kernel use).
  if (after.euid == 0 || before.user_namespace != after.user_namespace) return std::nullopt;
  const std::uint64_t gained = after.capabilities & ~before.capabilities;
  if (gained == 0) return std::nullopt;
  for (std::size_t i = 0; i < 64; ++i)
    if (gained >> i & 1)
      change.capabilities.push_back(i < k_capabilities.size() ? std::string(k_capabilities[i])
                                                              : std::to_string(i));
  return change;
}

} // namespace buildprint

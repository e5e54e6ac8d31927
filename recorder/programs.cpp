#include "recorder/programs.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace buildprint {
namespace {

constexpr bool k_required = true, k_optional = false;
constexpr auto k_files = ProgramEntry::Loaded::unless_no_files, k_no_loss = ProgramEntry::Loaded::for_no_loss;

constexpr ProgramEntry k_programs[] = {
    {"find_first", "the recorded command itself", k_required},
    {"survey", "containers that are already running", k_optional},
    {"on_newtask", "new processes", k_required},
    {"on_exec", "executed programs", k_required},
    {"on_exit", "process exits", k_required},
    {"on_connect4", "IPv4 connections", k_required},
    {"on_connect6", "IPv6 connections", k_required},
    {"on_sendmsg4", "IPv4 datagrams", k_required},
    {"on_sendmsg6", "IPv6 datagrams", k_required},
    {"on_bind4", "IPv4 binds", k_optional},
    {"on_bind6", "IPv6 binds", k_optional},
    {"on_bound4", "where IPv4 datagram sockets are bound", k_optional},
    {"on_bound6", "where IPv6 datagram sockets are bound", k_optional},
    {"on_socket_state", "listeners and the results of connections", k_required},
    {"on_ingress", "DNS replies", k_required},
    {"on_egress", "datagrams on connected sockets and TLS server names", k_required},
    {"on_unix_socket", "unix sockets", k_optional, "connect bind"},
    {"on_engine_request", "which program asks a container engine to start a container", k_optional},
    {"on_kernel_use", "mounts, namespaces, bpf, modules, io_uring and special sockets", k_optional,
     "mount move_mount unshare setns pivot_root chroot bpf init_module finit_module io_uring_setup socket"},
    {"on_look", "inspections of other processes", k_optional,
     "ptrace process_vm_readv process_vm_writev pidfd_getfd"},
    {"on_file_open", "opened files", k_optional, "open openat openat2 creat memfd_create fsmount"},
    {"on_file_name", "renamed, linked and removed files", k_optional,
     "rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat truncate chmod fchmodat "
     "fchmodat2",
     k_files},
    {"on_datagram", "datagrams, whose senders are not paused by --no-loss", k_optional,
     "sendto sendmsg sendmmsg", k_no_loss},
};

} // namespace

const ProgramEntry &program_entry(std::string_view name) {
  const auto entry = std::find_if(std::begin(k_programs), std::end(k_programs),
                                  [&](const ProgramEntry &candidate) { return name == candidate.name; });
  if (entry == std::end(k_programs))
    throw Error("the BPF program " + std::string(name) + " is not in the table");
  return *entry;
}

} // namespace buildprint

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_INSPECT_H
#define BUILDPRINT_BPF_INSPECT_H

/* Looks into other processes, and what is asked of the kernel itself. */

#include "bpf/network.bpf.h"
#include "bpf/syscall.bpf.h"

#define PROC_SUPER_MAGIC 0x9fa0
#define PIDTYPE_PID 0

static __always_inline struct task_struct *task_of(struct pid *pid) {
  const u64 link_offset =
      __builtin_preserve_field_info(((struct task_struct *)0)->pid_links, BPF_FIELD_BYTE_OFFSET);
  struct hlist_node *first = BPF_CORE_READ(pid, tasks[PIDTYPE_PID].first);
  return first ? (void *)first - link_offset : NULL;
}

static __always_inline struct task_struct *task_behind(struct inode *proc_inode) {
  const u64 inode_offset =
      __builtin_preserve_field_info(((struct proc_inode *)0)->vfs_inode, BPF_FIELD_BYTE_OFFSET);
  struct proc_inode *proc = (void *)proc_inode - inode_offset;
  return task_of(BPF_CORE_READ(proc, pid));
}

/* REQUIRES: a pidfd. Its process is in the file, and from 6.9 on in the inode. */
static __always_inline struct task_struct *task_behind_pidfd(struct task_struct *task, u32 fd) {
  struct file *file = file_of(task, fd);
  if (!file) return NULL;
  struct pid *pid = BPF_CORE_READ(file, private_data);
  if (!pid) pid = BPF_CORE_READ(file, f_inode, i_private);
  return task_of(pid);
}

static __always_inline int send_look(const struct call *call, u32 look, struct task_struct *target, u32 pid) {
  struct writer *writer = open_writer(WRITER_SYSCALL, sizeof(struct bp_inspect), call->task);
  if (!writer) return 0;
  struct bp_inspect *record = (struct bp_inspect *)writer->bytes;
  record->look = look;
  record->target_pid = target ? BPF_CORE_READ(target, tgid) : pid;
  record->target_start_ns = target ? BPF_CORE_READ(target, group_leader, start_time) : 0;
  if (!target) { /* the probe finds out about a process that is not followed */
    const u64 *start_ns = bpf_map_lookup_elem(&processes, &pid);
    if (start_ns) record->target_start_ns = *start_ns;
  }
  struct file *exe = target ? BPF_CORE_READ(target, mm, exe_file) : NULL;
  if (exe) write_path(writer, BP_PART_EXE, &exe->f_path, fs_of(call->task));
  send_written(writer, BP_INSPECT);
  hold_back(call->task);
  return 0;
}

/* What opening a file of /proc with this name shows. The name is zero-filled to at least 8 bytes. */
static __always_inline u32 look_of(const char *name) {
  const u64 text = *(const u64 *)name;
  if (text == *(u64 *)"mem\0\0\0\0") return BP_OPEN_MEM;
  if (text == *(u64 *)"maps\0\0\0") return BP_OPEN_MAPS;
  if (text == *(u64 *)"environ") return BP_OPEN_ENVIRON;
  return 0;
}

/* A file of /proc was opened. */
static __always_inline void inspect_opened(const struct call *call, struct inode *inode, u32 look) {
  struct task_struct *target = task_behind(inode);
  if (!target || BPF_CORE_READ(target, tgid) == call->task->tgid) return;
  send_look(call, look, target, 0);
}

#define PTRACE_ATTACH 16
#define PTRACE_SEIZE 0x4206

/* The newest of those that the thread traces. */
static __always_inline struct task_struct *tracee_of(struct task_struct *task) {
  const u64 offset =
      __builtin_preserve_field_info(((struct task_struct *)0)->ptrace_entry, BPF_FIELD_BYTE_OFFSET);
  return (void *)task->ptraced.next - offset;
}

/* ptrace, process_vm_readv, process_vm_writev, pidfd_getfd. */
SEC("tracepoint")
int on_look(struct syscall_end *end) {
  struct call call;
  if (!followed_call(&call)) return 0;
  const u32 pid = ARGUMENT(&call, 1);
  if (end->number == __NR_ptrace) {
    const u64 request = ARGUMENT(&call, 1);
    if (request != PTRACE_ATTACH && request != PTRACE_SEIZE) return 0;
    return send_look(&call, BP_PTRACE, end->result == 0 ? tracee_of(call.task) : NULL, ARGUMENT(&call, 2));
  }
  if (end->number == __NR_pidfd_getfd) {
    struct task_struct *target = end->result >= 0 ? task_behind_pidfd(call.task, pid) : NULL;
    return send_look(&call, BP_GET_DESCRIPTOR, target, 0);
  }
  if (pid == (u32)call.task->tgid) return 0;
  return send_look(&call, end->number == __NR_process_vm_readv ? BP_READ_MEMORY : BP_WRITE_MEMORY, NULL, pid);
}

#define SOCK_TYPE_MASK 15
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define NETLINK_AUDIT 9

/* The hooks of the network see TCP, UDP and what sends as they do: not ping's ICMP, SCTP, raw packets. */
static __always_inline bool is_seen_by_network_hooks(u64 type, u64 protocol) {
  return (type == SOCK_STREAM || type == SOCK_DGRAM) &&
         (protocol == 0 || protocol == IPPROTO_TCP_NUMBER || protocol == IPPROTO_UDP_NUMBER ||
          protocol == IPPROTO_UDPLITE_NUMBER || protocol == IPPROTO_MPTCP_NUMBER);
}

/* Sockets that no other hook sees, or that are beside the point of a build. */
static __always_inline bool special_socket(const struct call *call) {
  const u64 family = ARGUMENT(call, 1), type = ARGUMENT(call, 2) & SOCK_TYPE_MASK,
            protocol = ARGUMENT(call, 3);
  return family == AF_PACKET || family == AF_VSOCK || (family == AF_NETLINK && protocol == NETLINK_AUDIT) ||
         ((family == AF_INET || family == AF_INET6) && !is_seen_by_network_hooks(type, protocol));
}

static __always_inline u32 operation_of(const struct call *call, s32 number) {
  switch (number) {
  case __NR_mount:
    return BP_MOUNT;
  case __NR_move_mount:
    return BP_MOVE_MOUNT;
  case __NR_unshare:
    return BP_UNSHARE;
  case __NR_setns:
    return BP_SETNS;
  case __NR_pivot_root:
    return BP_PIVOT_ROOT;
  case __NR_chroot:
    return BP_CHROOT;
  case __NR_bpf:
    return BP_BPF;
  case __NR_init_module:
  case __NR_finit_module:
    return BP_MODULE;
  case __NR_io_uring_setup:
    return BP_IO_URING;
  case __NR_socket:
    return special_socket(call) ? BP_SOCKET : 0;
  }
  return 0;
}

static __always_inline u64 path_argument(const struct call *call, u32 operation) {
  switch (operation) {
  case BP_MOUNT:
    return ARGUMENT(call, 2);
  case BP_MOVE_MOUNT:
    return ARGUMENT(call, 4);
  case BP_PIVOT_ROOT:
  case BP_CHROOT:
    return ARGUMENT(call, 1);
  }
  return 0;
}

SEC("tracepoint")
int on_kernel_use(struct syscall_end *end) {
  struct call call;
  if (end->result == -EFAULT || !followed_call(&call)) return 0;
  const u32 operation = operation_of(&call, end->number);
  if (!operation) return 0;
  struct writer *writer = open_writer(WRITER_SYSCALL, sizeof(struct bp_kernel_use), call.task);
  if (!writer) return 0;
  struct bp_kernel_use *record = (struct bp_kernel_use *)writer->bytes;
  record->operation = operation;
  record->error = end->result < 0 ? -end->result : 0;
  record->arguments[0] = ARGUMENT(&call, 1);
  record->arguments[1] = ARGUMENT(&call, 2);
  record->arguments[2] = ARGUMENT(&call, 3);
  const u64 path = path_argument(&call, operation);
  if (path) write_given_path(writer, &call, AT_FDCWD, path, BP_PART_PATH, BP_PART_DIRECTORY);
  if (operation == BP_MOUNT) {
    if (ARGUMENT(&call, 1)) write_user_string(writer, BP_PART_TARGET, ARGUMENT(&call, 1));
    if (ARGUMENT(&call, 3)) write_user_string(writer, BP_PART_DETAIL, ARGUMENT(&call, 3));
  }
  send_written(writer, BP_KERNEL_USE);
  hold_back(call.task);
  return 0;
}

#endif

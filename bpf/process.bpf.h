/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_PROCESS_H
#define BUILDPRINT_BPF_PROCESS_H

/* fork, exec, exit. */

#include "bpf/containers.bpf.h"

/* Run once, when the probe has put the first process into `tasks` through its pidfd: tells who it is. Not by
 * its pid, which is another number where the probe sits in a pid namespace. */
SEC("iter/task")
int find_first(struct bpf_iter__task *context) {
  struct task_struct *task = context->task;
  if (!task) return 0;
  struct bp_task *state = bpf_task_storage_get(&tasks, task, NULL, 0);
  if (!state || state->start_ns) return 0;
  state->pid = task->tgid;
  state->start_ns = BPF_CORE_READ(task, group_leader, start_time);
  fill_actor(&control.first, task);
  begin_network(task);
  follow_process(task->tgid, state->start_ns);
  return 0;
}

/* CLONE_NEWTIME … CLONE_NEWNET of linux/sched.h */
#define NEW_NAMESPACES 0x7E020080ull

/* A new process's own namespaces: as unshare(2), which the call itself does not pass through. */
static __always_inline void tell_namespaces(struct task_struct *parent, u64 flags) {
  struct bp_kernel_use use = {};
  fill_header(&use.header, sizeof use, BP_KERNEL_USE, parent);
  use.operation = BP_UNSHARE;
  use.arguments[0] = flags & NEW_NAMESPACES;
  send(&lifecycle, &use, sizeof use);
}

/* In the parent, before the child can run. The only hook that io_uring's kernel workers pass, too, which
 * act for the program: sched_process_fork does not see them. */
SEC("tp_btf/task_newtask")
int BPF_PROG(on_newtask, struct task_struct *child, u64 flags) {
  struct task_struct *parent = bpf_get_current_task_btf();
  const struct bp_task *own = followed(parent);
  if (!own) return 0;
  struct bp_task *task = bpf_task_storage_get(&tasks, child, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (task) {
    task->pid = child->tgid;
    task->image = own->image;
    task->container = own->container;
    task->start_ns = BPF_CORE_READ(child, group_leader, start_time);
  } else {
    count(BP_LOST_MAP_FULL);
  }
  if (child->pid != child->tgid) return 0;
  if (flags & NEW_NAMESPACES) tell_namespaces(parent, flags);
  follow_process(child->tgid, child->start_time);
  __sync_fetch_and_add(&control.living, 1);
  struct bp_fork fork = {};
  fill_header(&fork.header, sizeof fork, BP_FORK, parent);
  fork.child_pid = child->tgid;
  fork.child_start_ns = child->start_time;
  send(&lifecycle, &fork, sizeof fork);
  hold_back(parent);
  return 0;
}

static __always_inline u16 stream_kind(struct task_struct *task, u32 fd) {
  struct file *file = file_of(task, fd);
  if (!file) return BP_STREAM_UNKNOWN;
  struct inode *inode = BPF_CORE_READ(file, f_inode);
  const u32 device = BPF_CORE_READ(inode, i_rdev), major = device >> 20;
  switch (BPF_CORE_READ(inode, i_mode) & S_IFMT) {
  case S_IFREG:
    return BP_STREAM_FILE;
  case S_IFIFO:
    return BP_STREAM_PIPE;
  case S_IFSOCK: {
    const struct socket *socket = BPF_CORE_READ(file, private_data);
    const u16 family = BPF_CORE_READ(socket, sk, __sk_common.skc_family);
    return family == AF_INET || family == AF_INET6 ? BP_STREAM_NETWORK : BP_STREAM_SOCKET;
  }
  case S_IFCHR:
    if (device == (1 << 20 | 3)) return BP_STREAM_NULL;
    if (major == 4 || major == 5 || (major >= 136 && major <= 143)) return BP_STREAM_TERMINAL;
  }
  return BP_STREAM_UNKNOWN;
}

/* Which program image made a memfd, or a file system that it has mounted, as one with a root but no place
 * yet. What is driven out of the map is as another's. */
struct own_file {
  u64 inode; /* 0: of the file system */
  u32 device;
  u32 reserved;
};
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1024);
  __type(key, struct own_file);
  __type(value, u32);
} own_files SEC(".maps");

static __always_inline void note_own(struct inode *inode, bool file_system, u32 image) {
  const struct own_file key = {.inode = file_system ? 0 : BPF_CORE_READ(inode, i_ino),
                               .device = BPF_CORE_READ(inode, i_sb, s_dev)};
  update_map(&own_files, &key, &image, BPF_ANY);
}

static __always_inline bool is_own(const struct bp_exec *exec, u32 image) {
  const struct own_file key = {.inode = exec->links ? 0 : exec->inode, .device = exec->device};
  const u32 *maker = bpf_map_lookup_elem(&own_files, &key);
  return maker && *maker == image;
}

static __always_inline void fill_program(struct bp_exec *exec, struct task_struct *task, struct file *file) {
  struct inode *inode = BPF_CORE_READ(file, f_inode);
  exec->device = BPF_CORE_READ(inode, i_sb, s_dev);
  exec->inode = BPF_CORE_READ(inode, i_ino);
  exec->owner = BPF_CORE_READ(inode, i_uid.val);
  exec->mode = BPF_CORE_READ(inode, i_mode);
  exec->links = BPF_CORE_READ(inode, i_nlink);
  struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
  if (!BPF_CORE_READ(dentry, d_hash.pprev)) exec->links = 0; /* unlinked, though a hard link may be left */
  exec->standard_input = stream_kind(task, 0);
  exec->standard_output = stream_kind(task, 1);
  exec->argv_bytes = BPF_CORE_READ(task, mm, arg_end) - BPF_CORE_READ(task, mm, arg_start);
  exec->self_made = 0;
}

/* After success only, of all of execve, execveat, fexecve; argv is read from the new image, where nobody can
 * have changed it yet and every page is present, not from the caller's memory. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm) {
  struct bp_task *state = followed(task);
  if (enters_mounts(task)) state = enter_container(task, state);
  if (!state) return 0;
  const u32 image = state->image;
  state->image = __sync_fetch_and_add(&control.images, 1);
  struct writer *writer = open_writer(WRITER_EXEC, sizeof(struct bp_exec), task);
  if (!writer) return 0;
  struct bp_exec *exec = (struct bp_exec *)writer->bytes;
  struct mm_struct *mm = BPF_CORE_READ(task, mm);
  struct fs_struct *fs = fs_of(task);
  struct file *file = BPF_CORE_READ(bprm, file);
  fill_program(exec, task, file);
  exec->self_made = is_own(exec, image);

  writer->ahead = BP_ENVIRONMENT;
  write_user_memory(writer, BP_PART_ENVIRONMENT, BPF_CORE_READ(mm, env_start), BPF_CORE_READ(mm, env_end));
  send_written(writer, BP_ENVIRONMENT);
  writer->ahead = BP_TEXT;
  write_path(writer, BP_PART_EXE, &file->f_path, fs);
  write_path(writer, BP_PART_CWD, &fs->pwd, fs);
  write_kernel_string(writer, BP_PART_INVOKED, BPF_CORE_READ(bprm, interp));
  write_user_memory(writer, BP_PART_ARGV, BPF_CORE_READ(mm, arg_start), BPF_CORE_READ(mm, arg_end));
  send_written(writer, BP_EXEC);
  hold_back(task);
  return 0;
}

#define SIGNAL_GROUP_EXIT 4

/* When no thread of the process lives any more; told once. */
static __always_inline void tell_end(struct task_struct *task) {
  /* Two threads that end together may both find none alive. */
  struct bp_task *leader = bpf_task_storage_get(&tasks, task->group_leader, NULL, 0);
  if (leader && __sync_lock_test_and_set(&leader->exited, 1)) return;
  const u32 pid = task->tgid;
  bpf_map_delete_elem(&processes, &pid);
  __sync_fetch_and_add(&control.living, -1);
  struct bp_exit exit = {};
  fill_header(&exit.header, sizeof exit, BP_EXIT, task);
  /* Before 5.17 the kernel sets the group's code only where exit_group or a signal ended it. */
  if (BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT)
    exit.wait_status = BPF_CORE_READ(task, signal, group_exit_code);
  else
    exit.wait_status = BPF_CORE_READ(task, group_leader, exit_code);
  send(&lifecycle, &exit, sizeof exit);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task) {
  /* Not followed(): that one knows of no end while it is found out which processes go on. */
  if (control.stopped == BP_NOTHING || !bpf_task_storage_get(&tasks, task, NULL, 0)) return 0;
  if (BPF_CORE_READ(task, signal, live.counter) == 0) tell_end(task);
  return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_RECORD_H
#define BUILDPRINT_BPF_RECORD_H

/* Following, counting and sending: what every probe family needs. */

#include "bpf/event.h"
#include "bpf/kernel.bpf.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 8 << 20);
} lifecycle SEC(".maps");

/* Apart, so that a flood of file events drives out nothing else. */
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 8 << 20);
} files SEC(".maps");

/* Inherited by every thread that a followed thread starts, before it can run. */
struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct bp_task);
} tasks SEC(".maps");

/* The same by process, for cgroup programs: before 6.16 these cannot ask for a task's storage. From before a
 * process runs until its last thread ends, so that no number is looked up that is given out anew. */
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 65536);
  __type(key, u32);
  __type(value, u64); /* its start */
} processes SEC(".maps");

/* enum bp_counter, then the number of records sent, then by kind those that found no room. */
#define SENT BP_COUNTERS
#define KINDS 32
#define NO_ROOM_FOR(kind) (BP_COUNTERS + 1 + (kind) % KINDS)
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, BP_COUNTERS + 1 + KINDS);
  __type(key, u32);
  __type(value, u64);
} counters SEC(".maps");

/* Processes that were stopped because a ring fills: the probe lets them go on when it has read all. */
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 65536);
  __type(key, u32);
  __type(value, u8);
} held SEC(".maps");

struct bp_control control;

/* Atomic, because an interrupt's program may count on the same CPU. */
static __always_inline void count(u32 counter) {
  u64 *value = bpf_map_lookup_elem(&counters, &counter);
  if (value) __sync_fetch_and_add(value, 1);
}

#define EEXIST 17

/* Updates of maps and reads of kernel memory go through these two, so that a failure is counted. An entry
 * that BPF_NOEXIST finds in place is not a failure. BPF_CORE_READ is for fields of live kernel objects, where
 * a NULL pointer on the way is an answer: it reads as 0 and is not counted.
 *
 * The result is an int: before 6.4 the kernel calls a function that returns an int and leaves the upper half
 * of the register undefined. */
static __always_inline int update_map(void *map, const void *key, const void *value, u64 flags) {
  const int error = bpf_map_update_elem(map, key, value, flags);
  if (error && error != -EEXIST) count(BP_LOST_MAP_FULL);
  return error;
}

static __always_inline bool read_kernel(void *to, u32 size, const void *from) {
  if (!bpf_probe_read_kernel(to, size, from)) return true;
  count(BP_LOST_UNREADABLE);
  return false;
}

static __always_inline void count_no_room(u16 kind) {
  count(BP_LOST_RING_FULL);
  count(NO_ROOM_FOR(kind));
}

static __always_inline struct bp_task *followed(struct task_struct *task) {
  if (control.stopped) return NULL;
  return bpf_task_storage_get(&tasks, task, NULL, 0);
}

static __always_inline bool followed_process(struct task_struct *task) {
  const u32 pid = task->tgid;
  return !control.stopped && bpf_map_lookup_elem(&processes, &pid);
}

static __always_inline void follow_process(u32 pid, u64 start_ns) {
  update_map(&processes, &pid, &start_ns, BPF_ANY);
}

/* That of the process with which a recording begins is not told. */
static __always_inline void begin_network(struct task_struct *task) {
  if (!control.network) control.network = BPF_CORE_READ(task, nsproxy, net_ns, net_cookie);
}

#define INITIAL_USER_NAMESPACE 0xEFFFFFFDu

/* Read as memory, like most that hangs on a task: of a pointer that is loaded from one which the verifier
 * trusts it asks the kernel's BTF thrice, by searching all of it, whether that can be trusted, too. Half of a
 * recording's start went into that; plain loads are for what is run with every file. */
static __always_inline void fill_credentials(struct bp_credentials *to, struct task_struct *task) {
  const struct cred *cred = BPF_CORE_READ(task, cred);
  to->ruid = BPF_CORE_READ(cred, uid.val);
  to->euid = BPF_CORE_READ(cred, euid.val);
  to->rgid = BPF_CORE_READ(cred, gid.val);
  to->egid = BPF_CORE_READ(cred, egid.val);
  read_kernel(&to->capabilities, sizeof to->capabilities, &cred->cap_effective);
  const u32 inum = BPF_CORE_READ(cred, user_ns, ns.inum);
  to->user_namespace = inum == INITIAL_USER_NAMESPACE ? 0 : inum;
  to->reserved = 0;
}

static __always_inline void fill_actor(struct bp_actor *actor, struct task_struct *task) {
  actor->pid = task->tgid;
  actor->tid = task->pid;
  actor->start_ns = BPF_CORE_READ(task, group_leader, start_time);
  fill_credentials(&actor->credentials, task);
}

static __always_inline void fill_place(struct bp_header *header, u32 size, u16 kind) {
  header->size = size;
  header->kind = kind;
  header->cpu = bpf_get_smp_processor_id();
  header->parts = 0;
  header->surveyed = 0;
  header->time_ns = bpf_ktime_get_ns();
}

static __always_inline void fill_header(struct bp_header *header, u32 size, u16 kind,
                                        struct task_struct *task) {
  fill_place(header, size, kind);
  fill_actor(&header->actor, task);
}

/* Never wakes the reader, who looks at the clock: one record that does, or one that does not among others
 * that do, stalls the reader for good (the kernel notifies only a reader that has caught up). */
static __always_inline void send(void *ring, const void *record, u32 size) {
  if (bpf_ringbuf_output(ring, (void *)record, size, BPF_RB_NO_WAKEUP))
    count_no_room(((const struct bp_header *)record)->kind);
  else
    count(SENT);
}

#define SIGCONT 18
#define SIGSTOP 19

/* For tracing programs, at whose end the current task returns to its program: what it sends in one system
 * call has to fit into the rest of the ring. The signal comes first: the probe takes a process off the map
 * before it lets it go on, so that none stays stopped that is not on it. */
static __always_inline void hold_back(struct task_struct *current) {
  if (control.hold_from == 0) return;
  if (bpf_ringbuf_query(&lifecycle, BPF_RB_AVAIL_DATA) < control.hold_from &&
      bpf_ringbuf_query(&files, BPF_RB_AVAIL_DATA) < control.hold_from)
    return;
  if (!followed(current) || bpf_send_signal(SIGSTOP)) return;
  const u32 pid = current->tgid;
  const u8 value = 1;
  if (bpf_map_update_elem(&held, &pid, &value, BPF_ANY)) bpf_send_signal(SIGCONT);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_CONTAINERS_H
#define BUILDPRINT_BPF_CONTAINERS_H

/* Containers: which one a process is in, and when it begins.
 *
 * Runtimes (runc, crun) put the process into the container's cgroup, which is called by its id, and into a
 * mount namespace of its own, before it executes the container's program. So that exec, and nothing of the
 * runtime before it, is the first of a container: one whose mount namespace is not the parent's, in another
 * container than the parent is in. It holds for processes that enter a running container, too, and for
 * every cgroup version and driver: nothing has to be paused, and no cgroup has to be made. */

#include "bpf/text.bpf.h"

struct container_id {
  union {
    char text[BP_CONTAINER_ID];
    u64 words[BP_CONTAINER_ID / sizeof(u64)];
  };
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16384);
  __type(key, struct container_id);
  __type(value, struct bp_container_owner);
} containers SEC(".maps");

static __always_inline bool enters_mounts(struct task_struct *task) {
  return BPF_CORE_READ(task, nsproxy, mnt_ns) != BPF_CORE_READ(task, real_parent, nsproxy, mnt_ns);
}

__noinline int is_hexadecimal(const struct container_id *id) {
  if (!id) return 0;
  /* By the signs of differences: a comparison is a jump in BPF, and the verifier would follow each of 64. */
  s64 outside = 0;
  for (u32 i = 0; i < BP_CONTAINER_ID; ++i) {
    const s64 c = (u8)id->text[i];
    outside |= ((c - '0') | ('9' - c)) & ((c - 'a') | ('f' - c));
  }
  return outside >= 0;
}

#define CGROUP_NAME_BYTES 96
#define SCOPE_BYTES 6

/* "docker/ID", "docker-ID.scope", "libpod-ID.scope", "cri-containerd-ID.scope", … */
static __always_inline bool read_id(const char *name, struct container_id *id) {
  char text[CGROUP_NAME_BYTES];
  if (!name) return false; /* no cgroup of this hierarchy */
  const long size = bpf_probe_read_kernel_str(text, sizeof text, name);
  if (size < 0) count(BP_LOST_UNREADABLE);
  long end = size - 1;
  if (end < BP_CONTAINER_ID) return false;
  u64 suffix = 0;
  if (!read_kernel(&suffix, SCOPE_BYTES, name + end - SCOPE_BYTES)) return false;
  if (suffix == *(u64 *)".scope\0") end -= SCOPE_BYTES;
  if (end < BP_CONTAINER_ID) return false;
  return read_kernel(id->text, sizeof id->text, name + end - BP_CONTAINER_ID) && is_hexadecimal(id);
}

struct cgroup_walk {
  struct cgroup_subsys_state *at;
  struct container_id *id; /* the caller's: all programs of a chain share 512 bytes of stack */
  bool found;
};

static long cgroup_step(u32 step, struct cgroup_walk *walk) {
  struct cgroup_subsys_state *at = walk->at;
  if (!at) return 1;
  walk->found = read_id(BPF_CORE_READ(at, cgroup, kn, name), walk->id);
  walk->at = BPF_CORE_READ(at, parent);
  return walk->found;
}

static __always_inline struct cgroup_subsys_state *controller(const struct css_set *set, u32 index) {
  struct cgroup_subsys_state *state = NULL;
  read_kernel(&state, sizeof state, &set->subsys[0] + index);
  return state ? &BPF_CORE_READ(state, cgroup)->self : NULL;
}

/* `css_set` is a kernel address, see write_path(). */
__noinline int find_container(u64 css_set, struct container_id *id) {
  const struct css_set *set = (const void *)css_set;
  if (!id) return 0;
  struct cgroup_walk walk = {.id = id};
  walk.at = &BPF_CORE_READ(set, dfl_cgrp)->self;
  bpf_loop(64, cgroup_step, &walk, 0);
  if (!walk.found && bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id)) {
    walk.at = controller(set, bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id));
    bpf_loop(64, cgroup_step, &walk, 0);
  }
  if (!walk.found && bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id)) {
    walk.at = controller(set, bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id));
    bpf_loop(64, cgroup_step, &walk, 0);
  }
  return walk.found;
}

/* The innermost container that the task is in: by the unified hierarchy, else, where engines do not use it
 * (cgroup v1), by a controller's. */
static __always_inline bool container_of_task(struct task_struct *task, struct container_id *id) {
  return find_container((u64)BPF_CORE_READ(task, cgroups), id);
}

static __always_inline bool is_in_container(struct task_struct *task, const struct container_id *id) {
  struct container_id its = {};
  if (!container_of_task(task, &its)) return false;
  u64 difference = 0;
  for (u32 i = 0; i < sizeof its.words / sizeof *its.words; ++i) difference |= id->words[i] ^ its.words[i];
  return difference == 0;
}

/* Ours when somebody who is followed asked for it by its id. Whom nobody was seen to ask for so is ours after
 * somebody who is followed has talked to an engine, but not when only others have asked for what has no id
 * yet, as for the steps of an image. */
static __always_inline struct bp_container_owner owner_of(const struct container_id *id) {
  const struct bp_container_owner *known = bpf_map_lookup_elem(&containers, id);
  if (known) return *known;
  struct bp_container_owner owner = {};
  owner.whose = control.engine_asked && control.containers_asked != BP_OTHERS ? BP_OURS : BP_OTHERS;
  update_map(&containers, id, &owner, BPF_NOEXIST);
  return owner;
}

static __always_inline struct bp_task *follow_task(struct task_struct *task) {
  struct bp_task *state = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (!state) {
    count(BP_LOST_MAP_FULL);
    return NULL;
  }
  begin_network(task);
  state->pid = task->tgid;
  state->start_ns = BPF_CORE_READ(task, group_leader, start_time);
  return state;
}

static __always_inline void count_process(struct task_struct *task) {
  follow_process(task->tgid, BPF_CORE_READ(task, group_leader, start_time));
  __sync_fetch_and_add(&control.living, 1);
}

static __always_inline void tell_users(struct bp_container *record, struct task_struct *task) {
  const struct user_namespace *users = BPF_CORE_READ(task, cred, user_ns);
  const u32 ranges = BPF_CORE_READ(users, uid_map.nr_extents);
  const bool own = BPF_CORE_READ(users, ns.inum) != INITIAL_USER_NAMESPACE;
  record->user_ranges = own && ranges <= BP_USER_RANGES ? ranges : 0;
  read_kernel(record->users, sizeof record->users, &users->uid_map.extent);
}

static __always_inline void send_container(enum writer_owner writer_owner, struct task_struct *task,
                                           const struct container_id *id,
                                           const struct bp_container_owner *owner, bool followed_before,
                                           bool surveyed) {
  struct writer *writer = open_writer(writer_owner, sizeof(struct bp_container), task);
  if (!writer) return;
  struct bp_container *record = (struct bp_container *)writer->bytes;
  record->header.surveyed = surveyed;
  record->followed_before = followed_before;
  record->others_ask = (control.containers_asked & BP_OTHERS) != 0;
  record->asker_pid = owner->asker_pid;
  record->reserved = 0;
  tell_users(record, task);
  record->asker_start_ns = owner->asker_start_ns;
  begin_part(writer, BP_PART_DETAIL, 0);
  bpf_probe_read_kernel(writer_end(writer), sizeof id->text, id->text);
  writer->used += sizeof id->text;
  end_part(writer, 0);
  send_written(writer, BP_CONTAINER);
}

/* In an exec that enters_mounts(). `state` is the task's, or NULL; returns it as it is afterwards. */
static __always_inline struct bp_task *enter_container(struct task_struct *task, struct bp_task *state) {
  struct container_id id = {};
  if (control.stopped || !container_of_task(task, &id)) return state;
  if (state && state->container == id.words[0]) return state;
  if (is_in_container(BPF_CORE_READ(task, real_parent), &id)) return state;
  const bool followed_before = state != NULL;
  struct bp_container_owner owner = {};
  if (!followed_before) {
    owner = owner_of(&id);
    if (owner.whose != BP_OURS) return NULL;
    state = follow_task(task);
    if (!state) return NULL;
    count_process(task);
  }
  state->container = id.words[0];
  send_container(WRITER_EXEC, task, &id, &owner, followed_before, false);
  return state;
}

#endif

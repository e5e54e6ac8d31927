/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_SURVEY_H
#define BUILDPRINT_BPF_SURVEY_H

/* What is there when a recording begins. */

#include "bpf/containers.bpf.h"
#include "bpf/process.bpf.h"

/* The number that the reader of the survey knows the process by: its pid namespace need not be the first. */
static __always_inline u32 number_for_reader(struct task_struct *task) {
  const u32 level = BPF_CORE_READ(bpf_get_current_task_btf(), thread_pid, level);
  struct pid *pid = BPF_CORE_READ(task, thread_pid);
  struct upid number = {};
  read_kernel(&number, sizeof number, &pid->numbers[0] + level);
  return number.nr;
}

/* As if it had just been forked, or had entered the container, and executed what it runs. Its arguments lie
 * in memory that only a sleeping program may read: the probe adds them. */
static __always_inline void tell_found(struct task_struct *task, const struct container_id *id) {
  const struct bp_container_owner own = {};
  struct task_struct *parent = task->real_parent->group_leader;
  struct bp_fork fork = {};
  if (is_in_container(parent, id)) {
    fill_header(&fork.header, sizeof fork, BP_FORK, parent);
    fork.header.surveyed = 1;
    fork.child_pid = task->tgid;
    fork.child_start_ns = task->start_time;
    send(&lifecycle, &fork, sizeof fork);
  } else {
    send_container(WRITER_SURVEY, task, id, &own, false, true);
  }
  struct writer *writer = open_writer(WRITER_SURVEY, sizeof(struct bp_exec), task);
  struct file *file = BPF_CORE_READ(task, mm, exe_file);
  struct fs_struct *fs = fs_of(task);
  if (!writer || !file) return;
  writer_header(writer)->surveyed = number_for_reader(task);
  fill_program((struct bp_exec *)writer->bytes, task, file);
  write_path(writer, BP_PART_EXE, &file->f_path, fs);
  write_path(writer, BP_PART_CWD, &fs->pwd, fs);
  send_written(writer, BP_EXEC);
}

static __always_inline void adopt(struct task_struct *task, const struct container_id *id) {
  struct bp_task *state = follow_task(task);
  if (!state) return;
  state->container = id->words[0];
  state->image = __sync_fetch_and_add(&control.images, 1);
  __sync_fetch_and_add(&control.adopted, 1);
  if (task->pid != task->tgid) return;
  count_process(task);
  tell_found(task, id);
  /* It ended while it was adopted: its exit may have passed before it was followed. */
  if (BPF_CORE_READ(task, signal, live.counter) == 0) tell_end(task);
}

/* Containers that are there already are others', but for those that were asked for: what runs in them is
 * followed. Run again until it adopts nothing more: meanwhile a process may start another one. */
SEC("iter/task")
int survey(struct bpf_iter__task *context) {
  struct task_struct *task = context->task;
  struct container_id id = {};
  if (!task || !container_of_task(task, &id)) return 0;
  const struct bp_container_owner *known = bpf_map_lookup_elem(&containers, &id);
  if (!known) {
    const struct bp_container_owner others = {.whose = BP_OTHERS};
    update_map(&containers, &id, &others, BPF_NOEXIST);
  } else if (known->whose == BP_OURS && !followed(task) && BPF_CORE_READ(task, signal, live.counter) != 0) {
    adopt(task, &id);
  }
  return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_LOCAL_H
#define BUILDPRINT_BPF_LOCAL_H

/* Unix-domain sockets. */

#include "bpf/engines.bpf.h"
#include "bpf/inspect.bpf.h"

/* connect and bind. Attempts to connect, too: what a program tried to reach says as much. */
SEC("tracepoint")
int on_unix_socket(struct syscall_end *end) {
  const u16 kind = end->number == __NR_bind ? BP_UNIX_LISTEN : BP_UNIX_CONNECT;
  struct call call;
  hold_back(bpf_get_current_task_btf()); /* for connections of every family */
  if (end->result == -EFAULT) return 0;  /* the kernel itself could not read it: nothing was tried */
  if ((kind == BP_UNIX_LISTEN && end->result < 0) || !followed_call(&call)) return 0;
  u16 family;
  u64 size = ARGUMENT(&call, 3);
  const void *given = (const void *)ARGUMENT(&call, 2);
  if (size <= sizeof family || size > sizeof family + UNIX_PATH_BYTES)
    return 0; /* unnamed, or not accepted */
  if (bpf_probe_read_user(&family, sizeof family, given)) {
    count(BP_LOST_UNREADABLE);
    return 0;
  }
  if (family != AF_UNIX) return 0;
  size -= sizeof family;
  struct writer *writer = open_writer(WRITER_SYSCALL, sizeof(struct bp_unix), call.task);
  if (!writer) return 0;
  begin_part(writer, BP_PART_PATH, 0);
  barrier_var(size);
  if (size > UNIX_PATH_BYTES) return 0;
  if (bpf_probe_read_user(writer_end(writer), size, given + sizeof family)) count(BP_LOST_UNREADABLE);
  const char first = *writer_end(writer);
  if (kind == BP_UNIX_CONNECT) note_engine(writer_end(writer), size);
  writer->used += size;
  end_part(writer, 0);
  if (first && first != '/') {
    struct fs_struct *fs = fs_of(call.task);
    write_path(writer, BP_PART_DIRECTORY, &fs->pwd, fs);
  }
  send_written(writer, kind);
  return 0;
}

/* Only with --no-loss: datagrams pass no other program that could stop who sends them. */
SEC("tracepoint")
int on_datagram(struct syscall_end *end) {
  hold_back(bpf_get_current_task_btf());
  return 0;
}

#endif

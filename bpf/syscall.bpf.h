/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_SYSCALL_H
#define BUILDPRINT_BPF_SYSCALL_H

/* Tracepoints of single system calls, for what nothing else sees: at their end, when the kernel itself has
 * read the arguments, so that their pages are present. The registers still hold what was passed. A raw
 * sys_enter would see them all at once, and tax every system call of the machine. */

#include <asm/unistd.h>

#include "bpf/text.bpf.h"

struct syscall_end {
  u64 common;
  s32 number;
  u32 padding;
  s64 result;
};

#if defined(__TARGET_ARCH_x86)
#define ARGUMENT_1 di
#define ARGUMENT_2 si
#define ARGUMENT_3 dx
#define ARGUMENT_4 r10
#define ARGUMENT_5 r8
#else
#define ARGUMENT_1 orig_x0 /* x0 holds the result */
#define ARGUMENT_2 regs[1]
#define ARGUMENT_3 regs[2]
#define ARGUMENT_4 regs[3]
#define ARGUMENT_5 regs[4]
#endif

/* Of the call that `call` is about. */
#define ARGUMENT(call, number) ((call)->registers->ARGUMENT_##number)

struct call {
  struct task_struct *task;
  struct bp_task *state;
  struct pt_regs *registers;
};

static __always_inline bool followed_call(struct call *call) {
  call->task = bpf_get_current_task_btf();
  call->state = followed(call->task);
  if (!call->state) return false;
  call->registers = (struct pt_regs *)bpf_task_pt_regs(call->task);
  return true;
}

#define AT_FDCWD -100
#define EFAULT 14

/* A path that a system call was given, and, when it is relative, where from. */
static __always_inline void write_given_path(struct writer *writer, const struct call *call, s32 directory,
                                             u64 path, u16 name, u16 directory_name) {
  write_user_string(writer, name, path);
  char first = 0;
  bpf_probe_read_user(&first, 1, (void *)path);
  if (first == '/') return;
  struct fs_struct *fs = fs_of(call->task);
  if (directory == AT_FDCWD) {
    write_path(writer, directory_name, &fs->pwd, fs);
  } else {
    struct file *file = file_of(call->task, directory);
    if (file)
      write_path(writer, directory_name, &file->f_path, fs);
    else /* another thread has closed it already */
      count(BP_LOST_UNREADABLE);
  }
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_TEXT_H
#define BUILDPRINT_BPF_TEXT_H

/* Records with texts. They are written into a scratch buffer, as large as a per-CPU map value may be, and
 * sent from there with their exact size; what does not fit goes ahead as BP_TEXT records. */

#include "bpf/record.bpf.h"

/* The verifier is shown that an offset below HALF plus a length below HALF lies within the buffer. */
#define HALF 0x2000u
#define NAME_BYTES 256u
#define ROOM_FOR_A_NAME (HALF - 512)

/* The state lies beside the buffer, not on the stack, so that the verifier forgets its values: it would
 * follow every combination of lengths. */
struct writer {
  char bytes[2 * HALF];
  u32 used;  /* of the buffer */
  u32 fixed; /* of it, the record's body */
  u32 part;  /* offset of the part that is being written */
  u32 bulk;  /* to the ring of file events */
  u16 name;
  u16 ahead;                    /* kind of the records that go ahead */
  u64 from, left;               /* of user memory that is being copied */
  struct dentry *dentry, *root; /* of a path that is being walked up */
  struct vfsmount *mount, *root_mount;
};

/* A kind of program has a buffer of its own: on one CPU the kernel never runs a tracing program while the
 * same one is running, and never a system-call tracepoint's while another one's is. */
enum writer_owner { WRITER_EXEC, WRITER_SYSCALL, WRITER_SURVEY, WRITERS };
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, WRITERS);
  __type(key, u32);
  __type(value, struct writer);
} writers SEC(".maps");

static __always_inline struct bp_header *writer_header(struct writer *writer) {
  return (struct bp_header *)writer->bytes;
}

static __always_inline struct writer *open_writer(enum writer_owner owner, u32 fixed,
                                                  struct task_struct *task) {
  const u32 key = owner;
  struct writer *writer = bpf_map_lookup_elem(&writers, &key);
  if (!writer) return NULL;
  writer->used = writer->fixed = fixed;
  writer->ahead = BP_TEXT;
  writer->bulk = 0;
  fill_header(writer_header(writer), fixed, BP_TEXT, task);
  writer_header(writer)->parts = fixed;
  return writer;
}

/* Sends what was written, as `kind`, and starts over. */
static __always_inline void send_written(struct writer *writer, u16 kind) {
  writer_header(writer)->kind = kind;
  writer_header(writer)->size = writer->used;
  if (writer->bulk)
    send(&files, writer->bytes, writer->used & (2 * HALF - 1));
  else
    send(&lifecycle, writer->bytes, writer->used & (2 * HALF - 1));
  writer->used = writer->fixed;
}

static __always_inline char *writer_end(struct writer *writer) {
  return writer->bytes + (writer->used & (HALF - 1));
}

static __always_inline void begin_part(struct writer *writer, u16 name, u16 flags) {
  if (writer->used > ROOM_FOR_A_NAME) send_written(writer, writer->ahead);
  writer->part = writer->used;
  struct bp_part *part = (struct bp_part *)writer_end(writer);
  part->size = 0;
  part->name = writer->name = name;
  part->flags = flags;
  writer->used += sizeof *part;
}

static __always_inline void end_part(struct writer *writer, u16 flags) {
  struct bp_part *part = (struct bp_part *)(writer->bytes + (writer->part & (HALF - 1)));
  part->size = writer->used - writer->part - sizeof *part;
  part->flags |= flags;
}

/* A kernel string. */
static __always_inline void write_kernel_string(struct writer *writer, u16 name, const char *text) {
  begin_part(writer, name, 0);
  const long size = bpf_probe_read_kernel_str(writer_end(writer), 4096, text);
  if (size > 0)
    writer->used += size - 1;
  else
    count(BP_LOST_UNREADABLE);
  end_part(writer, size > 0 ? 0 : BP_PART_UNREADABLE);
}

static __always_inline void write_user_string(struct writer *writer, u16 name, u64 text) {
  begin_part(writer, name, 0);
  /* Of an empty string older kernels say 0, newer ones 1: only what is negative has failed. */
  const long size = bpf_probe_read_user_str(writer_end(writer), 4096, (void *)text);
  if (size > 0)
    writer->used += size - 1;
  else if (size < 0)
    count(BP_LOST_UNREADABLE);
  end_part(writer, size < 0 ? BP_PART_UNREADABLE : 0);
}

/* What bpf_loop passes on has to lie on the stack. */
struct writer_pointer {
  struct writer *writer;
};

static long copy_step(u32 step, struct writer_pointer *pointer) {
  struct writer *writer = pointer->writer;
  begin_part(writer, writer->name, step ? BP_PART_CONTINUES : 0);
  const u32 room = HALF - 1 - writer->used;
  const u32 size = (writer->left < room ? writer->left : room) & (HALF - 1);
  if (bpf_probe_read_user(writer_end(writer), size, (void *)writer->from)) {
    count(BP_LOST_UNREADABLE);
    end_part(writer, BP_PART_UNREADABLE | BP_PART_LAST);
    return 1;
  }
  writer->used += size;
  writer->from += size;
  writer->left -= size;
  end_part(writer, writer->left ? 0 : BP_PART_LAST);
  return writer->left == 0;
}

/* User memory of any size: argv and environment may take 6 MiB (a quarter of a stack limit of 24). */
__noinline int write_user_memory(struct writer *writer, u16 name, u64 begin, u64 end) {
  if (!writer) return 0;
  writer->name = name;
  writer->from = begin;
  writer->left = end > begin ? end - begin : 0;
  struct writer_pointer pointer = {writer};
  bpf_loop(4096, copy_step, &pointer, 0);
  return 0;
}

#define MOST_STEPS 4096

/* One name of the path, or one step over a mount point. */
static long walk_step(u32 step, struct writer_pointer *pointer) {
  struct writer *writer = pointer->writer;
  struct dentry *dentry = writer->dentry;
  struct vfsmount *inner = writer->mount;
  if (dentry == writer->root && inner == writer->root_mount) return 1;
  if (dentry == BPF_CORE_READ(inner, mnt_root)) {
    const u64 mount_offset = __builtin_preserve_field_info(((struct mount *)0)->mnt, BPF_FIELD_BYTE_OFFSET);
    struct mount *mount = (void *)inner - mount_offset;
    struct mount *parent = BPF_CORE_READ(mount, mnt_parent);
    if (parent == mount) return 1; /* outside the process's root */
    writer->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
    writer->mount = &parent->mnt;
    return 0;
  }
  struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
  if (parent == dentry && step) return 1; /* the top of a mount that is detached */
  if (writer->used > ROOM_FOR_A_NAME) {   /* deep: goes on in the next record */
    end_part(writer, 0);
    begin_part(writer, writer->name, BP_PART_COMPONENTS | BP_PART_CONTINUES);
  }
  const long size =
      bpf_probe_read_kernel_str(writer_end(writer), NAME_BYTES, BPF_CORE_READ(dentry, d_name.name));
  if (size <= 0) {
    count(BP_LOST_UNREADABLE);
    return 1;
  }
  writer->used += size;
  writer->dentry = parent;
  return parent == dentry; /* a file of no tree, as a memfd */
}

#define S_IFMT 0170000
#define S_IFIFO 0010000
#define S_IFCHR 0020000
#define S_IFBLK 0060000
#define S_IFREG 0100000
#define S_IFSOCK 0140000

/* `task` has to be a pointer whose type the verifier knows: plain loads cost a fraction of a probe read, and
 * this stands in the way of every file that is opened. */
static __always_inline struct file *file_of(struct task_struct *task, u32 fd) {
  struct files_struct *files = task->files;
  if (!files) return NULL;
  struct fdtable *table = files->fdt;
  if (fd >= table->max_fds) return NULL;
  struct file *file = NULL;
  read_kernel(&file, sizeof file, table->fd + fd);
  return file;
}

static __always_inline struct fs_struct *fs_of(struct task_struct *task) {
  return BPF_CORE_READ(task, fs);
}

/* The path as the process's own root directory sees it. The kernel's d_path is no helper for tracepoints. */
__noinline int walk_path(struct writer *writer, u16 name, u64 path_address, u64 fs_address) {
  const struct path *path = (void *)path_address;
  const struct fs_struct *fs = (void *)fs_address;
  if (!writer) return 0;
  writer->dentry = BPF_CORE_READ(path, dentry);
  writer->mount = BPF_CORE_READ(path, mnt);
  writer->root = BPF_CORE_READ(fs, root.dentry);
  writer->root_mount = BPF_CORE_READ(fs, root.mnt);
  begin_part(writer, name, BP_PART_COMPONENTS);
  struct writer_pointer pointer = {writer};
  const long steps = bpf_loop(MOST_STEPS, walk_step, &pointer, 0);
  end_part(writer, steps < MOST_STEPS ? 0 : BP_PART_TRUNCATED);
  return 0;
}

/* Global functions are verified once, and not along every way that leads to them, which took most of the time
 * that a recording needs to start. They take numbers and plain memory only: kernel addresses go as numbers.
 */
static __always_inline void write_path(struct writer *writer, u16 name, const struct path *path,
                                       const struct fs_struct *fs) {
  walk_path(writer, name, (u64)path, (u64)fs);
}

#endif

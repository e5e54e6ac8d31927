/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_FILES_H
#define BUILDPRINT_BPF_FILES_H

/* Files: opened to be written, made, renamed, linked, removed; read only where their name is watched for. */

#include "bpf/inspect.bpf.h"
#include "bpf/process.bpf.h"
#include "bpf/syscall.bpf.h"

#define WATCHED_NAME_BYTES 64

/* Names of files, or of the directory that holds them, whose reading is reported. */
struct watched_name {
  char text[WATCHED_NAME_BYTES];
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, struct watched_name);
  __type(value, u8);
} watched_names SEC(".maps");

/* Likewise by how names begin, and by how they end, which are kept the other way round. */
#define PREFIX_BYTES 32
#define SUFFIX_BYTES 8
struct watched_prefix {
  u32 bits;
  char text[PREFIX_BYTES];
};
struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(max_entries, 256);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, struct watched_prefix);
  __type(value, u8);
} watched_prefixes SEC(".maps");
struct watched_suffix {
  u32 bits;
  u8 text[SUFFIX_BYTES];
};
struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(max_entries, 256);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, struct watched_suffix);
  __type(value, u8);
} watched_suffixes SEC(".maps");

/* What was sent already. The oldest entries make room: then a repeat is sent once more. */
struct sent_file {
  u64 inode;
  u32 device;
  u32 image;
  u32 name_hash; /* an inode's number is given to the next file when the file is gone */
  u32 access;
};
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 32768);
  __type(key, struct sent_file);
  __type(value, u8);
} sent_files SEC(".maps");

#define FMODE_WRITE 2u
#define FMODE_CREATED 0x100000u

/* Zero-filled, as the map's keys are. */
static __always_inline long read_name(struct watched_name *name, struct dentry *dentry) {
  __builtin_memset(name, 0, sizeof *name);
  const long bytes =
      bpf_probe_read_kernel_str(name->text, sizeof name->text, BPF_CORE_READ(dentry, d_name.name));
  if (bytes < 0) count(BP_LOST_UNREADABLE);
  return bytes;
}

static __always_inline bool watched(const struct watched_name *name, long bytes) {
  /* Hashing 64 bytes is dear, and of all files that a build reads next to none is watched. */
  if (bytes <= 0 || !(control.watched_lengths[(u8)name->text[0]] >> (bytes & 63) & 1)) return false;
  return bpf_map_lookup_elem(&watched_names, name) != NULL;
}

static __always_inline bool watched_by_prefix(const struct watched_name *name) {
  const u8 first = name->text[0];
  if (!(control.watched_firsts[first >> 6 & 3] >> (first & 63) & 1)) return false;
  struct watched_prefix prefix = {.bits = 8 * PREFIX_BYTES};
  __builtin_memcpy(prefix.text, name->text, sizeof prefix.text);
  return bpf_map_lookup_elem(&watched_prefixes, &prefix) != NULL;
}

static __always_inline bool watched_by_suffix(struct dentry *dentry) {
  if (!control.watches_suffixes) return false;
  const u32 length = BPF_CORE_READ(dentry, d_name.len);
  const unsigned char *end = BPF_CORE_READ(dentry, d_name.name) + length;
  struct watched_suffix suffix = {.bits = 8 * SUFFIX_BYTES};
  u64 tail = 0;
  /* What lies before a shorter name is read along, and cut off. */
  if (!read_kernel(&tail, sizeof tail, end - sizeof tail)) return false;
  tail = __builtin_bswap64(tail);
  if (length < sizeof tail) tail &= (1ull << 8 * length) - 1;
  __builtin_memcpy(suffix.text, &tail, sizeof tail);
  return bpf_map_lookup_elem(&watched_suffixes, &suffix) != NULL;
}

static __always_inline bool watched_directory(struct dentry *dentry) {
  struct watched_name name;
  const long bytes = read_name(&name, BPF_CORE_READ(dentry, d_parent));
  return watched(&name, bytes);
}

static __always_inline bool first_time(const struct call *call, struct inode *inode, struct dentry *dentry,
                                       u32 access) {
  const struct sent_file key = {.inode = BPF_CORE_READ(inode, i_ino),
                                .device = BPF_CORE_READ(inode, i_sb, s_dev),
                                .image = call->state->image,
                                .name_hash = BPF_CORE_READ(dentry, d_name.hash),
                                .access = access};
  const u8 value = 1;
  const int result = bpf_map_update_elem(&sent_files, &key, &value, BPF_NOEXIST);
  if (result && result != -EEXIST) count(BP_DUPLICATES);
  return result != -EEXIST;
}

static __always_inline struct writer *open_file_writer(const struct call *call, u32 access,
                                                       struct inode *inode) {
  struct writer *writer = open_writer(WRITER_SYSCALL, sizeof(struct bp_file), call->task);
  if (!writer) return NULL;
  writer->bulk = 1;
  struct bp_file *record = (struct bp_file *)writer->bytes;
  record->device = inode ? BPF_CORE_READ(inode, i_sb, s_dev) : 0;
  record->inode = inode ? BPF_CORE_READ(inode, i_ino) : 0;
  record->access = access;
  record->exchanged = 0;
  record->node = BP_NODE_NONE;
  record->node_number = 0;
  return writer;
}

#define MEMORY_MAJOR 1
#define TERMINAL_MAJOR 4
#define CONSOLE_MAJOR 5
#define FIRST_PTY_MAJOR 136
#define LAST_PTY_MAJOR 143

/* A device that may change the machine when it is written to; the fingerprint decides of which it is told.
 * What every build writes to is dropped here: terminals, and of the devices of memory those like /dev/null.
 */
static __always_inline u32 node_of(u32 mode, u32 device) {
  const u32 major = device >> 20, minor = device & 0xFFFFF;
  if ((mode & S_IFMT) == S_IFBLK) return BP_NODE_BLOCK;
  if ((mode & S_IFMT) != S_IFCHR || major == TERMINAL_MAJOR || major == CONSOLE_MAJOR ||
      (major >= FIRST_PTY_MAJOR && major <= LAST_PTY_MAJOR))
    return BP_NODE_NONE;
  const bool raw = minor == 1 || minor == 2 || minor == 4; /* mem, kmem, port */
  return major != MEMORY_MAJOR || raw ? BP_NODE_CHARACTER : BP_NODE_NONE;
}

static __always_inline int device_opened(const struct call *call, struct file *file, struct inode *inode) {
  if (control.without_files || !(BPF_CORE_READ(file, f_mode) & FMODE_WRITE)) return 0;
  const u32 device = BPF_CORE_READ(inode, i_rdev), node = node_of(BPF_CORE_READ(inode, i_mode), device);
  if (!node || !first_time(call, inode, BPF_CORE_READ(file, f_path.dentry), BP_ACCESS_WRITE)) return 0;
  struct writer *writer = open_file_writer(call, BP_ACCESS_WRITE, inode);
  if (!writer) return 0;
  struct bp_file *record = (struct bp_file *)writer->bytes;
  record->node = node;
  record->node_number = device;
  write_path(writer, BP_PART_PATH, &file->f_path, fs_of(call->task));
  send_written(writer, BP_FILE);
  hold_back(call->task);
  return 0;
}

/* open, openat, openat2, creat; memfd_create, fsmount. */
SEC("tracepoint")
int on_file_open(struct syscall_end *end) {
  struct call call;
  if (end->result < 0 || !followed_call(&call)) return 0;
  struct file *file = file_of(call.task, end->result);
  const bool own = end->number == __NR_memfd_create || end->number == __NR_fsmount;
  if (!file) {                           /* another thread has closed it already */
    if (!own) count(BP_LOST_UNREADABLE); /* what is not known as its own is told like anybody's */
    return 0;
  }
  struct inode *inode = BPF_CORE_READ(file, f_inode);
  if (own) {
    note_own(inode, end->number == __NR_fsmount, call.state->image);
    return 0;
  }
  if ((BPF_CORE_READ(inode, i_mode) & S_IFMT) != S_IFREG) return device_opened(&call, file, inode);
  struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
  const u32 mode = BPF_CORE_READ(file, f_mode);
  const u32 access = mode & FMODE_CREATED ? BP_ACCESS_CREATE
                     : mode & FMODE_WRITE ? BP_ACCESS_WRITE
                                          : BP_ACCESS_READ;
  struct watched_name name;
  const long bytes = read_name(&name, dentry);
  const u32 look = look_of(name.text);
  if (look && BPF_CORE_READ(inode, i_sb, s_magic) == PROC_SUPER_MAGIC) inspect_opened(&call, inode, look);
  if (control.without_files) return 0;
  if (access == BP_ACCESS_READ && !watched(&name, bytes) && !watched_by_prefix(&name) &&
      !watched_directory(dentry) && !watched_by_suffix(dentry))
    return 0;
  if (!first_time(&call, inode, dentry, access)) return 0;
  struct writer *writer = open_file_writer(&call, access, inode);
  if (!writer) return 0;
  write_path(writer, BP_PART_PATH, &file->f_path, fs_of(call.task));
  send_written(writer, BP_FILE);
  hold_back(call.task);
  return 0;
}

/* What a call names: the file that is made, changed or removed, and the one that it was, or stands for. */
struct named {
  s32 directory, target_directory;
  u64 path, target;
  u32 access;
  bool exchanged;
};

#define RENAME_EXCHANGE 2

#define NAME_PAIR(ACCESS, DIRECTORY, PATH, TARGET_DIRECTORY, TARGET)                                         \
  (struct named) {                                                                                           \
    DIRECTORY, TARGET_DIRECTORY, PATH, TARGET, ACCESS, false                                                 \
  }
#define NAME_ONE(ACCESS, DIRECTORY, PATH) NAME_PAIR(ACCESS, DIRECTORY, PATH, AT_FDCWD, 0)

static __always_inline struct named named_by(const struct call *call, s32 number) {
  const u64 first = ARGUMENT(call, 1), second = ARGUMENT(call, 2), third = ARGUMENT(call, 3);
  switch (number) {
#ifdef __NR_rename /* arm64 has only the calls with a directory */
  case __NR_rename:
    return NAME_PAIR(BP_ACCESS_RENAME, AT_FDCWD, second, AT_FDCWD, first);
  case __NR_link:
    return NAME_PAIR(BP_ACCESS_LINK, AT_FDCWD, second, AT_FDCWD, first);
  case __NR_symlink:
    return NAME_PAIR(BP_ACCESS_SYMLINK, AT_FDCWD, second, AT_FDCWD, first);
  case __NR_unlink:
    return NAME_ONE(BP_ACCESS_REMOVE, AT_FDCWD, first);
  case __NR_chmod:
    return NAME_ONE(BP_ACCESS_PERMISSIONS, AT_FDCWD, first);
#endif
#ifdef __NR_renameat
  case __NR_renameat:
#endif
    return NAME_PAIR(BP_ACCESS_RENAME, third, ARGUMENT(call, 4), first, second);
  case __NR_renameat2: {
    struct named named = NAME_PAIR(BP_ACCESS_RENAME, third, ARGUMENT(call, 4), first, second);
    named.exchanged = (ARGUMENT(call, 5) & RENAME_EXCHANGE) != 0;
    return named;
  }
  case __NR_linkat:
    return NAME_PAIR(BP_ACCESS_LINK, third, ARGUMENT(call, 4), first, second);
  case __NR_symlinkat:
    return NAME_PAIR(BP_ACCESS_SYMLINK, second, third, AT_FDCWD, first);
  case __NR_unlinkat:
    return NAME_ONE(BP_ACCESS_REMOVE, first, second);
  case __NR_truncate:
    return NAME_ONE(BP_ACCESS_WRITE, AT_FDCWD, first);
  }
  return NAME_ONE(BP_ACCESS_PERMISSIONS, first, second); /* fchmodat, fchmodat2 */
}

SEC("tracepoint")
int on_file_name(struct syscall_end *end) {
  struct call call;
  if (end->result < 0 || !followed_call(&call)) return 0;
  const struct named named = named_by(&call, end->number);
  struct writer *writer = open_file_writer(&call, named.access, NULL);
  if (!writer) return 0;
  ((struct bp_file *)writer->bytes)->exchanged = named.exchanged;
  write_given_path(writer, &call, named.directory, named.path, BP_PART_PATH, BP_PART_DIRECTORY);
  if (named.access == BP_ACCESS_SYMLINK)
    write_user_string(writer, BP_PART_TARGET, named.target);
  else if (named.target)
    write_given_path(writer, &call, named.target_directory, named.target, BP_PART_TARGET,
                     BP_PART_TARGET_DIRECTORY);
  send_written(writer, BP_FILE);
  hold_back(call.task);
  return 0;
}

#endif

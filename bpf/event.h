/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_EVENT_H
#define BUILDPRINT_BPF_EVENT_H

/* The wire format between the BPF programs, the probe and the decoder: a stream of records.
 *
 * Promises:
 *  - Host byte order, natural alignment, no implicit padding. Both ends come from one build: READY carries
 *    BP_FORMAT, and a decoder that knows another one refuses the stream.
 *  - A record starts with struct bp_header; `size` counts the whole record. Its fixed body ends at `parts`,
 *    where texts may follow as struct bp_part + bytes, unaligned, up to `size`. 0 = no texts.
 *  - Texts too large for one record travel ahead in BP_TEXT records of the same thread; the record that
 *    they belong to is the thread's next one of another kind that has texts.
 *  - Numbers of kinds, parts and counters are never reused; new ones are appended.
 *  - Records of one process arrive in the order in which they happened, a fork before anything of its child.
 */

#include <linux/types.h>

#define BP_FORMAT 1u

enum bp_kind {
  BP_TEXT = 1,        /* only texts */
  BP_ENVIRONMENT = 2, /* kernel to probe only: the whole environment. The probe sends on, as BP_TEXT, what is
                         on the list of names; nothing else leaves it */
  BP_FORK = 3,
  BP_EXEC = 4,
  BP_EXIT = 5,
  BP_CONNECT = 7,
  BP_CONNECT_RESULT = 8,
  BP_BIND = 9,
  BP_LISTEN = 10,
  BP_LISTEN_END = 11,
  BP_UNIX_CONNECT = 12,
  BP_UNIX_LISTEN = 13,
  BP_DNS_REPLY = 14,
  BP_FIRST_BYTES = 15, /* what a TCP connection sent first */
  BP_VOLUME = 16,
  BP_FILE = 17,
  BP_INSPECT = 18,
  BP_KERNEL_USE = 19,
  BP_CONTAINER = 20,
  /* From the probe itself: */
  BP_READY = 64, /* everything is attached, the process is followed: let it run */
  BP_ERROR = 65, /* the probe gives up: BP_PART_MESSAGE, BP_PART_REMEDY */
  BP_STILL = 66, /* before BP_END: the header's process is followed and still runs */
  BP_END = 67,   /* the last record */
  BP_CENSUS = 68 /* before BP_END: what was sent and lost, in detail */
};

enum bp_part_name {
  BP_PART_EXE = 1,
  BP_PART_INVOKED = 2,
  BP_PART_CWD = 3,
  BP_PART_ARGV = 4,        /* each argument ends in a NUL byte */
  BP_PART_ENVIRONMENT = 5, /* NAME=value, each ends in a NUL byte */
  BP_PART_PATH = 6,
  BP_PART_TARGET = 7,    /* a second path, or a link's text */
  BP_PART_DIRECTORY = 8, /* what a relative BP_PART_PATH starts from */
  BP_PART_TARGET_DIRECTORY = 9,
  BP_PART_PAYLOAD = 10, /* packet bytes */
  BP_PART_OPERATION = 11,
  BP_PART_DETAIL = 12,
  BP_PART_MESSAGE = 13,
  BP_PART_REMEDY = 14,
  BP_PART_PROGRAMS = 15, /* lines "NAME<tab>REASON": optional BPF programs that are not attached */
  BP_PART_RESOLVED = 16, /* the directory of BP_PART_PATH with its symbolic links resolved; by the probe */
  BP_PART_TARGET_RESOLVED = 17, /* likewise of BP_PART_TARGET */
  /* Of BP_CENSUS, lines of fields with tabs between them: */
  BP_PART_CPUS = 20,    /* CPU, records that it sent, records of it that arrived at the probe */
  BP_PART_NO_ROOM = 21, /* kind of record, how many found no room */
  BP_PART_SKIPPED = 22, /* program, how many of its runs the kernel skipped */
  BP_PART_HELD = 23,    /* one number: how often a process was stopped for want of room */
  BP_PARTS = 32         /* no name is larger */
};

enum bp_part_flag {
  BP_PART_CONTINUES = 1,  /* appended to the part of this name that came before */
  BP_PART_COMPONENTS = 2, /* a path as its names, last one first, each followed by a NUL byte */
  BP_PART_TRUNCATED = 4,  /* more was there: a deterministic limit */
  BP_PART_UNREADABLE = 8, /* more was there: its memory could not be read */
  BP_PART_LAST = 16       /* of BP_ENVIRONMENT: nothing follows */
};

struct bp_part {
  __u32 size; /* bytes after this struct */
  __u16 name; /* enum bp_part_name */
  __u16 flags;
};

struct bp_credentials {
  __u32 ruid, euid, rgid, egid; /* in the initial user namespace */
  __u64 capabilities;           /* effective set */
  __u32 user_namespace;         /* inode number; 0 = the initial one */
  __u32 reserved;
};

struct bp_actor {
  __u32 pid;      /* thread group, in the initial pid namespace */
  __u32 tid;      /* thread */
  __u64 start_ns; /* monotonic start of the thread-group leader */
  struct bp_credentials credentials;
};

struct bp_header {
  __u32 size;
  __u16 kind; /* enum bp_kind */
  __u16 cpu;
  __u32 parts;    /* offset of the first part, 0 = none */
  __u32 surveyed; /* not 0: nothing that happened: how a running container was found (BP_EXEC: the process's
                   * number in the probe's pid namespace) */
  __u64 time_ns;  /* monotonic */
  struct bp_actor actor;
};

struct bp_fork {
  struct bp_header header;
  __u32 child_pid;
  __u32 reserved;
  __u64 child_start_ns;
};

enum bp_stream {
  BP_STREAM_UNKNOWN,
  BP_STREAM_FILE,
  BP_STREAM_PIPE,
  BP_STREAM_SOCKET,
  BP_STREAM_TERMINAL,
  BP_STREAM_NULL,
  BP_STREAM_NETWORK /* a socket of IPv4 or IPv6 */
};

/* Texts: exe, invoked, cwd, argv, environment. */
struct bp_exec {
  struct bp_header header;
  __u64 device, inode; /* device as the kernel holds it: major << 20 | minor */
  __u32 owner, mode;
  __u32 links;                           /* 0: a memfd, or a file that has no name any more */
  __u16 standard_input, standard_output; /* enum bp_stream */
  __u32 argv_bytes;                      /* that the new image holds */
  __u32 self_made;                       /* a memfd, or in a file system, of the program that executes it */
};

struct bp_exit {
  struct bp_header header;
  __s32 wait_status; /* as waitpid(2) */
  __u32 reserved;
};

enum bp_transport { BP_TCP, BP_UDP, BP_RAW, BP_OTHER };

/* BP_CONNECT, BP_CONNECT_RESULT, BP_BIND, BP_LISTEN, BP_LISTEN_END, BP_DNS_REPLY (peer: the resolver; payload
 * with the length in front when TCP), BP_FIRST_BYTES (payload), BP_VOLUME (several of one connection add up).
 */
struct bp_socket {
  struct bp_header header;
  __u8 address[16];     /* of the peer, or the local one; IPv4 as ::ffff:a.b.c.d; network order */
  __u16 port;           /* host order */
  __u16 transport;      /* enum bp_transport */
  __s32 error;          /* BP_CONNECT_RESULT: errno, 0 = established */
  __u64 sent, received; /* BP_VOLUME */
  __u64 cookie;         /* names the socket, as long as the system is up */
  __u64 network;     /* likewise its network namespace; 0 = the first process's. Not of DNS and first bytes */
  __u32 v6_only;     /* BP_LISTEN, BP_BIND: IPV6_V6ONLY */
  __u32 port_chosen; /* BP_BIND: by the kernel */
};

/* BP_UNIX_CONNECT and BP_UNIX_LISTEN. Texts: path ("@name" when abstract), directory when relative. */
struct bp_unix {
  struct bp_header header;
};

enum bp_access {
  BP_ACCESS_READ,
  BP_ACCESS_WRITE,
  BP_ACCESS_CREATE,
  BP_ACCESS_REMOVE,
  BP_ACCESS_RENAME,
  BP_ACCESS_LINK,
  BP_ACCESS_SYMLINK,
  BP_ACCESS_PERMISSIONS
};

enum bp_node { BP_NODE_NONE, BP_NODE_BLOCK, BP_NODE_CHARACTER };

/* Texts: path; directory when the path may be relative; target: where from (rename, link), text (symlink). */
struct bp_file {
  struct bp_header header;
  __u64 device, inode; /* zero: not known */
  __u32 access;        /* enum bp_access */
  __u32 exchanged;     /* BP_ACCESS_RENAME: the target became what the path was, too */
  __u32 node;          /* enum bp_node: what was opened is a device, */
  __u32 node_number;   /* and which: as the kernel holds it */
};

enum bp_look {
  BP_PTRACE = 1,
  BP_READ_MEMORY = 2,    /* process_vm_readv(2) */
  BP_WRITE_MEMORY = 3,   /* process_vm_writev(2) */
  BP_GET_DESCRIPTOR = 4, /* pidfd_getfd(2) */
  BP_OPEN_MEM = 5,       /* /proc/PID/mem, … */
  BP_OPEN_MAPS = 6,
  BP_OPEN_ENVIRON = 7
};

/* A look into, or a hand on, another process. Texts: exe of the target, where known. */
struct bp_inspect {
  struct bp_header header;
  __u32 look; /* enum bp_look */
  __u32 target_pid;
  __u64 target_start_ns; /* 0 = not known */
};

enum bp_operation {
  BP_MOUNT = 1,      /* texts: path, target: the source, detail: the type */
  BP_MOVE_MOUNT = 2, /* the new interface's last step; texts: path */
  BP_UNSHARE = 3,    /* arguments: the CLONE_NEW* flags, of unshare(2) or of a new process */
  BP_SETNS = 4,      /* arguments: descriptor, flags */
  BP_PIVOT_ROOT = 5, /* texts: path */
  BP_CHROOT = 6,     /* texts: path */
  BP_BPF = 7,        /* arguments: the command */
  BP_MODULE = 8,
  BP_SOCKET = 9,   /* arguments: family, type, protocol */
  BP_IO_URING = 10 /* a ring is set up */
};

/* What was asked of the kernel, successful or not. */
struct bp_kernel_use {
  struct bp_header header;
  __u32 operation; /* enum bp_operation */
  __s32 error;     /* errno */
  __u64 arguments[3];
};

#define BP_USER_RANGES 5
struct bp_user_range {
  __u32 inside, outside, count; /* uids */
};

/* The process is a container's from here on: before its program there, or as it was found running. Texts:
 * detail: the container's id. */
struct bp_container {
  struct bp_header header;
  __u32 followed_before; /* its runtime descends from what is recorded */
  __u32 others_ask;      /* somebody who is not followed has asked an engine for a container without an id */
  __u32 asker_pid;       /* who is followed, and asked an engine to start it, by its id; 0 = nobody seen */
  __u32 user_ranges;     /* of its user namespace; 0 = the initial one, or one with more of them */
  __u64 asker_start_ns;
  struct bp_user_range users[BP_USER_RANGES];
  __u32 reserved;
};

/* Texts: cpus, no_room, skipped, held. */
struct bp_census {
  struct bp_header header;
};

/* Texts: programs. */
struct bp_ready {
  struct bp_header header; /* actor: the process that is followed; zero when a container is */
  __u32 format;            /* BP_FORMAT */
  __u32 reserved;
};

/* What went missing. Anything but zero makes a recording incomplete. */
enum bp_counter {
  BP_LOST_RING_FULL,  /* a record found no room */
  BP_LOST_MAP_FULL,   /* storage for a task or a socket could not be made */
  BP_LOST_UNREADABLE, /* memory of the kernel or of a program could not be read */
  BP_LOST_SKIPPED,    /* runs that the kernel skipped because the program was already running */
  BP_LOST_SEQUENCE,   /* records that a CPU sent and that did not reach the probe, or the reverse */
  BP_DUPLICATES,      /* not a loss: repeats sent again because the table of what was sent is full */
  BP_COUNTERS = 8
};

struct bp_end {
  struct bp_header header;
  __u64 counters[BP_COUNTERS]; /* by enum bp_counter */
  __u64 records;               /* of this stream before this one */
  __u32 still_running;         /* number of BP_STILL records */
  __u32 reserved;
};

/* Not records: what the probe and its programs share in memory. */

/* What the probe lets the programs send. */
enum bp_stop {
  BP_ALL = 0,
  BP_ENDS = 1, /* only that processes end: while it is found out which go on */
  BP_NOTHING = 2,
};

struct bp_control {       /* the programs' only global */
  __u32 stopped;          /* set by the probe: enum bp_stop */
  __s32 living;           /* followed processes that have not ended */
  __u32 images;           /* so far */
  __u32 without_files;    /* set by the probe: only looks into other processes */
  __u32 engine_asked;     /* a followed process has talked to a container engine */
  __u32 containers_asked; /* enum bp_whose_container, both: who asked one for a container without its id */
  __u32 unused;
  __u32 adopted;         /* processes that were found running in a container */
  __u64 network;         /* of the first process */
  __u64 hold_from;       /* set by the probe: with so many bytes in a ring, who acts is stopped; 0 = never */
  struct bp_actor first; /* the process that everything descends from */
  /* By the first byte of the watched names: a bit for each of their lengths, the ending zero counted. */
  __u64 watched_lengths[256];
  __u64 watched_firsts[4]; /* a bit for each byte that a watched prefix begins with */
  __u32 watches_suffixes;
  __u32 reserved;
};

#define BP_CONTAINER_ID 64 /* hexadecimal digits: Docker's, Podman's and containerd's */

enum bp_whose_container {
  BP_OURS = 1,  /* what runs in it is followed */
  BP_OTHERS = 2 /* it was there before, somebody else asked for it, or nobody who is followed can have */
};

struct bp_container_owner { /* values of the map `containers`, by id */
  __u32 whose;              /* enum bp_whose_container */
  __u32 asker_pid;          /* as in bp_container */
  __u64 asker_start_ns;
};

struct bp_task { /* the map `tasks`: that a thread has one is what "followed" means */
  __u32 exited;  /* of a thread-group leader: its process's exit was sent */
  __u32 pid;
  __u64 start_ns;
  __u32 image; /* numbers the program images: a new one for each exec, inherited by forks */
  __u32 reserved;
  __u64 container; /* the beginning of the id of the one that it is known to be in; inherited */
};

#endif

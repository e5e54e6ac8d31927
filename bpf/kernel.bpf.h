/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_KERNEL_H
#define BUILDPRINT_BPF_KERNEL_H

/* The kernel's types, as far as they are read. Offsets are found at load time in the running kernel's BTF
 * (preserve_access_index), so neither order nor completeness matters here: only names and types do. */

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

#define NULL ((void *)0)

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
typedef _Bool bool;
enum { false, true };

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define AF_PACKET 17
#define AF_VSOCK 40

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
  u32 val;
} kuid_t;
typedef struct {
  u32 val;
} kgid_t;
typedef struct {
  int counter;
} atomic_t;
typedef struct {
  u64 val; /* before 6.3 two words: read it as eight bytes */
} kernel_cap_t;

struct ns_common {
  u32 inum;
};
struct uid_gid_extent {
  u32 first, lower_first, count; /* inside, in the initial namespace */
};
struct uid_gid_map {
  u32 nr_extents;
  struct uid_gid_extent extent[5]; /* where there are more, something else lies here */
};
struct user_namespace {
  struct uid_gid_map uid_map;
  struct ns_common ns;
};
struct cred {
  kuid_t uid, euid;
  kgid_t gid, egid;
  kernel_cap_t cap_effective;
  struct user_namespace *user_ns;
};

struct qstr {
  u32 hash; /* over the name and the parent's address */
  u32 len;
  const unsigned char *name;
};
struct hlist_bl_node {
  struct hlist_bl_node **pprev;
};
struct super_block {
  u32 s_dev;
  unsigned long s_magic;
};
struct inode {
  u16 i_mode;
  kuid_t i_uid;
  void *i_private;
  u32 i_rdev;
  u32 i_nlink;
  unsigned long i_ino;
  struct super_block *i_sb;
};
struct dentry {
  struct dentry *d_parent;
  struct qstr d_name;
  struct hlist_bl_node d_hash;
  struct inode *d_inode;
};
struct vfsmount {
  struct dentry *mnt_root;
};
struct mount {
  struct mount *mnt_parent;
  struct dentry *mnt_mountpoint;
  struct vfsmount mnt;
};
struct path {
  struct vfsmount *mnt;
  struct dentry *dentry;
};
struct file {
  struct path f_path;
  struct inode *f_inode;
  u32 f_flags, f_mode;
  void *private_data;
};
struct fdtable {
  u32 max_fds;
  struct file **fd;
};
struct files_struct {
  struct fdtable *fdt;
};
struct fs_struct {
  struct path root, pwd;
};
struct mm_struct {
  struct file *exe_file;
  unsigned long arg_start, arg_end, env_start, env_end;
};
struct signal_struct {
  atomic_t live;
  int group_exit_code;
  u32 flags;
};
struct linux_binprm {
  struct file *file;
  const char *filename, *interp;
};
struct hlist_node {
  struct hlist_node *next;
};
struct hlist_head {
  struct hlist_node *first;
};
struct list_head {
  struct list_head *next;
};
struct upid {
  int nr;
  void *ns; /* makes its size the kernel's */
};
struct pid {
  struct hlist_head tasks[4];
  unsigned int level;
  struct upid numbers[1]; /* one a namespace, the initial one's first */
};
struct proc_inode {
  struct pid *pid;
  struct inode vfs_inode;
};
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
  unsigned long di, si, dx, r10, r8, r9;
};
#else
struct pt_regs {
  u64 regs[31];
  u64 orig_x0;
};
#endif
struct in6_addr {
  union {
    u8 u6_addr8[16];
    u32 u6_addr32[4];
  } in6_u;
};
struct net {
  u64 net_cookie;
};
typedef struct {
  struct net *net;
} possible_net_t;
struct udp6_sock;
struct sock_common {
  u32 skc_daddr, skc_rcv_saddr; /* network order */
  u16 skc_dport;                /* network order */
  u16 skc_num;                  /* host order */
  u16 skc_family;
  unsigned char skc_ipv6only : 1;
  possible_net_t skc_net;
  struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
  struct sock_common __sk_common;
  int sk_err;
  u16 sk_protocol; /* 5.6 made a whole field of eight bits */
  struct pid *sk_peer_pid;
};
struct sockaddr_un {
  char sun_path[108];
};
struct unix_address {
  struct sockaddr_un name[1];
};
struct unix_sock {
  struct unix_address *addr;
  struct sock *peer;
};
struct sk_buff {
  struct sock *sk;
  unsigned char *data;
};
struct socket {
  struct sock *sk;
};
struct tcp_sock {
  u64 bytes_acked, bytes_received;
  u32 write_seq, snd_una;
};
struct mnt_namespace {
  struct ns_common ns;
};
struct nsproxy {
  struct mnt_namespace *mnt_ns;
  struct net *net_ns;
};
struct kernfs_node {
  const char *name;
};
struct cgroup;
struct cgroup_subsys_state {
  struct cgroup *cgroup;
  struct cgroup_subsys_state *parent;
};
struct cgroup {
  struct cgroup_subsys_state self;
  struct kernfs_node *kn;
};
struct css_set {
  struct cgroup_subsys_state *subsys[1]; /* as many as enum cgroup_subsys_id has */
  struct cgroup *dfl_cgrp;               /* of the unified hierarchy */
};
struct bpf_iter__task {
  struct task_struct *task;
};
struct task_struct {
  int pid, tgid, exit_code;
  u64 start_time;
  struct task_struct *group_leader, *real_parent;
  struct pid *thread_pid;
  const struct cred *cred;
  struct mm_struct *mm;
  struct fs_struct *fs;
  struct files_struct *files;
  struct signal_struct *signal;
  struct nsproxy *nsproxy;
  struct css_set *cgroups;
  struct hlist_node pid_links[4];
  struct list_head ptraced, ptrace_entry;
};

#pragma clang attribute pop

enum cgroup_subsys_id { pids_cgrp_id = 1, memory_cgrp_id = 2 }; /* real values at load time */

#endif

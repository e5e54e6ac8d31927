/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_NETWORK_H
#define BUILDPRINT_BPF_NETWORK_H

/* Attempts to connect and to send, how they end, listeners, binds.
 *
 * The cgroup hooks see io_uring, TCP fast open and every ABI, which system calls do not show, and attempts
 * that fail for want of a route, which the socket's state does not show. */

#include "bpf/record.bpf.h"

#define IPPROTO_TCP_NUMBER 6
#define IPPROTO_UDP_NUMBER 17
#define IPPROTO_UDPLITE_NUMBER 136
#define IPPROTO_MPTCP_NUMBER 262

enum socket_flag {
  SOCKET_UDP_PENDING = 1, /* connected, nothing sent: getaddrinfo does so to sort addresses */
  SOCKET_FIRST_BYTES = 2, /* what it sends first is wanted */
  SOCKET_BOUND = 4,       /* to an address of the program's choice: may be a server */
  SOCKET_SENT_TOLD = 8,   /* how much it sent was told: nothing more can be written */
  SOCKET_BINDS = 16,      /* a datagram socket, which is told when it has its port */
  SOCKET_ANY_PORT = 32,   /* that was left to the kernel */
  SOCKET_V6_ONLY = 64
};

/* On the socket itself: who acts through it. What comes of it may happen in an interrupt. */
struct socket_state {
  struct bp_actor owner;
  u8 peer[16]; /* of a listener, its own address: the kernel forgets the port before it tells of the end */
  u16 peer_port;
  u16 flags;
  u32 dns_bytes;     /* sent on, of a DNS connection's replies */
  u64 received_told; /* bytes */
  u64 network;       /* as in bp_socket */
};
struct {
  __uint(type, BPF_MAP_TYPE_SK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct socket_state);
} sockets SEC(".maps");

/* Who sent a datagram to a bound socket: what goes back is an answer, not an attempt to reach anybody. */
struct sender {
  u64 cookie;
  u8 address[16];
  u64 port;
};
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 4096);
  __type(key, struct sender);
  __type(value, u8);
} senders SEC(".maps");

struct address {
  union {
    u8 bytes[16];
    u32 words[4];
  };
  u16 port;
};

static __always_inline void map_ipv4(struct address *address, u32 ipv4) {
  address->words[0] = address->words[1] = 0;
  address->words[2] = bpf_htonl(0xffff);
  address->words[3] = ipv4;
}

/* `header` is whole already. */
static __always_inline void fill_socket(struct bp_socket *record, u16 kind, const struct address *address,
                                        u16 transport, s32 error, u64 cookie) {
  record->header.kind = kind;
  __builtin_memcpy(record->address, address->bytes, sizeof record->address);
  record->port = address->port;
  record->transport = transport;
  record->error = error;
  record->sent = record->received = 0;
  record->cookie = cookie;
  record->network = 0;
  record->v6_only = record->port_chosen = 0;
}

static __always_inline void send_owned(struct socket_state *state, u16 kind, const struct address *address,
                                       u16 transport, s32 error, u64 cookie) {
  struct bp_socket record;
  fill_place(&record.header, sizeof record, kind);
  record.header.actor = state->owner;
  fill_socket(&record, kind, address, transport, error, cookie);
  record.network = state->network;
  send(&lifecycle, &record, sizeof record);
}

/* By the namespace's cookie: the socket's own, not that of the process, which may have gone to another one.
 */
static __always_inline u64 network_of(struct bpf_sock_addr *context) {
  const u64 cookie = bpf_get_netns_cookie(context);
  return cookie == control.network ? 0 : cookie;
}

static __always_inline u16 transport_of(u32 protocol) {
  switch (protocol) {
  case IPPROTO_TCP_NUMBER:
  case IPPROTO_MPTCP_NUMBER:
    return BP_TCP;
  case IPPROTO_UDP_NUMBER:
    return BP_UDP;
  }
  return BP_RAW; /* ICMP, SCTP, …: `raw` for all that has no ports of its own here */
}

static __always_inline struct address target_ipv4(struct bpf_sock_addr *context) {
  struct address address;
  map_ipv4(&address, context->user_ip4);
  address.port = bpf_ntohs(context->user_port);
  return address;
}

static __always_inline struct address target_ipv6(struct bpf_sock_addr *context) {
  struct address address;
  address.words[0] = context->user_ip6[0];
  address.words[1] = context->user_ip6[1];
  address.words[2] = context->user_ip6[2];
  address.words[3] = context->user_ip6[3];
  address.port = bpf_ntohs(context->user_port);
  return address;
}

static __always_inline struct socket_state *own_socket(struct bpf_sock *socket, struct task_struct *task) {
  struct socket_state *state = bpf_sk_storage_get(&sockets, socket, NULL, BPF_SK_STORAGE_GET_F_CREATE);
  if (state)
    fill_actor(&state->owner, task);
  else
    count(BP_LOST_MAP_FULL);
  return state;
}

static __always_inline void remember_peer(struct socket_state *state, const struct address *peer) {
  __builtin_memcpy(state->peer, peer->bytes, sizeof state->peer);
  state->peer_port = peer->port;
}

static __always_inline struct address peer_of(const struct socket_state *state) {
  struct address peer;
  __builtin_memcpy(peer.bytes, state->peer, sizeof peer.bytes);
  peer.port = state->peer_port;
  return peer;
}

static __always_inline bool same_peer(const struct socket_state *state, const struct address *peer) {
  const u64 *known = (const u64 *)state->peer, *asked = (const u64 *)peer->bytes;
  return known[0] == asked[0] && known[1] == asked[1] && state->peer_port == peer->port;
}

static __always_inline struct sender sender_of(u64 cookie, const struct address *address) {
  struct sender sender = {.cookie = cookie, .port = address->port};
  __builtin_memcpy(sender.address, address->bytes, sizeof sender.address);
  return sender;
}

static __always_inline void tell_pending(struct socket_state *state, u64 cookie) {
  const struct address peer = peer_of(state);
  state->flags &= ~SOCKET_UDP_PENDING;
  send_owned(state, BP_CONNECT, &peer, BP_UDP, 0, cookie);
}

static __always_inline int attempt(struct bpf_sock_addr *context, const struct address *peer, bool sends) {
  struct task_struct *task = bpf_get_current_task_btf();
  if (!followed_process(task) || !context->sk) return 1;
  const u16 transport = transport_of(context->protocol);
  const u64 network = network_of(context);
  struct socket_state *state = own_socket(context->sk, task);
  if (state) {
    state->network = network;
    /* A datagram socket that sends to the same peer again says nothing new. */
    if (sends && state->peer_port && same_peer(state, peer)) return 1;
    /* It stays connected to the other one, and a plain send to that one passes no hook but the egress. */
    if (sends && state->flags & SOCKET_UDP_PENDING) tell_pending(state, bpf_get_socket_cookie(context));
    if (sends && state->flags & SOCKET_BOUND) {
      const struct sender sender = sender_of(bpf_get_socket_cookie(context), peer);
      if (bpf_map_lookup_elem(&senders, &sender)) return 1;
    }
    remember_peer(state, peer);
    if (transport == BP_TCP) {
      state->flags = SOCKET_FIRST_BYTES;
      state->received_told = 0;
    }
    if (transport == BP_UDP && !sends) {
      state->flags |= SOCKET_UDP_PENDING;
      return 1;
    }
  }
  struct bp_socket record;
  fill_header(&record.header, sizeof record, BP_CONNECT, task);
  fill_socket(&record, BP_CONNECT, peer, transport, 0, bpf_get_socket_cookie(context));
  record.network = network;
  send(&lifecycle, &record, sizeof record);
  return 1;
}

SEC("cgroup/connect4")
int on_connect4(struct bpf_sock_addr *context) {
  const struct address peer = target_ipv4(context);
  return attempt(context, &peer, false);
}

SEC("cgroup/connect6")
int on_connect6(struct bpf_sock_addr *context) {
  const struct address peer = target_ipv6(context);
  return attempt(context, &peer, false);
}

SEC("cgroup/sendmsg4")
int on_sendmsg4(struct bpf_sock_addr *context) {
  const struct address peer = target_ipv4(context);
  return attempt(context, &peer, true);
}

SEC("cgroup/sendmsg6")
int on_sendmsg6(struct bpf_sock_addr *context) {
  const struct address peer = target_ipv6(context);
  return attempt(context, &peer, true);
}

/* It cannot be changed once the socket is bound. */
static __always_inline bool is_v6_only(const struct sock *socket) {
  const struct sock_common *common = &socket->__sk_common;
  return BPF_CORE_READ_BITFIELD_PROBED(common, skc_ipv6only);
}

static __always_inline int bound(struct bpf_sock_addr *context, const struct address *local, bool v6_only) {
  struct task_struct *task = bpf_get_current_task_btf();
  if (!followed_process(task)) return 1;
  const u16 transport = transport_of(context->protocol);
  if (transport == BP_UDP && context->sk) {
    struct socket_state *state = own_socket(context->sk, task);
    if (state) {
      state->flags &= ~(SOCKET_ANY_PORT | SOCKET_V6_ONLY);
      state->flags |= SOCKET_BOUND | SOCKET_BINDS | (v6_only ? SOCKET_V6_ONLY : 0);
      state->network = network_of(context);
      if (local->port) return 1; /* got_port() tells it: a bind that fails explains nothing */
      state->flags |= SOCKET_ANY_PORT;
    }
  }
  struct bp_socket record;
  fill_header(&record.header, sizeof record, BP_BIND, task);
  fill_socket(&record, BP_BIND, local, transport, 0, bpf_get_socket_cookie(context));
  record.network = network_of(context);
  record.v6_only = v6_only;
  send(&lifecycle, &record, sizeof record);
  return 1;
}

SEC("cgroup/bind4")
int on_bind4(struct bpf_sock_addr *context) {
  const struct address local = target_ipv4(context);
  return bound(context, &local, false);
}

SEC("cgroup/bind6")
int on_bind6(struct bpf_sock_addr *context) {
  const struct address local = target_ipv6(context);
  const struct sock *datagrams = context->sk ? (const void *)bpf_skc_to_udp6_sock(context->sk) : NULL;
  return bound(context, &local, datagrams && is_v6_only(datagrams));
}

/* After it succeeded. Where the port is chosen later (IP_BIND_ADDRESS_NO_PORT) this does not run. */
static __always_inline int got_port(struct bpf_sock *socket, struct address *local) {
  struct socket_state *state = bpf_sk_storage_get(&sockets, socket, NULL, 0);
  if (!state || !(state->flags & SOCKET_BINDS)) return 1;
  state->flags &= ~SOCKET_BINDS;
  local->port = socket->src_port;
  struct bp_socket record;
  fill_place(&record.header, sizeof record, BP_BIND);
  record.header.actor = state->owner;
  fill_socket(&record, BP_BIND, local, BP_UDP, 0, 0);
  record.network = state->network;
  record.v6_only = !!(state->flags & SOCKET_V6_ONLY);
  record.port_chosen = !!(state->flags & SOCKET_ANY_PORT);
  send(&lifecycle, &record, sizeof record);
  return 1;
}

SEC("cgroup/post_bind4")
int on_bound4(struct bpf_sock *socket) {
  struct address local;
  map_ipv4(&local, socket->src_ip4);
  return got_port(socket, &local);
}

SEC("cgroup/post_bind6")
int on_bound6(struct bpf_sock *socket) {
  struct address local;
  local.words[0] = socket->src_ip6[0];
  local.words[1] = socket->src_ip6[1];
  local.words[2] = socket->src_ip6[2];
  local.words[3] = socket->src_ip6[3];
  return got_port(socket, &local);
}

static __always_inline struct address local_address(const struct sock *socket) {
  struct address address;
  if (socket->__sk_common.skc_family == AF_INET6)
    read_kernel(address.bytes, 16, &socket->__sk_common.skc_v6_rcv_saddr);
  else
    map_ipv4(&address, socket->__sk_common.skc_rcv_saddr);
  address.port = socket->__sk_common.skc_num;
  return address;
}

enum tcp_state {
  STATE_ESTABLISHED = 1,
  STATE_SYN_SENT = 2,
  STATE_FIN_WAIT1 = 4,
  STATE_CLOSE = 7,
  STATE_LAST_ACK = 9,
  STATE_LISTEN = 10
};
#define ECONNABORTED 103

static __always_inline void starts_listening(struct sock *socket) {
  struct task_struct *task = bpf_get_current_task_btf();
  if (!followed(task)) return;
  struct socket_state *state = bpf_sk_storage_get(&sockets, socket, NULL, BPF_SK_STORAGE_GET_F_CREATE);
  if (!state) {
    count(BP_LOST_MAP_FULL);
    return;
  }
  fill_actor(&state->owner, task);
  const struct address local = local_address(socket);
  remember_peer(state, &local);
  const u64 network = BPF_CORE_READ(socket, __sk_common.skc_net.net, net_cookie);
  state->network = network == control.network ? 0 : network;
  struct bp_socket record;
  fill_header(&record.header, sizeof record, BP_LISTEN, task);
  fill_socket(&record, BP_LISTEN, &local, BP_TCP, 0, 0);
  record.network = state->network;
  record.v6_only = socket->__sk_common.skc_family == AF_INET6 && is_v6_only(socket);
  send(&lifecycle, &record, sizeof record);
}

/* Told twice where that matters: when the program closes the connection or its half, because the end may come
 * long after the program's, and at the end what was still received. */
static __always_inline void tell_volume(struct socket_state *state, struct sock *socket) {
  if (socket->sk_protocol != IPPROTO_TCP_NUMBER) return;
  const struct tcp_sock *tcp = (const struct tcp_sock *)socket;
  struct bp_socket record;
  u64 sent = 0;
  if (!(state->flags & SOCKET_SENT_TOLD)) {
    const u32 under_way = BPF_CORE_READ(tcp, write_seq) - BPF_CORE_READ(tcp, snd_una);
    sent = BPF_CORE_READ(tcp, bytes_acked) + under_way;
    if (sent) --sent; /* the SYN counts as a byte */
  }
  const u64 received = BPF_CORE_READ(tcp, bytes_received), fresh = received - state->received_told;
  state->flags |= SOCKET_SENT_TOLD;
  state->received_told = received;
  if (sent == 0 && fresh <= 1) return; /* the FIN counts as a byte, too */
  const struct address peer = peer_of(state);
  fill_place(&record.header, sizeof record, BP_VOLUME);
  record.header.actor = state->owner;
  fill_socket(&record, BP_VOLUME, &peer, BP_TCP, 0, 0);
  record.sent = sent;
  record.received = fresh;
  send(&lifecycle, &record, sizeof record);
}

/* In the program, or in an interrupt where the answer came. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_socket_state, struct sock *socket, int old_state, int new_state) {
  if (control.stopped) return 0;
  if (new_state == STATE_LISTEN) {
    starts_listening(socket);
    return 0;
  }
  const bool closes = new_state == STATE_CLOSE || new_state == STATE_FIN_WAIT1 || new_state == STATE_LAST_ACK;
  if (!closes && old_state != STATE_SYN_SENT) return 0;
  struct socket_state *state = bpf_sk_storage_get(&sockets, socket, NULL, 0);
  if (!state) return 0;
  if (old_state != STATE_SYN_SENT && old_state != STATE_LISTEN) {
    tell_volume(state, socket);
    return 0;
  }
  const struct address peer = peer_of(state);
  if (old_state == STATE_LISTEN) {
    send_owned(state, BP_LISTEN_END, &peer, BP_TCP, 0, 0);
    return 0;
  }
  s32 error = 0;
  if (new_state != STATE_ESTABLISHED) {
    error = socket->sk_err;
    if (error == 0) error = ECONNABORTED; /* the program itself gave up */
  }
  send_owned(state, BP_CONNECT_RESULT, &peer, BP_TCP, error, 0);
  return 0;
}

#endif

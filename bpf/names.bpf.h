/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_NAMES_H
#define BUILDPRINT_BPF_NAMES_H

/* What names stand for addresses: DNS replies as they arrive, and what a connection sends first (a TLS
 * client's greeting, a proxy request). Also here, because it is the same hook: a connected UDP socket counts
 * once it sends. */

#include "bpf/network.bpf.h"

#define DNS_PORT 53
#define LARGEST_PAYLOAD 4096
#define SMALL_PAYLOAD 512
#define DNS_CONNECTION_BYTES 65536

struct packet {
  u32 payload, size; /* offset and bytes of what TCP or UDP carry */
  u16 source_port;
  u16 transport;
  u32 source_at; /* offset of the sender's address */
};

static __always_inline bool read_header(struct __sk_buff *buffer, u32 offset, void *to, u32 size) {
  if (!bpf_skb_load_bytes(buffer, offset, to, size)) return true;
  count(BP_LOST_UNREADABLE);
  return false;
}

/* True for TCP and UDP. Extension headers of IPv6 are not parsed: neither DNS nor TLS comes with any. */
static __always_inline bool read_packet(struct __sk_buff *buffer, struct packet *packet) {
  u8 first, protocol;
  u32 transport_at = 40;
  if (!read_header(buffer, 0, &first, 1)) return false;
  if (first >> 4 == 4) {
    if (!read_header(buffer, 9, &protocol, 1)) return false;
    transport_at = (first & 15) * 4;
    packet->source_at = 12;
  } else {
    if (!read_header(buffer, 6, &protocol, 1)) return false;
    packet->source_at = 8;
  }
  if (protocol != IPPROTO_UDP_NUMBER && protocol != IPPROTO_TCP_NUMBER) return false;
  u16 port;
  if (!read_header(buffer, transport_at, &port, 2)) return false;
  packet->source_port = bpf_ntohs(port);
  if (protocol == IPPROTO_UDP_NUMBER) {
    packet->transport = BP_UDP;
    packet->payload = transport_at + 8;
  } else {
    u8 offset;
    if (!read_header(buffer, transport_at + 12, &offset, 1)) return false;
    packet->transport = BP_TCP;
    packet->payload = transport_at + (offset >> 4) * 4;
  }
  packet->size = buffer->len > packet->payload ? buffer->len - packet->payload : 0;
  return true;
}

struct payload_head {
  struct bp_socket socket;
  struct bp_part part;
};

/* A macro, because the size that is reserved has to be a constant. The mask shows older verifiers (6.1) that
 * between one byte and LIMIT are read; the barrier keeps the compiler from dropping it. */
#define SEND_PAYLOAD(LIMIT)                                                                                  \
  do {                                                                                                       \
    struct payload_head *head = bpf_ringbuf_reserve(&lifecycle, sizeof *head + LIMIT, 0);                    \
    if (!head) {                                                                                             \
      count_no_room(kind);                                                                                   \
      return;                                                                                                \
    }                                                                                                        \
    fill_payload_head(head, state, peer, packet, kind, size, cookie);                                        \
    u32 last = size - 1;                                                                                     \
    barrier_var(last);                                                                                       \
    last &= LIMIT - 1;                                                                                       \
    if (bpf_skb_load_bytes(buffer, packet->payload, head + 1, last + 1)) count(BP_LOST_UNREADABLE);          \
    bpf_ringbuf_submit(head, BPF_RB_NO_WAKEUP);                                                              \
    count(SENT);                                                                                             \
  } while (0)

static __always_inline void fill_payload_head(struct payload_head *head, struct socket_state *state,
                                              const struct address *peer, const struct packet *packet,
                                              u16 kind, u32 size, u64 cookie) {
  struct bp_socket *record = &head->socket;
  fill_place(&record->header, sizeof *head + size, kind);
  record->header.actor = state->owner;
  record->header.parts = sizeof *record;
  __builtin_memcpy(record->address, peer->bytes, sizeof record->address);
  record->port = peer->port;
  record->transport = packet->transport;
  record->error = 0;
  record->sent = record->received = 0;
  record->cookie = cookie;
  record->network = 0;
  record->v6_only = record->port_chosen = 0;
  head->part.size = size;
  head->part.name = BP_PART_PAYLOAD;
  head->part.flags = size < packet->size ? BP_PART_TRUNCATED : 0;
}

static __always_inline void send_payload(struct __sk_buff *buffer, struct socket_state *state,
                                         const struct address *peer, const struct packet *packet, u16 kind) {
  const u64 cookie = bpf_get_socket_cookie(buffer);
  u32 size = packet->size;
  barrier_var(size);
  if (size == 0) return;
  if (size <= SMALL_PAYLOAD) {
    SEND_PAYLOAD(SMALL_PAYLOAD);
    return;
  }
  if (size > LARGEST_PAYLOAD) size = LARGEST_PAYLOAD;
  SEND_PAYLOAD(LARGEST_PAYLOAD);
}

static __always_inline struct socket_state *state_of(struct __sk_buff *buffer) {
  struct bpf_sock *socket = buffer->sk;
  if (control.stopped || !socket) return NULL;
  socket = bpf_sk_fullsock(socket);
  return socket ? bpf_sk_storage_get(&sockets, socket, NULL, 0) : NULL;
}

/* Only replies are looked at: a query's port may have been rewritten (Docker's resolver), the reply's is 53
 * where the program sees it. */
SEC("cgroup_skb/ingress")
int on_ingress(struct __sk_buff *buffer) {
  struct socket_state *state = state_of(buffer);
  struct packet packet;
  if (!state || !read_packet(buffer, &packet)) return 1;
  const bool heard = packet.transport == BP_UDP && state->flags & SOCKET_BOUND;
  if (packet.source_port != DNS_PORT && !heard) return 1;
  struct address source = {.port = packet.source_port};
  if (packet.source_at == 8) {
    if (!read_header(buffer, 8, source.bytes, 16)) return 1;
  } else {
    u32 ipv4 = 0;
    if (!read_header(buffer, 12, &ipv4, sizeof ipv4)) return 1;
    map_ipv4(&source, ipv4);
  }
  if (heard) {
    const struct sender sender = sender_of(bpf_get_socket_cookie(buffer), &source);
    const u8 value = 1;
    update_map(&senders, &sender, &value, BPF_ANY);
  }
  if (packet.source_port != DNS_PORT) return 1;
  if (packet.transport == BP_TCP) {
    if (state->dns_bytes > DNS_CONNECTION_BYTES) return 1;
    state->dns_bytes += packet.size;
  }
  send_payload(buffer, state, &source, &packet, BP_DNS_REPLY);
  return 1;
}

SEC("cgroup_skb/egress")
int on_egress(struct __sk_buff *buffer) {
  struct socket_state *state = state_of(buffer);
  if (!state || !(state->flags & (SOCKET_UDP_PENDING | SOCKET_FIRST_BYTES))) return 1;
  if (state->flags & SOCKET_UDP_PENDING) {
    tell_pending(state, bpf_get_socket_cookie(buffer));
    return 1;
  }
  const struct address peer = peer_of(state);
  struct packet packet;
  if (!read_packet(buffer, &packet) || packet.size == 0) return 1;
  state->flags &= ~SOCKET_FIRST_BYTES;
  send_payload(buffer, state, &peer, &packet, BP_FIRST_BYTES);
  return 1;
}

#endif

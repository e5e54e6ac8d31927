/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BUILDPRINT_BPF_ENGINES_H
#define BUILDPRINT_BPF_ENGINES_H

/* Container engines: who talks to one, and who asks one to start which container. */

#include "bpf/containers.bpf.h"
#include "bpf/inspect.bpf.h"

/* What engines call their sockets, wherever these are. */
#define SOCKET_NAME_BYTES 32
struct socket_name {
  char text[SOCKET_NAME_BYTES];
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 64);
  __type(key, struct socket_name);
  __type(value, u8);
} engine_sockets SEC(".maps");

#define UNIX_PATH_BYTES 108

struct base_name {
  const char *path;
  u32 begin;
};

static long base_name_step(u32 step, struct base_name *name) {
  if (step >= UNIX_PATH_BYTES) return 1;
  const char c = name->path[step];
  if (c == '/') name->begin = step + 1;
  return c == 0;
}

/* `path` ends in a zero, and lies in a map. */
static __always_inline bool is_engine(const char *path) {
  struct base_name base = {path, 0};
  bpf_loop(UNIX_PATH_BYTES, base_name_step, &base, 0);
  struct socket_name name = {};
  bpf_probe_read_kernel_str(name.text, sizeof name.text, path + base.begin);
  return bpf_map_lookup_elem(&engine_sockets, &name);
}

/* A followed process connects to the socket at `path`, which has `size` bytes in a writer's buffer. */
static __always_inline void note_engine(char *path, u64 size) {
  path[size] = 0;
  if (is_engine(path)) control.engine_asked = 1;
}

/* The engines' interface is HTTP, Docker's and Podman's alike:
 *   POST /v1.41/containers/ID/start HTTP/1.1
 *   POST /v4.3.1/libpod/containers/ID/start HTTP/1.1
 * Command lines and libraries make a container first, and start it by the id that they were given. */
#define URL_BYTES 256
#define URL_STEPS 128
struct request {
  char url[URL_BYTES + 1];
  char socket[UNIX_PATH_BYTES + 1];
  u32 id_at;   /* 0 = none */
  bool starts; /* a container */
  bool builds; /* an image, in containers of the engine's own making */
};
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, u32);
  __type(value, struct request);
} requests SEC(".maps");

/* As a verifier likes a word of text. */
#define WORD(text) (*(const u64 *)text)
#define FIRST_BYTES(word, count) ((word) & ((1ull << 8 * (count)) - 1))

struct request_pointer {
  struct request *request;
};

static long request_step(u32 step, struct request_pointer *pointer) {
  struct request *request = pointer->request;
  const u32 at = step & (URL_STEPS - 1);
  u64 word = 0, rest = 0;
  bpf_probe_read_kernel(&word, sizeof word, request->url + at);
  const char first = word;
  if (first == ' ' || first == '?' || first == 0) return 1;
  if (first != '/') return 0;
  bpf_probe_read_kernel(&rest, sizeof rest, request->url + at + sizeof word);
  if (word == WORD("/contain") && FIRST_BYTES(rest, 4) == FIRST_BYTES(WORD("ers/\0\0\0\0"), 4))
    request->id_at = at + 12;
  if (FIRST_BYTES(word, 6) == WORD("/start\0\0") || word == WORD("/restart")) request->starts = true;
  if (FIRST_BYTES(word, 6) == WORD("/build\0\0") && ((word >> 48 & 255) == '?' || (word >> 48 & 255) == ' '))
    request->builds = true;
  return 0;
}

static __always_inline bool names_id(struct request *request, struct container_id *id) {
  if (request->id_at == 0) return false;
  const u32 at = request->id_at & (URL_STEPS - 1);
  bpf_probe_read_kernel(id->text, sizeof id->text, request->url + at);
  char behind = 0;
  bpf_probe_read_kernel(&behind, 1, request->url + at + BP_CONTAINER_ID);
  return behind == '/' && is_hexadecimal(id);
}

/* What somebody who is followed asks for goes first: a proxy may pass it on, and a container that was there
 * before may be started anew. */
static __always_inline void take_request(struct request *request, struct pid *sender) {
  const u32 pid = BPF_CORE_READ(sender, numbers[0].nr);
  const u64 *start_ns = bpf_map_lookup_elem(&processes, &pid);
  /* Who has ended may have been followed, and left its connection to a child. */
  const struct task_struct *task = task_of(sender);
  if (!start_ns && (!task || BPF_CORE_READ(task, signal, live.counter) == 0)) return;
  struct container_id id;
  if (request->starts && names_id(request, &id)) {
    struct bp_container_owner owner = {.whose = start_ns ? BP_OURS : BP_OTHERS};
    if (start_ns) {
      owner.asker_pid = pid;
      owner.asker_start_ns = *start_ns;
    }
    const struct bp_container_owner *known = bpf_map_lookup_elem(&containers, &id);
    const bool restarted = known && known->whose == BP_OTHERS && start_ns;
    update_map(&containers, &id, &owner, restarted ? BPF_ANY : BPF_NOEXIST);
  } else if ((request->starts && request->id_at) || request->builds) {
    __sync_fetch_and_or(&control.containers_asked, start_ns ? BP_OURS : BP_OTHERS);
  }
}

/* Where the engine reads what came: it has not acted yet. Others' requests, too: what they start is not
 * followed. A request that does not come in one piece goes unnoticed, and the container counts as one that
 * nobody was seen to ask for. Who sent it is who has connected. */
SEC("tp_btf/skb_copy_datagram_iovec")
int BPF_PROG(on_engine_request, const struct sk_buff *buffer) {
  if (control.stopped) return 0;
  u64 begin = 0;
  const bool readable = !bpf_probe_read_kernel(&begin, sizeof begin, buffer->data);
  if (readable && FIRST_BYTES(begin, 6) != WORD("POST /\0\0")) return 0;
  const struct sock *sender = buffer->sk;
  if (!sender || BPF_CORE_READ(sender, __sk_common.skc_family) != AF_UNIX) return 0;
  if (!readable) {
    count(BP_LOST_UNREADABLE);
    return 0;
  }
  const struct sock *receiver = BPF_CORE_READ((const struct unix_sock *)sender, peer);
  const u32 key = 0;
  struct request *request = bpf_map_lookup_elem(&requests, &key);
  if (!receiver || !request) return 0;
  const struct unix_address *address = BPF_CORE_READ((const struct unix_sock *)receiver, addr);
  if (!address) return 0; /* the receiver has no name, so it is no engine */
  if (bpf_probe_read_kernel_str(request->socket, sizeof request->socket, address->name[0].sun_path) < 0) {
    count(BP_LOST_UNREADABLE);
    return 0;
  }
  if (!is_engine(request->socket)) return 0;
  if (bpf_probe_read_kernel_str(request->url, URL_BYTES, buffer->data + 5) < 0) {
    count(BP_LOST_UNREADABLE);
    return 0;
  }
  request->id_at = 0;
  request->starts = request->builds = false;
  struct request_pointer pointer = {request};
  bpf_loop(URL_STEPS, request_step, &pointer, 0);
  take_request(request, BPF_CORE_READ(receiver, sk_peer_pid));
  return 0;
}

#endif

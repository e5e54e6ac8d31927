#include "recorder/decode.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <unordered_map>

#include "base/text.hpp"
#include "bpf/event.h"
#include "recorder/census.hpp"
#include "recorder/devices.hpp"
#include "recorder/dns.hpp"
#include "recorder/first_bytes.hpp"
#include "recorder/kernel_use.hpp"
#include "recorder/record_texts.hpp"
#include "recorder/wire_values.hpp"

namespace buildprint {
namespace {

constexpr std::size_t k_record_bytes = 1u << 20; ///< no record is larger: the ring's are at most 16 KiB
constexpr std::size_t k_dns_connections = 1024;
constexpr std::size_t k_waiting_threads = 4096; ///< whose texts have come, and not what they belong to

} // namespace

struct Decoder::State {
  explicit State(EventSink to) : sink(std::move(to)) {}

  EventSink sink;
  std::vector<std::byte> partial; ///< the beginning of a record whose end has not come
  bool broken = false;            ///< nothing tells any more where a record begins
  bool ready = false, ended = false;
  std::uint64_t start_ns = 0, records = 0, truncated = 0, undecodable = 0;
  ProcessKey main_process;
  std::vector<MissingProgram> missing;
  std::optional<ProbeFailure> failure;
  std::vector<ProcessKey> still;
  bp_end end{};
  Census census;
  std::unordered_map<std::uint32_t, RecordTexts> waiting; ///< by thread

  std::unordered_map<std::uint64_t, DnsStream> dns_streams; ///< DNS connections, by socket

  void take(std::span<const std::byte> record);
  bool dispatch(const bp_header &header, std::span<const std::byte> record, RecordTexts &texts);
  void emit(const bp_header &header, EventBody body);
  bool take_exec(std::span<const std::byte> record, RecordTexts &texts);
  bool take_socket(std::span<const std::byte> record, RecordTexts &texts);
  void take_first_bytes(const bp_socket &socket, const std::string &payload);
  void take_dns(const bp_socket &socket, const std::string &payload);
  bool take_file(std::span<const std::byte> record, const RecordTexts &texts);
  bool take_inspect(std::span<const std::byte> record, const RecordTexts &texts);
  bool take_ready(std::span<const std::byte> record, RecordTexts &texts);
};

namespace {

/// The fixed body of a record, when it is that large.
template <typename Body> std::optional<Body> body_of(std::span<const std::byte> record) {
  bp_header header{};
  std::memcpy(&header, record.data(), sizeof header);
  const std::size_t size = header.parts != 0 ? header.parts : record.size();
  if (size < sizeof(Body)) return std::nullopt;
  Body body{};
  std::memcpy(&body, record.data(), sizeof body);
  return body;
}

} // namespace

void Decoder::State::emit(const bp_header &header, EventBody body) {
  const std::uint64_t time_ns = header.time_ns - std::min<std::uint64_t>(header.time_ns, start_ns);
  sink(Event{time_ns, key_of(header.actor), credentials_of(header.actor.credentials), std::move(body)});
}

bool Decoder::State::take_exec(std::span<const std::byte> record, RecordTexts &texts) {
  const auto body = body_of<bp_exec>(record);
  if (!body) return false;
  Exec exec;
  exec.exe = texts.path(BP_PART_EXE);
  exec.cwd = texts.path(BP_PART_CWD);
  exec.invoked = absolute(texts.text(BP_PART_INVOKED), exec.cwd);
  exec.argv = texts.list(BP_PART_ARGV);
  for (const std::string_view entry : texts.raw_list(BP_PART_ENVIRONMENT)) {
    const auto equals = entry.find('=');
    if (equals == entry.npos) continue;
    exec.environment.emplace_back(printable(entry.substr(0, equals)), printable(entry.substr(equals + 1)));
  }
  exec.file = {user_device(body->device), body->inode};
  exec.owner = body->owner;
  exec.mode = body->mode;
  exec.standard_input = stream_kind(body->standard_input);
  exec.standard_output = stream_kind(body->standard_output);
  exec.memory_only = body->links == 0;
  exec.self_made = body->self_made != 0;
  exec.truncated = texts.cut() || texts.size(BP_PART_ARGV) != body->argv_bytes;
  truncated += exec.truncated ? 1 : 0;
  emit(body->header, std::move(exec));
  return true;
}

void Decoder::State::take_dns(const bp_socket &socket, const std::string &payload) {
  const auto bytes = std::as_bytes(std::span(payload));
  std::vector<std::vector<std::byte>> messages;
  if (socket.transport == BP_TCP) {
    if (dns_streams.size() >= k_dns_connections) dns_streams.clear();
    messages = dns_streams[socket.cookie].feed(bytes);
  } else {
    messages.emplace_back(bytes.begin(), bytes.end());
  }
  for (const auto &message : messages) {
    auto reply = parse_dns_reply(message);
    if (!reply) continue; // not DNS, whatever came from that port
    emit(socket.header, NameAnswer{NameSource::dns, std::move(reply->name), std::move(reply->type),
                                   std::move(reply->addresses), endpoint_of(socket), transport_of(socket)});
  }
}

void Decoder::State::take_first_bytes(const bp_socket &socket, const std::string &payload) {
  auto told = parse_first_bytes(std::as_bytes(std::span(payload)));
  if (!told) return;
  const Endpoint peer = endpoint_of(socket);
  // A proxy that is asked to connect has another address than whom it is asked for.
  std::vector<std::string> addresses;
  if (told->how != "CONNECT") addresses.push_back(peer.address);
  emit(socket.header, NameAnswer{told->source, std::move(told->name), std::move(told->how),
                                 std::move(addresses), peer, Transport::tcp});
}

bool Decoder::State::take_socket(std::span<const std::byte> record, RecordTexts &texts) {
  const auto body = body_of<bp_socket>(record);
  if (!body) return false;
  const Endpoint endpoint = endpoint_of(*body);
  const Transport transport = transport_of(*body);
  switch (body->header.kind) {
  case BP_CONNECT:
    emit(body->header, Connect{transport, endpoint, body->network});
    break;
  case BP_CONNECT_RESULT:
    emit(body->header, ConnectResult{endpoint, body->error, body->network});
    break;
  case BP_BIND:
    emit(body->header, Bind{transport, endpoint, body->v6_only != 0, body->network, body->port_chosen != 0});
    break;
  case BP_LISTEN:
    emit(body->header, Listen{transport, endpoint, body->v6_only != 0, body->network});
    break;
  case BP_LISTEN_END:
    emit(body->header, ListenEnd{endpoint, body->network});
    break;
  case BP_DNS_REPLY:
    take_dns(*body, texts.raw(BP_PART_PAYLOAD));
    break;
  case BP_VOLUME:
    emit(body->header, Volume{endpoint, body->sent, body->received});
    break;
  case BP_FIRST_BYTES:
    take_first_bytes(*body, texts.raw(BP_PART_PAYLOAD));
    break;
  default:
    return false;
  }
  return true;
}

/// A path as a system call was given it.
static std::string given_path(const RecordTexts &texts, bp_part_name path, bp_part_name directory,
                              bp_part_name resolved) {
  const std::string given = absolute(texts.path(path), texts.path(directory));
  const std::string parent = texts.text(resolved);
  if (parent.empty() || given.empty()) return given;
  return absolute(given.substr(given.rfind('/') + 1), parent);
}

bool Decoder::State::take_file(std::span<const std::byte> record, const RecordTexts &texts) {
  constexpr FileAccess k_accesses[] = {FileAccess::read,       FileAccess::write,      FileAccess::create,
                                       FileAccess::remove,     FileAccess::rename_to,  FileAccess::link_to,
                                       FileAccess::symlink_to, FileAccess::permissions};
  const auto body = body_of<bp_file>(record);
  if (!body || body->access >= std::size(k_accesses)) return false;
  FileUse use;
  use.access = k_accesses[body->access];
  use.path = given_path(texts, BP_PART_PATH, BP_PART_DIRECTORY, BP_PART_RESOLVED);
  use.file = {user_device(body->device), body->inode};
  use.target = use.access == FileAccess::symlink_to
                   ? texts.text(BP_PART_TARGET)
                   : given_path(texts, BP_PART_TARGET, BP_PART_TARGET_DIRECTORY, BP_PART_TARGET_RESOLVED);
  if (body->node != BP_NODE_NONE) use.device = device_number(body->node == BP_NODE_BLOCK, body->node_number);
  truncated += texts.cut() ? 1 : 0;
  if (body->exchanged != 0) { // renameat2(2) with RENAME_EXCHANGE: two renames at once
    FileUse other = use;
    std::swap(other.path, other.target);
    emit(body->header, std::move(other));
  }
  emit(body->header, std::move(use));
  return true;
}

bool Decoder::State::take_inspect(std::span<const std::byte> record, const RecordTexts &texts) {
  constexpr const char *k_looks[] = {"",    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd",
                                     "mem", "maps",   "environ"};
  const auto body = body_of<bp_inspect>(record);
  if (!body || body->look == 0 || body->look >= std::size(k_looks)) return false;
  emit(body->header,
       Inspect{k_looks[body->look], {body->target_pid, body->target_start_ns}, texts.path(BP_PART_EXE)});
  return true;
}

bool Decoder::State::take_ready(std::span<const std::byte> record, RecordTexts &texts) {
  const auto body = body_of<bp_ready>(record);
  if (!body || ready) return false;
  if (body->format != BP_FORMAT) {
    failure = {"the probe and this program use different record formats", "install both from the same build"};
    return true;
  }
  ready = true;
  start_ns = body->header.time_ns;
  main_process = key_of(body->header.actor);
  const std::string programs = texts.raw(BP_PART_PROGRAMS);
  for (const std::string_view line : split(programs, '\n')) {
    const auto tab = line.find('\t');
    if (tab != line.npos)
      missing.push_back({printable(line.substr(0, tab)), printable(line.substr(tab + 1))});
  }
  return true;
}

bool Decoder::State::dispatch(const bp_header &header, std::span<const std::byte> record,
                              RecordTexts &texts) {
  switch (header.kind) {
  case BP_FORK: {
    const auto body = body_of<bp_fork>(record);
    if (body) emit(header, Fork{{body->child_pid, body->child_start_ns}});
    return body.has_value();
  }
  case BP_EXEC:
    return take_exec(record, texts);
  case BP_EXIT: {
    const auto body = body_of<bp_exit>(record);
    if (body) emit(header, Exit{body->wait_status});
    return body.has_value();
  }
  case BP_CONNECT:
  case BP_CONNECT_RESULT:
  case BP_BIND:
  case BP_LISTEN:
  case BP_LISTEN_END:
  case BP_DNS_REPLY:
  case BP_FIRST_BYTES:
  case BP_VOLUME:
    return take_socket(record, texts);
  case BP_UNIX_CONNECT:
    emit(header, UnixConnect{unix_path(texts)});
    return true;
  case BP_UNIX_LISTEN:
    emit(header, UnixListen{unix_path(texts)});
    return true;
  case BP_FILE:
    return take_file(record, texts);
  case BP_INSPECT:
    return take_inspect(record, texts);
  case BP_KERNEL_USE: {
    const auto body = body_of<bp_kernel_use>(record);
    if (body) emit(header, describe_kernel_use(*body, texts));
    return body.has_value();
  }
  case BP_CONTAINER: {
    const auto body = body_of<bp_container>(record);
    if (body) emit(header, container_start_of(*body, texts));
    return body.has_value();
  }
  case BP_READY:
    return take_ready(record, texts);
  case BP_ERROR:
    failure = {texts.text(BP_PART_MESSAGE), texts.text(BP_PART_REMEDY)};
    return true;
  case BP_CENSUS: {
    auto read = read_census(texts);
    if (read) census = std::move(*read);
    return read.has_value();
  }
  case BP_STILL:
    still.push_back(key_of(header.actor));
    return true;
  case BP_END: {
    const auto body = body_of<bp_end>(record);
    if (body) end = *body;
    ended = body.has_value();
    if (body && body->records + 1 != records) ++undecodable;
    return body.has_value();
  }
  default:
    return false;
  }
}

void Decoder::State::take(std::span<const std::byte> record) {
  ++records;
  bp_header header{};
  std::memcpy(&header, record.data(), sizeof header);
  const std::uint32_t thread = header.actor.tid;
  if (header.parts == 0) {
    RecordTexts none;
    if (!dispatch(header, record, none)) ++undecodable;
    if (header.kind == BP_EXIT) waiting.erase(thread);
    return;
  }
  const auto found = waiting.find(thread);
  RecordTexts texts = found == waiting.end() ? RecordTexts{} : std::move(found->second);
  if (found != waiting.end()) waiting.erase(found);
  if (header.parts < sizeof header || header.parts > record.size() ||
      !texts.add(record.subspan(header.parts))) {
    ++undecodable;
  } else if (header.kind == BP_TEXT) {
    if (waiting.size() < k_waiting_threads)
      waiting[thread] = std::move(texts);
    else
      ++undecodable;
  } else if (!dispatch(header, record, texts)) {
    ++undecodable;
  }
}

Decoder::Decoder(EventSink sink) : state_(std::make_unique<State>(std::move(sink))) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder &&) noexcept = default;

void Decoder::feed(std::span<const std::byte> bytes) {
  auto &partial = state_->partial;
  partial.insert(partial.end(), bytes.begin(), bytes.end());
  std::span<const std::byte> rest = partial;
  while (!state_->broken && !state_->ended && rest.size() >= sizeof(bp_header)) {
    std::uint32_t size = 0;
    std::memcpy(&size, rest.data(), sizeof size);
    if (size < sizeof(bp_header) || size > k_record_bytes) {
      state_->broken = true;
      ++state_->undecodable;
      break;
    }
    if (rest.size() < size) break;
    state_->take(rest.first(size));
    rest = rest.subspan(size);
  }
  if (state_->broken || state_->ended)
    partial.clear();
  else
    partial.erase(partial.begin(), partial.end() - static_cast<std::ptrdiff_t>(rest.size()));
}

bool Decoder::ready() const {
  return state_->ready;
}
ProcessKey Decoder::main_process() const {
  return state_->main_process;
}
const std::vector<MissingProgram> &Decoder::missing_programs() const {
  return state_->missing;
}
const std::optional<ProbeFailure> &Decoder::failure() const {
  return state_->failure;
}
bool Decoder::ended() const {
  return state_->ended;
}
const std::vector<ProcessKey> &Decoder::still_running() const {
  return state_->still;
}

Loss Decoder::loss() const {
  const auto &counters = state_->end.counters;
  Loss loss;
  loss.ring_full = counters[BP_LOST_RING_FULL];
  loss.map_full = counters[BP_LOST_MAP_FULL];
  loss.unreadable = counters[BP_LOST_UNREADABLE];
  loss.skipped_programs = counters[BP_LOST_SKIPPED];
  loss.sequence_gaps = counters[BP_LOST_SEQUENCE];
  loss.undecodable = state_->undecodable;
  loss.probe_died = !state_->ended;
  return loss;
}

Census Decoder::census() const {
  Census census = state_->census;
  census.repeats = state_->end.counters[BP_DUPLICATES];
  return census;
}

std::uint64_t Decoder::truncated_strings() const {
  return state_->truncated;
}

} // namespace buildprint

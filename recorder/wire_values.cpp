#include "recorder/wire_values.hpp"

#include <algorithm>
#include <span>

#include "base/text.hpp"
#include "recorder/address.hpp"

namespace buildprint {

ProcessKey key_of(const bp_actor &actor) {
  return {actor.pid, actor.start_ns};
}

Credentials credentials_of(const bp_credentials &from) {
  return {from.ruid, from.euid, from.rgid, from.egid, from.capabilities, from.user_namespace};
}

StreamKind stream_kind(std::uint16_t stream) {
  switch (stream) {
  case BP_STREAM_FILE:
    return StreamKind::file;
  case BP_STREAM_PIPE:
    return StreamKind::pipe;
  case BP_STREAM_SOCKET:
    return StreamKind::socket;
  case BP_STREAM_TERMINAL:
    return StreamKind::terminal;
  case BP_STREAM_NULL:
    return StreamKind::null;
  case BP_STREAM_NETWORK:
    return StreamKind::network;
  default:
    return StreamKind::unknown;
  }
}

Endpoint endpoint_of(const bp_socket &socket) {
  return {address_text(std::as_bytes(std::span(socket.address))), socket.port};
}

Transport transport_of(const bp_socket &socket) {
  switch (socket.transport) {
  case BP_TCP:
    return Transport::tcp;
  case BP_UDP:
    return Transport::udp;
  case BP_RAW:
    return Transport::raw;
  default:
    return Transport::other;
  }
}

ContainerStart container_start_of(const bp_container &container, const RecordTexts &texts) {
  ContainerStart start;
  start.id = texts.text(BP_PART_DETAIL);
  start.asked_by = {container.asker_pid, container.asker_start_ns};
  if (container.followed_before != 0)
    start.linked_by = "descent";
  else if (container.asker_pid != 0)
    start.linked_by = "request";
  else if (container.others_ask != 0)
    start.linked_by = "others-ask";
  const std::span all(container.users);
  for (const auto &range : all.first(std::min<std::size_t>(container.user_ranges, all.size())))
    start.users.push_back({range.inside, range.outside, range.count});
  return start;
}

std::string unix_path(const RecordTexts &texts) {
  const std::string &raw = texts.raw(BP_PART_PATH);
  if (raw.starts_with('\0')) return "@" + printable(std::string_view(raw).substr(1));
  return absolute(printable(std::string_view(raw).substr(0, raw.find('\0'))), texts.path(BP_PART_DIRECTORY));
}

std::uint64_t user_device(std::uint64_t device) {
  const std::uint64_t major = device >> 20 & 0xfff, minor = device & 0xfffff;
  return (minor & 0xff) | (major << 8) | ((minor & ~0xffull) << 12);
}

} // namespace buildprint

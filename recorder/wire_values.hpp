#pragma once

#include <cstdint>

#include "bpf/event.h"
#include "recorder/event.hpp"
#include "recorder/record_texts.hpp"

namespace buildprint {

// The values of an event, from their form on the wire (bpf/event.h).

ProcessKey key_of(const bp_actor &actor);
Credentials credentials_of(const bp_credentials &from);
StreamKind stream_kind(std::uint16_t stream);
Endpoint endpoint_of(const bp_socket &socket);
Transport transport_of(const bp_socket &socket);

ContainerStart container_start_of(const bp_container &container, const RecordTexts &texts);

/// "@name" for an abstract socket. The kernel's copy of a path may go on behind its end.
std::string unix_path(const RecordTexts &texts);

/// As stat(2) tells a device, from the kernel's own form.
std::uint64_t user_device(std::uint64_t device);

} // namespace buildprint

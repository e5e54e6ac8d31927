#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

// How the object of a behavior is read.

/// Of connect and listen: "HOST:PORT/PROTOCOL"; views into the object.
struct Destination {
  std::string_view host; ///< without brackets
  std::string_view port, protocol;
};
/// nullopt for what has no host: a unix socket, a daemon.
std::optional<Destination> destination_of(const Behavior &behavior);

bool is_bare_address(std::string_view host);
/// Its name is the client's word alone: "sni:registry.example", "host:registry.example".
bool is_claimed(std::string_view host);
/// The address or name under which a cloud tells a machine its credentials.
bool is_metadata_service(std::string_view host);

/// What belongs to every name lookup: the system's own resolver.
bool talks_to_system_resolver(const Behavior &behavior);
bool talks_to_foreign_resolver(const Behavior &behavior);
/// A connection or datagram that leaves the machine, other than to the system's resolver.
bool is_egress(const Behavior &behavior);
bool talks_to_daemon(const Behavior &behavior);

bool reads_secret(const Behavior &behavior);
/// A variable makes the program load other code, or its standard input is a network socket.
bool is_steered(const Behavior &behavior);
bool writes_sink(const Behavior &behavior);
bool writes_tracked_source(const Behavior &behavior);
/// A look at or into a process that is none of its own.
bool inspects_foreign(const Behavior &behavior);
/// ptrace, process_vm_*, mem: what can read or change memory.
bool touches_memory(const Behavior &behavior);

/// What the behavior reached, for "never seen": the host without its port, a secret, a sink, a name.
std::string_view reached(const Behavior &behavior);

/// "collector.example:443", "the metadata service 169.254.169.254", "the npm secret ($HOME/.npmrc)", …
std::string describe_object(const Behavior &behavior);

} // namespace buildprint

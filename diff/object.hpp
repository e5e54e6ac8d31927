#pragma once

#include <string>
#include <string_view>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

// Questions about what a behavior was done to.

/// The address or name at which a cloud gives a machine its credentials.
bool is_metadata_service(const object::Host &host);

/// What belongs to every name lookup: the system's own resolver.
bool talks_to_system_resolver(const Behavior &behavior);
bool talks_to_foreign_resolver(const Behavior &behavior);
/// The host beyond this machine to which a connection or datagram goes; nullptr where it is none.
const object::Host *connected_host(const Behavior &behavior);
/// A connection or datagram that leaves the machine, other than to the system's resolver.
bool is_egress(const Behavior &behavior);
/// A connection within the machine, over loopback.
bool is_loopback_connection(const Behavior &behavior);
bool talks_to_daemon(const Behavior &behavior);

bool reads_secret(const Behavior &behavior);
/// A variable makes the program load other code, or its standard input is a network socket.
bool is_steered(const Behavior &behavior);
/// A file that runs or rules later, or a tracked source.
bool writes_sink(const Behavior &behavior);
bool writes_tracked_source(const Behavior &behavior);
/// The path of such a file; empty where the behavior writes none.
std::string_view written_path(const Behavior &behavior);
/// A change of user, or of capabilities, after which the user is root.
bool becomes_root(const Behavior &behavior);
/// An inspection of a process that is neither the inspector nor a descendant.
bool inspects_foreign(const Behavior &behavior);
/// ptrace, process_vm_*, mem: what can read or change memory.
bool touches_memory(const Behavior &behavior);
/// The kernel operation is called so: "mount".
bool uses_kernel_for(const Behavior &behavior, std::string_view operation);

/// What the behavior reached, for "never seen": the host without its port, a secret, a sink, a name. Equal
/// texts of one kind of behavior are one thing.
std::string reached(const Behavior &behavior);

/// "collector.example:443", "the metadata service 169.254.169.254", "the npm secret ($HOME/.npmrc)", …
std::string describe_object(const Behavior &behavior);

} // namespace buildprint

#pragma once

#include <array>
#include <concepts>
#include <string_view>
#include <type_traits>

#include "recorder/recording.hpp"

namespace buildprint::schema {

// What docs/recording-format.md promises, once, for the writer and the reader: the name of each event and
// its fields. `visit(name, member)` stands for a field that is always written, `visit.maybe(name, member)`
// for one that is left out while it has its default value. Names are never reused or renamed; a new
// optional field does not make a new format, anything else does.

inline constexpr std::string_view k_format_family = "buildprint/recording/";
inline constexpr unsigned k_format_version = 1;

template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

/// Parallel to the alternatives of EventBody.
inline constexpr std::array<std::string_view, 18> k_event_names{
    "fork",    "exec",       "exit",         "connect",     "connect_result", "bind",
    "listen",  "listen_end", "unix_connect", "unix_listen", "name",           "file",
    "inspect", "kernel",     "volume",       "container",   "user_name",      "program"};
static_assert(k_event_names.size() == std::variant_size_v<EventBody>);

// Parallel to the enumerators.
constexpr std::array<std::string_view, 4> names_of(Transport) {
  return {"tcp", "udp", "raw", "other"};
}
constexpr std::array<std::string_view, 3> names_of(NameSource) {
  return {"dns", "tls_sni", "http_host"};
}
constexpr std::array<std::string_view, 8> names_of(FileAccess) {
  return {"read", "write", "create", "remove", "rename_to", "link_to", "symlink_to", "permissions"};
}
constexpr std::array<std::string_view, 7> names_of(StreamKind) {
  return {"unknown", "file", "pipe", "socket", "terminal", "null", "network"};
}

void fields(auto &visit, Is<Fork> auto &e) {
  visit("child", e.child);
}

void fields(auto &visit, Is<Exec> auto &e) {
  visit("exe", e.exe);
  visit("argv", e.argv);
  visit.maybe("invoked", e.invoked);
  visit.maybe("cwd", e.cwd);
  visit.maybe("env", e.environment);
  visit.maybe("file", e.file);
  visit.maybe("owner", e.owner);
  visit.maybe("mode", e.mode);
  visit.maybe("stdin", e.standard_input);
  visit.maybe("stdout", e.standard_output);
  visit.maybe("memory_only", e.memory_only);
  visit.maybe("self_made", e.self_made);
  visit.maybe("truncated", e.truncated);
}

void fields(auto &visit, Is<Exit> auto &e) {
  visit("status", e.wait_status);
}

void fields(auto &visit, Is<Connect> auto &e) {
  visit("over", e.transport);
  visit("peer", e.peer);
  visit.maybe("network", e.network);
}

void fields(auto &visit, Is<ConnectResult> auto &e) {
  visit("peer", e.peer);
  visit.maybe("error", e.error);
  visit.maybe("network", e.network);
}

void fields(auto &visit, Is<Bind> auto &e) {
  visit("over", e.transport);
  visit("local", e.local);
  visit.maybe("v6_only", e.v6_only);
  visit.maybe("network", e.network);
  visit.maybe("port_chosen", e.port_chosen);
}

void fields(auto &visit, Is<Listen> auto &e) {
  visit("over", e.transport);
  visit("local", e.local);
  visit.maybe("v6_only", e.v6_only);
  visit.maybe("network", e.network);
}

void fields(auto &visit, Is<ListenEnd> auto &e) {
  visit("local", e.local);
  visit.maybe("network", e.network);
}
void fields(auto &visit, Is<UnixConnect> auto &e) {
  visit("path", e.path);
}
void fields(auto &visit, Is<UnixListen> auto &e) {
  visit("path", e.path);
}

void fields(auto &visit, Is<NameAnswer> auto &e) {
  visit("source", e.source);
  visit("name", e.name);
  visit("over", e.transport);
  visit.maybe("type", e.type);
  visit.maybe("addresses", e.addresses);
  visit.maybe("resolver", e.resolver);
}

void fields(auto &visit, Is<FileUse> auto &e) {
  visit("access", e.access);
  visit("path", e.path);
  visit.maybe("file", e.file);
  visit.maybe("tracked", e.tracked);
  visit.maybe("target", e.target);
  visit.maybe("device", e.device);
}

void fields(auto &visit, Is<Inspect> auto &e) {
  visit("how", e.how);
  visit("target", e.target);
  visit.maybe("target_exe", e.target_exe);
}

void fields(auto &visit, Is<KernelUse> auto &e) {
  visit("operation", e.operation);
  visit.maybe("detail", e.detail);
}

void fields(auto &visit, Is<Volume> auto &e) {
  visit("peer", e.peer);
  visit("sent", e.sent);
  visit("received", e.received);
}

void fields(auto &visit, Is<ContainerStart> auto &e) {
  visit("id", e.id);
  visit("image", e.image);
  visit.maybe("name", e.name);
  visit.maybe("service", e.service);
  visit("linked_by", e.linked_by);
  visit.maybe("asked_by", e.asked_by);
  visit.maybe("addresses", e.addresses);
  visit.maybe("published", e.published);
}

void fields(auto &visit, Is<UserName> auto &e) {
  visit("uid", e.uid);
  visit("name", e.name);
}

void fields(auto &visit, Is<ProgramContent> auto &e) {
  visit("exe", e.exe);
  visit("content", e.content);
}

void fields(auto &visit, Is<Root> auto &root) {
  visit("sentinel", root.sentinel);
  visit("path", root.path);
}

void fields(auto &visit, Is<RunInfo> auto &run) {
  visit("name", run.name);
  visit("command", run.command);
  visit("cwd", run.cwd);
  visit("roots", run.roots);
  visit("main_process", run.main_process);
  visit("builder_uid", run.builder_uid);
  visit("hostname", run.hostname);
  visit("architecture", run.architecture);
  visit("kernel", run.kernel);
  visit.maybe("resolvers", run.resolvers);
  visit.maybe("search_domains", run.search_domains);
  visit("ephemeral_first", run.ephemeral_first);
  visit("ephemeral_last", run.ephemeral_last);
  visit.maybe("proxies", run.proxies);
  visit.maybe("container_image", run.container_image);
  visit.maybe("blind_to", run.blind_to);
  visit.maybe("labels", run.labels);
}

void fields(auto &visit, Is<Loss> auto &loss) {
  visit.maybe("ring_full", loss.ring_full);
  visit.maybe("map_full", loss.map_full);
  visit.maybe("unreadable", loss.unreadable);
  visit.maybe("skipped_programs", loss.skipped_programs);
  visit.maybe("sequence_gaps", loss.sequence_gaps);
  visit.maybe("undecodable", loss.undecodable);
  visit.maybe("unclosed_processes", loss.unclosed_processes);
  visit.maybe("probe_died", loss.probe_died);
}

void fields(auto &visit, Is<Census> auto &census) {
  visit.maybe("records", census.records);
  visit.maybe("no_room", census.no_room);
  visit.maybe("skipped", census.skipped);
  visit.maybe("held", census.held);
  visit.maybe("repeats", census.repeats);
}

void fields(auto &visit, Is<RunEnd> auto &end) {
  visit("status", end.wait_status);
  visit("loss", end.loss);
  visit.maybe("truncated_strings", end.truncated_strings);
  visit.maybe("left_running", end.left_running);
  visit("duration_ns", end.duration_ns);
  visit.maybe("census", end.census);
}

} // namespace buildprint::schema

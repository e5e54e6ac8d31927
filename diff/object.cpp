#include "diff/object.hpp"

#include <algorithm>

namespace buildprint {
namespace {

using namespace object;

template <typename Form> const Form *connected(const Behavior &behavior) {
  return behavior.kind == Kind::connect ? behavior.object.as<Form>() : nullptr;
}

/// The protocol of most connections is left out.
std::string port_text(const Port &port, const std::string &protocol) {
  const auto number = to_string(port);
  return (number.empty() ? "" : ':' + number) + (protocol == "tcp" ? "" : '/' + protocol);
}

std::string described(const Host &host) {
  const auto text = host_text(host) + port_text(host.port, host.protocol) +
                    (host.proxy.empty() ? "" : " via " + host.proxy);
  return is_metadata_service(host) ? "the metadata service " + text : text;
}

} // namespace

bool is_metadata_service(const Host &host) {
  constexpr std::string_view k_hosts[] = {
      "169.254.169.254", "169.254.170.2",   "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23",
      "fd20:ce::254",    "100.100.100.200", "192.0.0.192",    "168.63.129.16", "metadata.google.internal",
      "metadata"};
  return !is_claimed(host) &&
         std::find(std::begin(k_hosts), std::end(k_hosts), host.name) != std::end(k_hosts);
}

bool talks_to_system_resolver(const Behavior &behavior) {
  return connected<SystemResolver>(behavior) != nullptr;
}

const Host *connected_host(const Behavior &behavior) {
  return connected<Host>(behavior);
}

bool talks_to_foreign_resolver(const Behavior &behavior) {
  constexpr std::uint16_t k_dns = 53, k_dns_over_tls = 853;
  const auto *to = connected_host(behavior);
  return to != nullptr && to->port.kind == Port::Kind::number &&
         (to->port.number == k_dns || to->port.number == k_dns_over_tls);
}

bool is_egress(const Behavior &behavior) {
  return connected_host(behavior) != nullptr;
}

bool is_loopback_connection(const Behavior &behavior) {
  return connected<LoopbackPort>(behavior) != nullptr || connected<LoopbackProgram>(behavior) != nullptr;
}

bool talks_to_daemon(const Behavior &behavior) {
  return connected<DaemonSocket>(behavior) != nullptr;
}

bool reads_secret(const Behavior &behavior) {
  return behavior.kind == Kind::read && behavior.object.is<Secret>();
}

bool is_steered(const Behavior &behavior) {
  return behavior.object.is<InjectingVariable>() || behavior.object.is<SocketStream>();
}

bool writes_sink(const Behavior &behavior) {
  return !written_path(behavior).empty();
}

bool writes_tracked_source(const Behavior &behavior) {
  return behavior.object.is<TrackedFile>();
}

std::string_view written_path(const Behavior &behavior) {
  if (const auto *sink = behavior.object.as<Sink>()) return sink->path;
  if (const auto *file = behavior.object.as<TrackedFile>()) return file->path;
  return {};
}

bool becomes_root(const Behavior &behavior) {
  const auto *change = behavior.object.as<UserChange>();
  return change != nullptr && change->to == "root";
}

bool inspects_foreign(const Behavior &behavior) {
  const auto *process = behavior.object.as<InspectedProcess>();
  return process != nullptr && process->relation != InspectedProcess::Relation::child;
}

bool touches_memory(const Behavior &behavior) {
  const auto *process = behavior.object.as<InspectedProcess>();
  return process != nullptr && (process->how == "mem" || process->how.starts_with("ptrace") ||
                                process->how.starts_with("process_vm"));
}

bool uses_kernel_for(const Behavior &behavior, std::string_view operation) {
  const auto *use = behavior.object.as<KernelOperation>();
  return use != nullptr && use->operation == operation;
}

std::string reached(const Behavior &behavior) {
  if (behavior.kind != Kind::connect) return behavior.object.text();
  if (const auto *host = connected_host(behavior)) return host_text(*host);
  if (const auto *container = connected<ContainerPort>(behavior)) return "container:" + container->image;
  if (is_loopback_connection(behavior)) return "loopback";
  return behavior.object.text();
}

std::string describe_object(const Behavior &behavior) {
  return std::visit(
      overloaded{
          [](const None &) { return std::string(); },
          [](const SystemResolver &) { return std::string("resolver:53"); },
          [](const Host &host) { return described(host); },
          [](const ContainerPort &to) { return "container:" + to.image + port_text(to.port, to.protocol); },
          [](const LoopbackProgram &to) {
            return "loopback:(" + to.program.text() + ')' + port_text({Port::Kind::none, 0}, to.protocol);
          },
          [](const LoopbackPort &to) { return "loopback" + port_text(to.port, to.protocol); },
          [](const AnyAddress &at) { return "any" + port_text(at.port, at.protocol); },
          [&](const UnixSocket &) { return behavior.object.text(); },
          [&](const UnixProgram &) { return behavior.object.text(); },
          [&](const DaemonSocket &) { return behavior.object.text(); },
          [&](const DnsName &) { return behavior.object.text(); },
          [&](const ReverseLookup &) { return behavior.object.text(); },
          [&](const UserChange &) { return behavior.object.text(); },
          [](const Secret &secret) { return "the " + secret.name + " secret (" + secret.path + ')'; },
          [](const InjectingVariable &variable) { return "the variable " + variable.name; },
          [](const SocketStream &socket) { return "a network socket as its " + socket.stream; },
          [](const Sink &sink) { return sink.path; },
          [](const TrackedFile &file) { return file.path; },
          [](const FileClass &file_class) { return std::string(to_string(file_class)); },
          [&](const InspectedProcess &) { return behavior.object.text(); },
          [&](const KernelOperation &) { return behavior.object.text(); },
          [&](const Other &) { return behavior.object.text(); },
      },
      behavior.object.value());
}

} // namespace buildprint

#include "diff/object.hpp"

#include <algorithm>

namespace buildprint {
namespace {

bool all_of_set(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

std::string_view inspected_by(const Behavior &behavior) {
  return std::string_view(behavior.object).substr(0, behavior.object.find(" of "));
}

} // namespace

std::optional<Destination> destination_of(const Behavior &behavior) {
  if (behavior.kind != Kind::connect && behavior.kind != Kind::listen) return std::nullopt;
  const std::string_view object = behavior.object;
  if (object.starts_with("unix:") || object.starts_with("daemon:")) return std::nullopt;
  const auto slash = object.rfind('/');
  const auto colon = object.rfind(':', slash);
  if (colon == std::string_view::npos) return std::nullopt;
  Destination to;
  to.host = object.substr(0, colon);
  if (to.host.size() >= 2 && to.host.front() == '[' && to.host.back() == ']')
    to.host = to.host.substr(1, to.host.size() - 2);
  if (slash != std::string_view::npos && slash > colon) {
    to.port = object.substr(colon + 1, slash - colon - 1);
    to.protocol = object.substr(slash + 1);
  } else {
    to.port = object.substr(colon + 1);
  }
  return to;
}

bool is_bare_address(std::string_view host) {
  if (host.find(':') != std::string_view::npos) return all_of_set(host, "0123456789abcdefABCDEF:.");
  return std::count(host.begin(), host.end(), '.') == 3 && all_of_set(host, "0123456789.");
}

bool is_claimed(std::string_view host) {
  return host.starts_with("sni:") || host.starts_with("host:");
}

bool is_metadata_service(std::string_view host) {
  constexpr std::string_view k_hosts[] = {
      "169.254.169.254", "169.254.170.2",   "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23",
      "fd20:ce::254",    "100.100.100.200", "192.0.0.192",    "168.63.129.16", "metadata.google.internal",
      "metadata"};
  return std::find(std::begin(k_hosts), std::end(k_hosts), host) != std::end(k_hosts);
}

bool talks_to_system_resolver(const Behavior &behavior) {
  const auto to = destination_of(behavior);
  return behavior.kind == Kind::connect && to && to->host == "resolver";
}

bool talks_to_foreign_resolver(const Behavior &behavior) {
  const auto to = destination_of(behavior);
  return behavior.kind == Kind::connect && to && (to->port == "53" || to->port == "853") &&
         to->host != "resolver" && to->host != "loopback";
}

bool is_egress(const Behavior &behavior) {
  const auto to = destination_of(behavior);
  return behavior.kind == Kind::connect && to && to->host != "resolver" &&
         !to->host.starts_with("loopback") && !to->host.starts_with("container:");
}

bool talks_to_daemon(const Behavior &behavior) {
  return behavior.kind == Kind::connect && behavior.object.starts_with("daemon:");
}

bool reads_secret(const Behavior &behavior) {
  return behavior.kind == Kind::read && behavior.object.starts_with("secret:");
}

bool is_steered(const Behavior &behavior) {
  return behavior.kind == Kind::read &&
         (behavior.object.starts_with("environment:") || behavior.object.starts_with("network:"));
}

bool writes_sink(const Behavior &behavior) {
  return behavior.kind == Kind::write &&
         (behavior.object.starts_with("sink:") || behavior.object.starts_with("tracked:") ||
          behavior.object.starts_with("secret:"));
}

bool writes_tracked_source(const Behavior &behavior) {
  return behavior.kind == Kind::write && behavior.object.starts_with("tracked:");
}

bool inspects_foreign(const Behavior &behavior) {
  return behavior.kind == Kind::inspect && behavior.object.find(" of self") == std::string::npos &&
         behavior.object.find(" of child") == std::string::npos;
}

bool touches_memory(const Behavior &behavior) {
  if (behavior.kind != Kind::inspect) return false;
  const auto how = inspected_by(behavior);
  return how == "mem" || how.starts_with("ptrace") || how.starts_with("process_vm");
}

std::string_view reached(const Behavior &behavior) {
  const auto to = destination_of(behavior);
  return to && behavior.kind == Kind::connect ? to->host : std::string_view(behavior.object);
}

std::string describe_object(const Behavior &behavior) {
  const std::string_view object = behavior.object;
  if (behavior.kind == Kind::connect || behavior.kind == Kind::listen) {
    const auto to = destination_of(behavior);
    if (!to) return std::string(object);
    std::string text(object.substr(0, object.rfind('/')));
    if (to->protocol.empty()) text = object;
    if (!to->protocol.empty() && to->protocol != "tcp") (text += '/') += to->protocol;
    return is_metadata_service(to->host) ? "the metadata service " + text : text;
  }
  if (object.starts_with("secret:") && behavior.kind == Kind::read) {
    const auto name = object.substr(7, object.find(' ') - 7);
    const auto path = object.find(' ');
    return "the " + std::string(name) + " secret" +
           (path == std::string_view::npos ? "" : std::string(object.substr(path)));
  }
  if (object.starts_with("environment:") && behavior.kind == Kind::read)
    return "the variable " + std::string(object.substr(12));
  if (object.starts_with("network:") && behavior.kind == Kind::read)
    return "a network socket as its " + std::string(object.substr(8));
  for (const std::string_view prefix : {"secret:", "sink:", "tracked:"})
    if (object.starts_with(prefix)) return std::string(object.substr(prefix.size()));
  return std::string(object);
}

} // namespace buildprint

#include "fingerprint/object.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "fingerprint/behavior.hpp"

namespace buildprint {
namespace {

using namespace object;

constexpr std::string_view k_resolver = "resolver:53", k_sni = "sni:", k_http_host = "host:",
                           k_container = "container:", k_loopback = "loopback:", k_any = "any:",
                           k_unix = "unix:", k_daemon = "daemon:unix:", k_via = " via ",
                           k_reverse = "reverse:", k_arrow = "->", k_capability = "+cap_",
                           k_secret = "secret:", k_environment = "environment:", k_network = "network:",
                           k_sink = "sink:", k_tracked = "tracked:", k_of = " of ";

/// Words with a meaning of their own where a host's name stands. A resolver may give such a name to any
/// address: then its first character is percent-encoded, so that "loopback:443/tcp" is never a host.
constexpr std::array<std::string_view, 9> k_reserved_hosts{
    "resolver", "sni", "host", "container", "loopback", "any", "unix", "daemon", "reverse"};

constexpr std::array<std::string_view, 6> k_classes{"$WS", "$WS/.git", "$TMP", "$CACHE", "$HOME", "system"};

constexpr std::array<std::string_view, 4> k_relations{"others", "child", "ancestor", "foreign"};

bool needs_escape(std::string_view name) {
  return std::ranges::find(k_reserved_hosts, name) != k_reserved_hosts.end() || is_address(name);
}

std::string encode_first(std::string_view name) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(name.front());
  return std::string{'%', k_digits[byte >> 4], k_digits[byte & 15]} + std::string(name.substr(1));
}

std::string name_text(const std::string &name) {
  return needs_escape(name) ? encode_first(name) : name;
}

/// Inverse of name_text().
std::string parse_name(std::string_view text) {
  unsigned byte = 0;
  if (!text.starts_with('%') || text.size() < 3 ||
      std::from_chars(text.data() + 1, text.data() + 3, byte, 16).ptr != text.data() + 3)
    return std::string(text);
  auto name = static_cast<char>(byte) + std::string(text.substr(3));
  return needs_escape(name) ? name : std::string(text);
}

/// "HOST:PORT/PROTOCOL" cut apart from the end.
struct HostAndPort {
  std::string_view host;
  Port port;
  std::string_view protocol;
};

std::optional<Port> parse_port(std::string_view text) {
  if (text == "*") return Port{Port::Kind::any, 0};
  if (text == "EPH") return Port{Port::Kind::ephemeral, 0};
  if (text == "refused") return Port{Port::Kind::refused, 0};
  Port port;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port.number);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return std::nullopt;
  return port;
}

std::optional<HostAndPort> parse_host_and_port(std::string_view text) {
  const auto slash = text.rfind('/');
  if (slash == text.npos) return std::nullopt;
  const auto colon = text.rfind(':', slash);
  if (colon == text.npos || text[slash - 1] == ']')
    return HostAndPort{text.substr(0, slash), {Port::Kind::none, 0}, text.substr(slash + 1)};
  const auto port = parse_port(text.substr(colon + 1, slash - colon - 1));
  if (!port) return std::nullopt;
  return HostAndPort{text.substr(0, colon), *port, text.substr(slash + 1)};
}

std::string port_text(const Port &port, const std::string &protocol) {
  return (port.kind == Port::Kind::none ? "" : ':' + to_string(port)) + '/' + protocol;
}

/// What stands between `prefix` and `suffix` in `text`; nullopt where these are not its ends.
std::optional<std::string_view> between(std::string_view text, std::string_view prefix,
                                        std::string_view suffix) {
  if (text.size() < prefix.size() + suffix.size() || !text.starts_with(prefix) || !text.ends_with(suffix))
    return std::nullopt;
  return text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
}

// ------------------------------------------------------------------------------------------------- format

std::string format(const ObjectValue &value) {
  return std::visit(
      overloaded{
          [](const object::None &) { return std::string(); },
          [](const SystemResolver &) { return std::string(k_resolver); },
          [](const Host &host) {
            auto text = host_text(host) + port_text(host.port, host.protocol);
            return host.proxy.empty() ? text : text.append(k_via) + host.proxy;
          },
          [](const ContainerPort &to) {
            return std::string(k_container) + to.image + port_text(to.port, to.protocol);
          },
          [](const LoopbackProgram &to) {
            return std::string(k_loopback) + '(' + to.program.text() + ")/" + to.protocol;
          },
          [](const LoopbackPort &to) { return "loopback" + port_text(to.port, to.protocol); },
          [](const AnyAddress &at) { return "any" + port_text(at.port, at.protocol); },
          [](const UnixSocket &socket) { return std::string(k_unix) + socket.path; },
          [](const UnixProgram &to) { return std::string(k_unix) + '(' + to.program.text() + ')'; },
          [](const DaemonSocket &socket) { return std::string(k_daemon) + socket.path; },
          [](const DnsName &dns) {
            return name_text(dns.name) + (dns.resolver.empty() ? "" : std::string(k_via) + dns.resolver);
          },
          [](const ReverseLookup &lookup) { return std::string(k_reverse) + lookup.address; },
          [](const UserChange &change) {
            auto text = change.from + std::string(k_arrow) + change.to;
            for (const auto &capability : change.capabilities) text.append(k_capability) += capability;
            return text;
          },
          [](const Secret &secret) { return std::string(k_secret) + secret.name + " (" + secret.path + ')'; },
          [](const InjectingVariable &variable) { return std::string(k_environment) + variable.name; },
          [](const SocketStream &socket) { return std::string(k_network) + socket.stream; },
          [](const Sink &sink) { return std::string(k_sink) + sink.path; },
          [](const TrackedFile &file) { return std::string(k_tracked) + file.path; },
          [](const FileClass &file_class) { return std::string(to_string(file_class)); },
          [](const InspectedProcess &process) {
            auto text = process.how + std::string(k_of);
            text += k_relations.at(static_cast<std::size_t>(process.relation));
            return process.program.empty() ? text : text + ':' + process.program.text();
          },
          [](const KernelOperation &use) {
            auto text = use.operation;
            for (const auto &detail : use.details) (text += ' ') += detail;
            return text;
          },
          [](const object::Other &other) { return other.text; },
      },
      value);
}

// -------------------------------------------------------------------------------------------------- parse

ObjectValue other(std::string_view text) {
  return object::Other{std::string(text)};
}

std::optional<ObjectValue> parse_host(std::string_view text) {
  Host host;
  if (const auto via = text.find(k_via); via != text.npos) {
    host.proxy = text.substr(via + k_via.size());
    text = text.substr(0, via);
  }
  const auto parts = parse_host_and_port(text);
  if (!parts) return std::nullopt;
  auto name = parts->host;
  if (name.starts_with(k_sni) || name.starts_with(k_http_host)) {
    host.source = name.starts_with(k_sni) ? Host::Source::tls_sni : Host::Source::http_host;
    name.remove_prefix(k_sni.size() + (host.source == Host::Source::http_host ? 1 : 0));
    host.name = name;
  } else if (const auto v6 = between(name, "[", "]")) {
    host.source = Host::Source::address;
    host.name = *v6;
  } else {
    host.source = is_address(name) ? Host::Source::address : Host::Source::resolver;
    host.name = parse_name(name);
  }
  host.port = parts->port;
  host.protocol = parts->protocol;
  return host;
}

std::optional<ObjectValue> parse_loopback(std::string_view text) {
  const auto parts = parse_host_and_port(text);
  if (parts && parts->host == "loopback") return LoopbackPort{parts->port, std::string(parts->protocol)};
  const auto slash = text.rfind('/');
  const auto name = between(text.substr(0, slash), "loopback:(", ")");
  if (slash == text.npos || !name) return std::nullopt;
  return LoopbackProgram{Program::parse(*name), std::string(text.substr(slash + 1))};
}

std::optional<ObjectValue> parse_socket(std::string_view text) {
  if (text == k_resolver) return SystemResolver{};
  if (text.starts_with(k_daemon)) return DaemonSocket{std::string(text.substr(k_daemon.size()))};
  if (const auto name = between(text, "unix:(", ")")) return UnixProgram{Program::parse(*name)};
  if (text.starts_with(k_unix)) return UnixSocket{std::string(text.substr(k_unix.size()))};
  if (text.starts_with(k_loopback)) return parse_loopback(text);
  if (text.starts_with(k_container)) {
    const auto parts = parse_host_and_port(text.substr(k_container.size()));
    if (!parts) return std::nullopt;
    return ContainerPort{std::string(parts->host), parts->port, std::string(parts->protocol)};
  }
  if (text.starts_with(k_any)) {
    const auto parts = parse_host_and_port(text);
    if (!parts || parts->host != "any") return std::nullopt;
    return AnyAddress{parts->port, std::string(parts->protocol)};
  }
  return parse_host(text);
}

std::optional<ObjectValue> parse_resolve(std::string_view text) {
  if (text.starts_with(k_reverse)) return ReverseLookup{std::string(text.substr(k_reverse.size()))};
  const auto via = text.find(k_via);
  DnsName dns{parse_name(text.substr(0, via)), {}};
  if (via != text.npos) dns.resolver = text.substr(via + k_via.size());
  return dns;
}

std::optional<ObjectValue> parse_become(std::string_view text) {
  const auto arrow = text.find(k_arrow);
  if (arrow == text.npos) return std::nullopt;
  UserChange change;
  change.from = text.substr(0, arrow);
  text.remove_prefix(arrow + k_arrow.size());
  auto end = text.find(k_capability);
  change.to = text.substr(0, end);
  while (end != text.npos) {
    text.remove_prefix(end + k_capability.size());
    end = text.find(k_capability);
    change.capabilities.emplace_back(text.substr(0, end));
  }
  return change;
}

std::optional<ObjectValue> parse_read(std::string_view text) {
  if (text.starts_with(k_environment))
    return InjectingVariable{std::string(text.substr(k_environment.size()))};
  if (text.starts_with(k_network)) return SocketStream{std::string(text.substr(k_network.size()))};
  const auto secret = between(text, k_secret, ")");
  const auto open = secret ? secret->find(" (") : text.npos;
  if (open == text.npos) return std::nullopt;
  return Secret{std::string(secret->substr(0, open)), std::string(secret->substr(open + 2))};
}

std::optional<ObjectValue> parse_write(std::string_view text) {
  if (text.starts_with(k_sink)) return Sink{std::string(text.substr(k_sink.size()))};
  if (text.starts_with(k_tracked)) return TrackedFile{std::string(text.substr(k_tracked.size()))};
  const auto file_class = std::ranges::find(k_classes, text);
  if (file_class != k_classes.end()) return static_cast<FileClass>(file_class - k_classes.begin());
  return std::nullopt;
}

std::optional<ObjectValue> parse_inspect(std::string_view text) {
  const auto of = text.find(k_of);
  if (of == text.npos) return std::nullopt;
  InspectedProcess process;
  process.how = text.substr(0, of);
  text.remove_prefix(of + k_of.size());
  const auto colon = text.find(':');
  const auto relation = std::ranges::find(k_relations, text.substr(0, colon));
  if (relation == k_relations.end()) return std::nullopt;
  process.relation = static_cast<InspectedProcess::Relation>(relation - k_relations.begin());
  if (colon != text.npos) process.program = Program::parse(text.substr(colon + 1));
  return process;
}

std::optional<ObjectValue> parse_kernel(std::string_view text) {
  const auto words = split(text, ' ');
  return KernelOperation{std::string(words.front()), {words.begin() + 1, words.end()}};
}

std::optional<ObjectValue> parse_value(Kind kind, std::string_view text) {
  if (text.empty()) return object::None{};
  switch (kind) {
  case Kind::exec:
    return std::nullopt;
  case Kind::connect:
  case Kind::listen:
    return parse_socket(text);
  case Kind::resolve:
    return parse_resolve(text);
  case Kind::become:
    return parse_become(text);
  case Kind::read:
    return parse_read(text);
  case Kind::write:
    return parse_write(text);
  case Kind::inspect:
    return parse_inspect(text);
  case Kind::kernel:
    return parse_kernel(text);
  }
  return std::nullopt;
}

} // namespace

Object::Object(ObjectValue value, int) : value_(std::move(value)), text_(format(value_)) {}

Object Object::parse(Kind kind, std::string_view text) {
  if (auto value = parse_value(kind, text)) {
    Object object(std::move(*value), 0);
    if (object.text_ == text) return object;
  }
  return Object(other(text), 0);
}

std::string_view to_string(object::FileClass file_class) {
  return k_classes.at(static_cast<std::size_t>(file_class));
}

std::string to_string(object::Port port) {
  switch (port.kind) {
  case object::Port::Kind::any:
    return "*";
  case object::Port::Kind::ephemeral:
    return "EPH";
  case object::Port::Kind::refused:
    return "refused";
  case object::Port::Kind::none:
    return {};
  case object::Port::Kind::number:
    break;
  }
  return std::to_string(port.number);
}

bool is_address(std::string_view host) {
  const auto only = [&](std::string_view characters) {
    return !host.empty() && host.find_first_not_of(characters) == host.npos;
  };
  if (host.find(':') != host.npos) return only("0123456789abcdefABCDEF:.");
  return std::ranges::count(host, '.') == 3 && only("0123456789.");
}

bool is_claimed(const object::Host &host) {
  return host.source == object::Host::Source::tls_sni || host.source == object::Host::Source::http_host;
}

std::string host_text(const object::Host &host) {
  switch (host.source) {
  case object::Host::Source::tls_sni:
    return std::string(k_sni) + host.name;
  case object::Host::Source::http_host:
    return std::string(k_http_host) + host.name;
  case object::Host::Source::address:
    return host.name.find(':') == std::string::npos ? host.name : '[' + host.name + ']';
  case object::Host::Source::resolver:
    break;
  }
  return name_text(host.name);
}

} // namespace buildprint

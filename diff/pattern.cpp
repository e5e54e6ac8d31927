#include "diff/pattern.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/text.hpp"

namespace buildprint {
namespace {

/// "tcp", but not the "24" or "24:443" behind a network's slash.
bool is_protocol(std::string_view text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz*") == std::string_view::npos;
}

/// nullopt when the text is not a number that fits.
std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// IPv4 as the IPv6 that maps it, so that there is one comparison.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4 = false;
};

std::optional<Address> address_from(std::string_view text) {
  const std::string copy(text);
  Address address;
  if (::inet_pton(AF_INET, copy.c_str(), address.bytes.data() + 12) == 1) {
    address.bytes[10] = address.bytes[11] = 0xFF;
    address.is_v4 = true;
    return address;
  }
  if (::inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

struct Network {
  Address address;
  unsigned prefix = 128; ///< of the mapped form
};

/// "203.0.113.0/24", "2001:db8::/32", or one address.
std::optional<Network> network_from(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = address_from(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{*address, 128};
  if (slash == std::string_view::npos) return network;
  const auto prefix = number(text.substr(slash + 1));
  if (!prefix || *prefix > (address->is_v4 ? 32u : 128u)) return std::nullopt;
  network.prefix = *prefix + (address->is_v4 ? 96 : 0);
  return network;
}

bool contains(const Network &network, const Address &address) {
  for (unsigned bit = 0; bit < network.prefix; ++bit) {
    const unsigned difference = network.address.bytes[bit / 8] ^ address.bytes[bit / 8];
    if ((difference >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

struct Parts {
  std::string_view host, port, protocol; ///< empty = not given
};

/// Of a destination or of an object. A network's "/24" belongs to the host.
Parts take_apart(std::string_view text) {
  Parts parts;
  const auto slash = text.rfind('/');
  if (slash != std::string_view::npos && is_protocol(text.substr(slash + 1))) {
    parts.protocol = text.substr(slash + 1);
    text = text.substr(0, slash);
  }
  if (text.starts_with('[')) {
    const auto close = std::min(text.find(']'), text.size());
    parts.host = text.substr(1, close - 1);
    if (text.substr(close).starts_with("]:")) parts.port = text.substr(close + 2);
    return parts;
  }
  const auto colon = text.rfind(':');
  const bool bare_v6 = std::count(text.begin(), text.end(), ':') > 1;
  parts.host = bare_v6 ? text : text.substr(0, colon);
  if (colon != std::string_view::npos && !bare_v6) parts.port = text.substr(colon + 1);
  return parts;
}

bool whole_object(std::string_view pattern) {
  return pattern.starts_with("unix:") || pattern.starts_with("daemon:") ||
         pattern.starts_with("loopback:(") || pattern.starts_with("container:");
}

bool labels_match(const std::vector<std::string_view> &pattern, const std::vector<std::string_view> &name) {
  // Only the first label of a pattern can be "**": the names of one owner share their end, not their start.
  const bool deep = pattern.front() == "**";
  if (deep ? name.size() < pattern.size() : name.size() != pattern.size()) return false;
  for (std::size_t i = 1; i <= pattern.size() - (deep ? 1 : 0); ++i)
    if (!glob_matches(pattern[pattern.size() - i], name[name.size() - i])) return false;
  return true;
}

bool host_matches(std::string_view pattern, std::string_view host) {
  if (pattern == "*" || pattern == host) return true;
  const auto address = address_from(host);
  const auto network = network_from(pattern);
  if (address || network) return address && network && contains(*network, *address);
  return labels_match(split(pattern, '.'), split(host, '.'));
}

bool port_matches(std::string_view pattern, std::string_view port) {
  if (pattern.empty() || pattern == "*" || pattern == port) return true;
  const auto dash = pattern.find('-');
  if (dash == std::string_view::npos) return false;
  const auto value = number(port), first = number(pattern.substr(0, dash)),
             last = number(pattern.substr(dash + 1));
  return value && first && last && *first <= *value && *value <= *last;
}

/// What a destination is compared with.
struct Destination {
  std::string host, port, protocol;
};

/// nullopt for what only a pattern of the whole object can match.
std::optional<Destination> destination_of(const Object &object) {
  if (const auto *to = object.as<object::Host>()) {
    // What only the client says, and what a proxy is asked for, is not the host that the pattern means.
    const bool certain = !is_claimed(*to) && to->proxy.empty();
    return Destination{certain ? to->name : object.text(), to_string(to->port), to->protocol};
  }
  if (const auto *to = object.as<object::LoopbackPort>())
    return Destination{"loopback", to_string(to->port), to->protocol};
  if (const auto *at = object.as<object::AnyAddress>())
    return Destination{"any", to_string(at->port), at->protocol};
  if (const auto *dns = object.as<object::DnsName>())
    return Destination{dns->resolver.empty() ? dns->name : object.text(), {}, {}};
  if (object.is<object::ReverseLookup>()) return Destination{object.text(), {}, {}};
  if (object.is<object::SystemResolver>()) return Destination{"resolver", "53", {}};
  return std::nullopt;
}

std::vector<std::string_view> elements_of(std::string_view pattern) {
  constexpr std::string_view k_arrow = " > ";
  std::vector<std::string_view> elements;
  while (true) {
    const auto at = pattern.find(k_arrow);
    elements.push_back(pattern.substr(0, at));
    if (at == std::string_view::npos) return elements;
    pattern.remove_prefix(at + k_arrow.size());
  }
}

} // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  // One retry position for each kind of star: the later `*`, and, where it cannot stretch over '/', the `**`.
  std::size_t p = 0, t = 0;
  constexpr auto k_none = std::string_view::npos;
  std::size_t star = k_none, star_text = 0, deep = k_none, deep_text = 0;
  while (true) {
    if (p < pattern.size() && pattern[p] == '*') {
      const bool is_deep = pattern.substr(p).starts_with("**");
      p += is_deep ? 2 : 1;
      (is_deep ? deep : star) = p;
      (is_deep ? deep_text : star_text) = t;
      if (is_deep) star = k_none;
    } else if (t == text.size()) {
      return p == pattern.size();
    } else if (p < pattern.size() && (pattern[p] == text[t] || (pattern[p] == '?' && text[t] != '/'))) {
      ++p;
      ++t;
    } else if (star != k_none && text[star_text] != '/') {
      p = star;
      t = ++star_text;
    } else if (deep != k_none && deep_text < text.size()) {
      star = k_none;
      p = deep;
      t = ++deep_text;
    } else {
      return false;
    }
  }
}

bool lineage_matches(std::string_view pattern, const Lineage &lineage) {
  const auto elements = elements_of(pattern);
  constexpr auto k_none = std::string_view::npos;
  std::size_t e = 0, l = 0, deep = k_none, deep_lineage = 0; // as in glob_matches, with whole elements
  while (true) {
    if (e < elements.size() && elements[e] == "**") {
      deep = ++e;
      deep_lineage = l;
    } else if (l == lineage.size()) {
      return e == elements.size();
    } else if (e < elements.size() && glob_matches(elements[e], lineage[l].text())) {
      ++e;
      ++l;
    } else if (deep != k_none) {
      e = deep;
      l = ++deep_lineage;
    } else {
      return false;
    }
  }
}

bool destination_matches(std::string_view pattern, const Object &object) {
  if (whole_object(pattern)) return glob_matches(pattern, object.text());
  const Parts wanted = take_apart(pattern);
  const auto actual = destination_of(object);
  return actual && port_matches(wanted.port, actual->port) &&
         (wanted.protocol.empty() || wanted.protocol == "*" || wanted.protocol == actual->protocol) &&
         host_matches(wanted.host, actual->host);
}

std::string destination_problem(std::string_view pattern) {
  if (whole_object(pattern)) return {};
  const Parts parts = take_apart(pattern);
  if (parts.host.empty()) return "the host is missing";
  if (parts.host.find('/') != std::string_view::npos && !network_from(parts.host))
    return "neither a network nor a host";
  for (const auto bound : split(parts.port, '-')) {
    const auto port = number(bound);
    if (!parts.port.empty() && parts.port != "*" && parts.port != "EPH" && (!port || *port > 65535))
      return "a port is a number up to 65535, a range, or *";
  }
  const auto labels = split(parts.host, '.');
  for (const auto &label : labels)
    if (&label != &labels.front() && label.find("**") != std::string_view::npos)
      return "** can only be the first label";
  return {};
}

bool destination_too_broad(std::string_view pattern) {
  if (whole_object(pattern))
    return pattern.find_first_not_of("*", pattern.find(':') + 1) == std::string_view::npos;
  const auto host = take_apart(pattern).host;
  if (const auto network = network_from(host))
    return network->prefix < (network->address.is_v4 ? 96u + 8u : 16u);
  const auto labels = split(host, '.');
  const auto wild = std::count_if(labels.begin(), labels.end(),
                                  [](auto label) { return label.find('*') != std::string_view::npos; });
  return wild > 0 && labels.size() - static_cast<std::size_t>(wild) < 2;
}

} // namespace buildprint

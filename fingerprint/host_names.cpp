#include "fingerprint/host_names.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "base/text.hpp"
#include "fingerprint/paths.hpp"

namespace buildprint {
namespace {

constexpr std::uint16_t k_dns_port = 53;
/// Docker's, in the network namespace of each container.
constexpr std::string_view k_container_resolver = "127.0.0.11";

std::optional<std::array<unsigned char, 4>> ipv4(std::string_view text) {
  std::array<unsigned char, 4> bytes{};
  if (::inet_pton(AF_INET, std::string(text).c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

/// Whether an address may change from run to run behind one name. Private and link-local ones are the
/// network's own, and a cloud's metadata service is one of them: they keep their address whatever is claimed.
bool is_public(std::string_view address) {
  if (const auto bytes = ipv4(address)) {
    const auto &b = *bytes;
    return b[0] != 10 && b[0] != 0 && b[0] < 224 && !(b[0] == 172 && (b[1] & 0xF0) == 16) &&
           !(b[0] == 192 && b[1] == 168) && !(b[0] == 169 && b[1] == 254) &&
           !(b[0] == 100 && (b[1] & 0xC0) == 64) && !(b[0] == 192 && b[1] == 0 && b[2] == 0);
  }
  return !address.starts_with("fc") && !address.starts_with("fd") && !address.starts_with("fe") &&
         !address.starts_with("ff");
}

/// Whether a client's words can be a host's name or address at all, and one beyond this machine.
bool is_host(std::string_view host) {
  constexpr std::string_view k_characters = "abcdefghijklmnopqrstuvwxyz0123456789.-_:[]";
  if (host.empty() || host.find_first_not_of(k_characters) != host.npos) return false;
  // "127.evil.example" is a name.
  return host != "localhost" && !host.ends_with(".localhost") && host != "[::1]" &&
         !(ipv4(host) && is_loopback(host));
}

/// A host that says something which the peer's address does not.
bool is_name(std::string_view host) {
  return is_host(host) && host.find_first_of(":[]") == host.npos && !ipv4(host);
}

/// "host" and "443" of "host:443", "[::1]:443", "host"; no host where what follows is no port.
std::pair<std::string_view, std::string_view> host_and_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos || text.find(']', colon) != text.npos) return {text, {}};
  if (text.find(':') != colon && !text.starts_with('[')) return {text, {}};
  const auto port = text.substr(colon + 1);
  if (port.empty() || port.find_first_not_of("0123456789") != port.npos) return {};
  return {text.substr(0, colon), port};
}

/// A name that a resolver or a client chose, without what separates a host from its port.
std::string escape_host(std::string_view name) {
  std::string out;
  for (const char c : escape_name(name)) {
    if (c == ':')
      out += "%3A";
    else if (c == '/')
      out += "%2F";
    else if (c == '[')
      out += "%5B";
    else if (c == ']')
      out += "%5D";
    else
      out += c;
  }
  return out;
}

/// "203.0.113.7" of "7.113.0.203.in-addr.arpa"; empty for any other name.
std::string reverse_name(std::string_view name) {
  constexpr std::string_view k_v4 = ".in-addr.arpa";
  if (!name.ends_with(k_v4)) return {};
  name.remove_suffix(k_v4.size());
  std::string address;
  while (true) {
    const auto dot = name.rfind('.');
    address += name.substr(dot == std::string_view::npos ? 0 : dot + 1);
    if (dot == std::string_view::npos) return address;
    address += '.';
    name = name.substr(0, dot);
  }
}

/// Whoever answers chooses how many names there are, and each of them carries this text.
std::string joined(const std::set<std::string> &names) {
  constexpr std::size_t k_most = 8;
  const auto shown = std::min(names.size(), k_most);
  auto text = join({names.begin(), std::next(names.begin(), static_cast<std::ptrdiff_t>(shown))}, ", ");
  if (shown < names.size()) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

} // namespace

bool is_any_address(std::string_view address) {
  return address == "0.0.0.0" || address == "::";
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || is_any_address(address);
}

std::string host_text(const std::string &address) {
  return address.find(':') == std::string::npos ? address : '[' + address + ']';
}

bool HostNames::in_container(NodeId node) const {
  for (; node != k_no_program_yet; node = graph_.node(node).parent)
    if (graph_.program_of(node).parts().kind == ProgramParts::Kind::container) return true;
  return false;
}

bool HostNames::is_own_server(const std::string &resolver) const {
  const bool v6 = resolver.find(':') != std::string::npos;
  return own_servers_.contains(resolver) || own_servers_.contains("::") ||
         (!v6 && own_servers_.contains("0.0.0.0"));
}

void HostNames::listened(const Endpoint &local) {
  if (local.port != k_dns_port || !own_servers_.insert(local.address).second) return;
  std::erase_if(answers_, [&](const auto &one) { return is_own_server(one.first); });
}

bool HostNames::is_resolver(NodeId node, const Endpoint &peer) const {
  if (peer.port != k_dns_port || is_own_server(peer.address)) return false;
  if (peer.address == k_container_resolver && in_container(node)) return true;
  return std::find(run_.resolvers.begin(), run_.resolvers.end(), peer.address) != run_.resolvers.end();
}

std::string HostNames::canonical_host(std::string_view name) const {
  const std::string_view host(run_.hostname);
  const auto short_host = host.substr(0, host.find('.'));
  if (host.empty() || !name.starts_with(short_host)) return escape_host(name);
  // Under a stranger's domain the machine's name is a name like any other: whoever builds there knows it.
  const auto rest = name.substr(short_host.size());
  const bool in_own_domain =
      rest.starts_with('.') && std::find(run_.search_domains.begin(), run_.search_domains.end(),
                                         rest.substr(1)) != run_.search_domains.end();
  return rest.empty() || name == host || in_own_domain ? "$HOST" : escape_host(name);
}

void HostNames::claim(NodeId node, const NameAnswer &event) {
  claims_[{node, event.resolver}].insert({event.source, event.type == "CONNECT", event.name});
}

Object HostNames::answer(NodeId node, const NameAnswer &event, Trace *trace) {
  if (event.source != NameSource::dns) {
    claim(node, event);
    return {};
  }
  auto name = canonical_host(event.name);
  note(trace, "R7", event.name, name);
  if (!is_resolver(node, event.resolver))
    return object::DnsName{name, host_text(event.resolver.address) + ':' +
                                     std::to_string(event.resolver.port) +
                                     (event.transport == Transport::tcp ? "/tcp" : "/udp")};
  auto &answers = answers_[event.resolver.address];
  for (const auto &address : event.addresses) {
    answers.by_lineage[{node, address}].insert(name);
    answers.by_address[address].insert(name);
    answers.names.insert(name);
  }
  if (event.addresses.empty())
    for (const auto &domain : run_.search_domains)
      if (event.name.ends_with('.' + domain)) {
        // The resolver tried its search list: the name that was meant comes as a question of its own.
        name = canonical_host(event.name.substr(0, event.name.size() - domain.size() - 1));
        note(trace, "R9", event.name, name);
      }
  const auto reversed = reverse_name(event.name);
  if (!reversed.empty())
    return object::ReverseLookup{is_loopback(reversed) ? std::string("loopback") : escape_host(reversed)};
  return object::DnsName{name, {}};
}

std::set<std::string> HostNames::resolved(NodeId node, const std::string &address) const {
  std::set<std::string> own, any;
  for (const auto &[resolver, answers] : answers_) {
    const auto lineage = answers.by_lineage.find({node, address});
    if (lineage != answers.by_lineage.end()) own.insert(lineage->second.begin(), lineage->second.end());
    const auto all = answers.by_address.find(address);
    if (all != answers.by_address.end()) any.insert(all->second.begin(), all->second.end());
  }
  return own.empty() ? any : own;
}

bool HostNames::is_resolved(const std::string &name) const {
  return std::any_of(answers_.begin(), answers_.end(),
                     [&](const auto &one) { return one.second.names.contains(name); });
}

std::set<HostNames::Claim> HostNames::claims(NodeId node, const Endpoint &peer) const {
  const auto found = claims_.find({node, peer});
  return found == claims_.end() ? std::set<Claim>() : found->second;
}

std::optional<std::string> HostNames::configured_proxy(NodeId node, const Endpoint &peer) const {
  const auto names = resolved(node, peer.address);
  for (const auto &proxy : run_.proxies) {
    const auto [host, port] = host_and_port(proxy);
    if (port != std::to_string(peer.port)) continue;
    const bool same = host_text(peer.address) == host || names.contains(canonical_host(host)) ||
                      (host == "localhost" && is_loopback(peer.address));
    if (same) return is_loopback(peer.address) ? "loopback:" + std::string(port) : escape_sentinels(proxy);
  }
  return std::nullopt;
}

object::Host HostNames::asked_of_proxy(std::string_view host, std::string_view port,
                                       std::string proxy) const {
  object::Host asked;
  asked.protocol = "tcp";
  asked.proxy = std::move(proxy);
  asked.port.number = 80;
  const auto *end = port.data() + port.size();
  if (!port.empty() && std::from_chars(port.data(), end, asked.port.number).ec != std::errc())
    asked.port = {object::Port::Kind::none, 0}; // more than a port can be
  if (is_name(host)) {
    asked.name = canonical_host(host);
    return asked;
  }
  asked.source = object::Host::Source::address;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  asked.name = escape_host(host);
  return asked;
}

std::vector<HostNames::Host> HostNames::hosts(NodeId node, const Endpoint &peer) const {
  std::vector<Host> hosts;
  // Each name for itself: whether two names share an address today is the hoster's choice, and a name beside
  // a known one must not hide behind it.
  const auto names = resolved(node, peer.address);
  const auto shared = names.size() > 1 ? "the address stands for each of " + joined(names) : std::string();
  for (const auto &name : names) hosts.push_back({object::Host::Source::resolver, name, shared});
  std::set<std::string> lies;
  if (!configured_proxy(node, peer))
    for (const auto &claim : claims(node, peer)) {
      const auto host = host_and_port(claim.name).first;
      const auto name = canonical_host(host);
      if (claim.connects || !is_name(host) || names.contains(name)) continue;
      if (names.empty() && (is_resolved(name) || !is_public(peer.address)))
        lies.insert(name);
      else
        hosts.push_back({claim.source == NameSource::tls_sni ? object::Host::Source::tls_sni
                                                             : object::Host::Source::http_host,
                         name, "the client says so, no answer of the resolver does"});
    }
  if (!lies.empty() || hosts.empty()) {
    const auto doubt = "the client calls it " + joined(lies) + ", which the resolver does not confirm";
    hosts.insert(hosts.begin(),
                 Host{object::Host::Source::address, peer.address, lies.empty() ? std::string() : doubt});
  }
  return hosts;
}

std::vector<object::Host> HostNames::behind(NodeId node, const Endpoint &peer,
                                            const std::string &peer_text) const {
  std::set<object::Host> found;
  const auto proxy = configured_proxy(node, peer);
  for (const auto &claim : claims(node, peer)) {
    // `Host:` says whom a proxy is asked for; any other server is meant itself.
    if (!claim.connects && !(proxy && claim.source == NameSource::http_host)) continue;
    const auto [host, port] = host_and_port(claim.name);
    if (!is_host(host)) continue;
    found.insert(asked_of_proxy(host, port, proxy.value_or(peer_text)));
  }
  return {found.begin(), found.end()};
}

std::vector<std::string> HostNames::notices() const {
  std::set<std::string> notices;
  std::map<std::string, std::set<std::string>> names_by_address;
  for (const auto &[resolver, answers] : answers_)
    for (const auto &[address, names] : answers.by_address)
      names_by_address[address].insert(names.begin(), names.end());
  for (const auto &[address, names] : names_by_address)
    if (names.size() > 1)
      notices.insert(address + " stands for " + joined(names) + ": which of them was meant is not known");
  for (const auto &[key, claims] : claims_)
    if (!is_loopback(key.second.address))
      for (const auto &host : hosts(key.first, key.second))
        if (!host.why.empty() && !host.why.starts_with("the address stands"))
          notices.insert(graph_.program_of(key.first).text() + " connects to " +
                         host_text(key.second.address) + ':' + std::to_string(key.second.port) + " (" +
                         host_text(object::Host{host.source, host.name, {}, {}, {}}) + "): " + host.why);
  return {notices.begin(), notices.end()};
}

} // namespace buildprint

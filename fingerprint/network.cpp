#include "fingerprint/network.hpp"

#include <algorithm>
#include <array>

#include "fingerprint/paths.hpp"

namespace buildprint {
namespace {

/// The peer of a loopback connection whose listener is known: its address and port say nothing more.
const Endpoint k_settled{"127.0.0.1", 0};

bool is_any(std::string_view address) {
  return address == "0.0.0.0" || address == "::";
}

std::string_view text_of(Transport transport) {
  switch (transport) {
  case Transport::tcp:
    return "tcp";
  case Transport::udp:
    return "udp";
  case Transport::raw:
    return "raw";
  case Transport::other:
    break;
  }
  return "other";
}

std::string host_text(const std::string &address) {
  return address.find(':') == std::string::npos ? address : '[' + address + ']';
}

std::string raw_text(const Endpoint &peer, Transport transport) {
  return host_text(peer.address) + ':' + std::to_string(peer.port) + '/' + std::string(text_of(transport));
}

std::string object_text(const std::string &host, const Endpoint &peer, Transport transport) {
  const auto protocol = '/' + std::string(text_of(transport));
  return transport == Transport::raw ? host + protocol : host + ':' + std::to_string(peer.port) + protocol;
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

} // namespace

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || is_any(address);
}

Network::Network(const RunInfo &run, const CausalGraph &graph) : run_(run), graph_(graph) {}

bool Network::is_resolver(const Endpoint &peer) const {
  return peer.port == 53 &&
         std::find(run_.resolvers.begin(), run_.resolvers.end(), peer.address) != run_.resolvers.end();
}

void Network::connect(const Actor &actor, const Connect &event, std::uint64_t time_ns) {
  Attempt attempt{actor, event.transport, event.peer, 0};
  const bool loopback = is_loopback(event.peer.address) && !is_resolver(event.peer);
  const Port port{event.transport, event.peer.port};
  if (loopback) {
    const auto open = open_.find(port);
    if (open != open_.end() && !open->second.empty()) {
      const auto &listener = open->second.back().key;
      attempt.listener = graph_.node(listener.actor.node).program;
      attempt.peer = k_settled;
      listeners_[listener].reached_by_loopback = true;
    } else {
      waiting_[port].insert(attempt);
    }
  }
  auto &seen = attempts_[attempt].seen;
  seen.add(time_ns);
  if (seen.raw.size() < Sightings::k_shown) seen.show(raw_text(event.peer, event.transport));
}

void Network::connect_result(const Actor &actor, const ConnectResult &event) {
  const auto found = attempts_.find({actor, Transport::tcp, event.peer, 0});
  if (found == attempts_.end()) return;
  (event.error == 0 ? found->second.established : found->second.refused) = true;
}

void Network::listen(const Actor &actor, Transport transport, const Endpoint &local, std::uint64_t time_ns) {
  const Listener listener{actor, transport, local};
  auto &state = listeners_[listener];
  state.seen.add(time_ns);
  state.seen.show(raw_text(local, transport));
  if (is_any(local.address) && closed_unreached_.contains(actor.node)) port_seekers_.insert(actor.node);
  if (!is_loopback(local.address)) return;
  const Port port{transport, local.port};
  auto &open = open_[port];
  const auto same =
      std::find_if(open.begin(), open.end(), [&](const Open &one) { return one.key == listener; });
  if (same != open.end())
    ++same->count;
  else
    open.push_back({listener, 1});
  const auto program = graph_.node(actor.node).program;
  last_listener_[port] = program;
  // Clients that polled until the listener was there meant it.
  const auto waiting = waiting_.find(port);
  if (waiting == waiting_.end()) return;
  for (auto attempt : waiting->second) {
    const auto before = attempts_.extract(attempt);
    attempt.listener = program;
    attempt.peer = k_settled;
    if (before) attempts_[attempt].seen.add(before.mapped().seen);
    state.reached_by_loopback = true;
  }
  waiting_.erase(waiting);
}

void Network::listen_end(const Endpoint &local) {
  const auto found = open_.find({Transport::tcp, local.port});
  if (found == open_.end()) return;
  auto &open = found->second;
  const auto ended =
      std::find_if(open.begin(), open.end(), [&](const Open &one) { return one.key.local == local; });
  if (ended == open.end() || --ended->count > 0) return;
  auto &state = listeners_[ended->key];
  state.closed = true;
  if (is_any(local.address) && !state.reached_by_loopback) closed_unreached_.insert(ended->key.actor.node);
  forget_port(ended->key);
  open.erase(ended);
}

void Network::forget_port(const Listener &listener) {
  // A suite that opens a hundred thousand ports in turn has one listener, not so many.
  const auto found = listeners_.find(listener);
  const bool ephemeral = port_text(listener.local) == "EPH";
  if (found == listeners_.end() ||
      (is_any(listener.local.address) && !found->second.reached_by_loopback && !ephemeral))
    return;
  auto folded = listener;
  folded.local.port = 0;
  const auto state = listeners_.extract(found);
  auto &into = listeners_[folded];
  into.seen.add(state.mapped().seen);
  into.reached_by_loopback |= state.mapped().reached_by_loopback;
}

void Network::bind(const Actor &actor, const Bind &event, std::uint64_t time_ns) {
  // TCP sockets are told by Listen. A datagram socket listens from its bind on; with port 0 it may as well be
  // a client that resolvers and node's dgram bind explicitly.
  if (event.transport != Transport::udp) return;
  if (event.local.port == 0)
    udp_port_chosen_by_kernel_ = true;
  else
    listen(actor, Transport::udp, event.local, time_ns);
}

std::string Network::canonical_host(std::string_view name) const {
  const std::string_view host(run_.hostname);
  const auto short_host = host.substr(0, host.find('.'));
  if (!host.empty() && (name == host || name.substr(0, name.find('.')) == short_host)) return "$HOST";
  return escape_sentinels(name);
}

std::string Network::answer(const Actor &actor, const NameAnswer &event, Trace *trace) {
  // Names told by the client itself (TLS, HTTP) are the client's claim: they name no address.
  if (event.source != NameSource::dns) return {};
  auto name = canonical_host(event.name);
  note(trace, "R7", event.name, name);
  const bool trusted =
      std::find(run_.resolvers.begin(), run_.resolvers.end(), event.resolver.address) != run_.resolvers.end();
  if (!trusted) return name + " via " + raw_text(event.resolver, event.transport);
  for (const auto &address : event.addresses) {
    names_by_actor_[{actor.node, address}].insert(name);
    names_[address].insert(name);
  }
  if (event.addresses.empty())
    for (const auto &domain : run_.search_domains)
      if (event.name.ends_with('.' + domain)) {
        // The resolver tried its search list: the name that was meant comes as a question of its own.
        name = canonical_host(event.name.substr(0, event.name.size() - domain.size() - 1));
        note(trace, "R9", event.name, name);
      }
  const auto reversed = reverse_name(event.name);
  if (!reversed.empty()) name = "reverse:" + (is_loopback(reversed) ? std::string("loopback") : reversed);
  return name;
}

std::vector<std::string> Network::names_of(NodeId node, const std::string &address) const {
  const auto own = names_by_actor_.find({node, address});
  if (own != names_by_actor_.end()) return {own->second.begin(), own->second.end()};
  const auto any = names_.find(address);
  if (any != names_.end()) return {any->second.begin(), any->second.end()};
  return {};
}

std::set<NodeId> Network::port_scanners() const {
  // Who is refused at two may know both; the third says that it is looking.
  constexpr std::size_t k_least_ports = 3;
  std::map<NodeId, std::set<std::uint16_t>> ports;
  for (const auto &[attempt, outcome] : attempts_)
    if (is_loopback(attempt.peer.address) && attempt.listener == 0 && outcome.refused &&
        !outcome.established && !last_listener_.contains({attempt.transport, attempt.peer.port}))
      ports[attempt.actor.node].insert(attempt.peer.port);
  std::set<NodeId> scanners;
  for (const auto &[node, refused] : ports)
    if (refused.size() >= k_least_ports) scanners.insert(node);
  return scanners;
}

void Network::name_attempt(const Attempt &attempt, const Outcome &outcome, const std::set<NodeId> &scanners,
                           std::vector<Found> &found) const {
  const auto &raw = outcome.seen.raw.front();
  const auto add = [&](const std::string &object, std::string_view rule) {
    Found one{Kind::connect, attempt.actor, object, outcome.seen, {}};
    one.established = outcome.established;
    note(&one.rewrites, rule, raw, object);
    found.push_back(std::move(one));
  };
  const auto protocol = '/' + std::string(text_of(attempt.transport));
  if (is_resolver(attempt.peer)) return add("resolver:53", "R9");
  if (!is_loopback(attempt.peer.address)) {
    // Each name for itself: whether two names share an address today is the hoster's choice, and a name
    // beside a known one must not hide behind it.
    const auto names = names_of(attempt.actor.node, attempt.peer.address);
    for (const auto &name : names) add(object_text(name, attempt.peer, attempt.transport), "R9");
    const auto container = containers_.find(attempt.peer.address);
    if (names.empty() && container != containers_.end())
      add(object_text(container->second, attempt.peer, attempt.transport), "R9");
    else if (names.empty())
      add(object_text(host_text(attempt.peer.address), attempt.peer, attempt.transport), "R9");
    return;
  }
  auto listener = attempt.listener;
  if (listener == 0) {
    const auto last = last_listener_.find({attempt.transport, attempt.peer.port});
    if (last != last_listener_.end()) listener = last->second;
  }
  const auto published = published_.find(std::to_string(attempt.peer.port) + protocol);
  const bool ephemeral = is_ephemeral(attempt.peer.port);
  const bool any_port = ephemeral || scanners.contains(attempt.actor.node);
  if (listener != 0)
    add("loopback:(" + graph_.text(listener) + ')' + protocol, "R10");
  else if (published != published_.end())
    add(published->second, "R10");
  else if (any_port && outcome.refused && !outcome.established)
    add("loopback:refused" + protocol, "R10");
  else if (attempt.transport == Transport::udp && ephemeral && udp_port_chosen_by_kernel_)
    add("loopback:EPH" + protocol, "R10");
  else
    add("loopback:" + std::to_string(attempt.peer.port) + protocol, "R10");
}

std::string Network::port_text(const Endpoint &local) const {
  return is_ephemeral(local.port) || local.port == 0 ? "EPH" : std::to_string(local.port);
}

void Network::name_listener(const Listener &listener, const ListenerState &state,
                            std::vector<Found> &found) const {
  const auto &local = listener.local;
  std::string object = "loopback:*";
  // A test's server that only the test reaches is free to choose its port, and so is who tries for a free
  // one.
  const bool chosen =
      state.reached_by_loopback || (state.closed && port_seekers_.contains(listener.actor.node));
  if (is_any(local.address))
    object = "any:" + (chosen ? "*" : port_text(local));
  else if (!is_loopback(local.address))
    object = host_text(local.address) + ':' + port_text(local);
  object += '/' + std::string(text_of(listener.transport));
  Found one{Kind::listen, listener.actor, object, state.seen, {}};
  note(&one.rewrites, "R10", state.seen.raw.front(), object);
  found.push_back(std::move(one));
}

void Network::unix_connect(const Actor &actor, const std::string &raw, const std::string &canonical,
                           std::uint64_t time_ns, const Trace &trace) {
  auto &[seen, rewrites] = unix_attempts_[{actor, raw, canonical}];
  if (seen.count == 0) rewrites = trace;
  seen.add(time_ns);
  seen.show(raw);
}

void Network::unix_listen(const Actor &actor, const std::string &raw) {
  unix_listeners_[raw] = graph_.node(actor.node).program;
}

void Network::name_unix(const CompiledRules &rules, std::vector<Found> &found) const {
  for (const auto &[attempt, value] : unix_attempts_) {
    const auto &[seen, trace] = value;
    Found one{Kind::connect, attempt.actor, "unix:" + attempt.canonical, seen, trace};
    const auto listener = unix_listeners_.find(attempt.raw);
    // A daemon's place is asked first: nobody gets there by opening a listener of that name.
    if (!rules.daemons.find(attempt.canonical).empty()) {
      one.object = "daemon:unix:" + attempt.canonical;
      note(&one.rewrites, "R12", attempt.canonical, one.object);
    } else if (listener != unix_listeners_.end()) {
      one.object = "unix:(" + graph_.text(listener->second) + ')';
      note(&one.rewrites, "R10", attempt.canonical, one.object);
    }
    found.push_back(std::move(one));
  }
}

void Network::container(const std::string &element, const ContainerStart &start) {
  for (const auto &address : start.addresses) containers_[address] = element;
  for (const auto &port : start.published) {
    const auto equals = port.find('='), slash = port.rfind('/');
    if (equals == std::string::npos || slash == std::string::npos || slash < equals) continue;
    published_[port.substr(0, equals) + port.substr(slash)] = element + ':' + port.substr(equals + 1);
  }
}

void Network::volume(const Actor &actor, const Volume &event) {
  if (!is_loopback(event.peer.address)) sent_[{graph_.node(actor.node).program, event.peer}] += event.sent;
}

std::vector<Attribute> Network::volumes() const {
  constexpr std::array k_orders{"bytes", "kilobytes", "megabytes", "gigabytes", "terabytes"};
  std::map<std::pair<std::string, std::string>, std::uint64_t> sums;
  for (const auto &[key, sent] : sent_) {
    const auto &[program, peer] = key;
    auto names = names_.find(peer.address);
    const auto host = names == names_.end() ? host_text(peer.address) : *names->second.begin();
    sums[{graph_.text(program), host + ':' + std::to_string(peer.port)}] += sent;
  }
  std::vector<Attribute> attributes;
  for (const auto &[key, sent] : sums) {
    std::size_t order = 0;
    for (auto rest = sent; rest >= 1000 && order + 1 < k_orders.size(); rest /= 1000) ++order;
    attributes.push_back({key.first, "volume:" + key.second, k_orders[order]});
  }
  return attributes;
}

std::vector<Network::Found> Network::finish(const CompiledRules &rules) const {
  std::vector<Found> found;
  const auto scanners = port_scanners();
  for (const auto &[attempt, outcome] : attempts_) name_attempt(attempt, outcome, scanners, found);
  for (const auto &[listener, state] : listeners_) name_listener(listener, state, found);
  name_unix(rules, found);
  return found;
}

} // namespace buildprint

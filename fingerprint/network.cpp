#include "fingerprint/network.hpp"

#include <algorithm>
#include <tuple>

namespace buildprint {
namespace {

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

/// Where a connection to the unspecified address ends.
std::string reached_address(const std::string &peer) {
  return peer == "0.0.0.0" ? "127.0.0.1" : peer == "::" ? "::1" : peer;
}

/// Whether a loopback listener answers connections to `peer`.
bool takes(const std::string &listener, bool v6_only, const std::string &peer) {
  const auto reached = reached_address(peer);
  const bool v6 = reached.find(':') != reached.npos;
  return listener == reached || (listener == "::" && (v6 || !v6_only)) || (listener == "0.0.0.0" && !v6);
}

std::string raw_text(const Endpoint &peer, Transport transport) {
  return host_text(peer.address) + ':' + std::to_string(peer.port) + '/' + std::string(text_of(transport));
}

} // namespace

Network::Network(const RunInfo &run, const CausalGraph &graph)
    : run_(run), graph_(graph), hosts_(run, graph) {}

void Network::Attempt::settle(ProgramId program) {
  listener = program;
  peer = {"127.0.0.1", 0};
  network = 0;
}

void Network::connect(const Actor &actor, const Connect &event, std::uint64_t time_ns) {
  const bool loopback = is_loopback(event.peer.address);
  Attempt attempt{actor, event.transport, event.peer, 0, loopback ? event.network : 0};
  const Port port{event.network, event.transport, event.peer.port};
  if (loopback) {
    follow(event.network);
    std::vector<Open> none;
    const auto place = open_.find(port);
    auto &open = place == open_.end() ? none : place->second;
    const auto listener = std::find_if(open.rbegin(), open.rend(), [&](const Open &one) {
      return takes(one.key.local.address, one.key.v6_only, event.peer.address);
    });
    if (listener != open.rend()) {
      attempt.settle(graph_.node(listener->key.actor.node).program);
      listeners_[listener->key].reached_by_loopback = true;
    } else if (const auto owner = datagram_owner(port, event.peer.address); owner != 0) {
      attempt.settle(owner);
    } else {
      // Who asks for "localhost" tries ::1 and 127.0.0.1, and means the one of them that listens.
      if (!open.empty() && !hosts_.is_resolver(actor.node, event.peer))
        listeners_[open.back().key].reached_by_loopback = true;
      waiting_[{port, event.peer.address, false}].insert(attempt);
    }
  }
  auto &outcome = attempts_[attempt];
  outcome.unbound |= loopback && !has_bound(actor.node, port, event.peer.address);
  auto &seen = outcome.seen;
  seen.add(time_ns);
  if (seen.raw.size() < Sightings::k_shown) seen.show(raw_text(event.peer, event.transport));
}

ProgramId Network::datagram_owner(const Port &port, const std::string &peer) const {
  LastListener last; // the end of a datagram socket is not told
  for (auto owner = datagram_owners_.lower_bound({port, {}, false}); owner != datagram_owners_.end();
       ++owner) {
    const auto &[at, address, v6_only] = owner->first;
    if (at != port) break;
    if (takes(address, v6_only, peer) && (last.program == 0 || owner->second.order > last.order))
      last = owner->second;
  }
  return last.program;
}

void Network::connect_result(const Actor &actor, const ConnectResult &event) {
  const auto network = is_loopback(event.peer.address) ? event.network : 0;
  const auto found = attempts_.find({actor, Transport::tcp, event.peer, 0, network});
  if (found == attempts_.end()) return;
  (event.error == 0 ? found->second.established : found->second.refused) = true;
}

void Network::listen(const Actor &actor, const Listen &event, std::uint64_t time_ns) {
  const auto &local = event.local;
  const bool loopback = is_loopback(local.address);
  if (loopback) follow(event.network);
  const Listener listener{loopback ? event.network : 0, actor, event.transport, local,
                          event.v6_only && local.address == "::"};
  hosts_.listened(local);
  auto &state = listeners_[listener];
  state.seen.add(time_ns);
  state.seen.show(raw_text(local, event.transport));
  if (is_any_address(local.address) && closed_unreached_.contains(actor.node))
    port_seekers_.insert(actor.node);
  if (!loopback) return;
  const Port port{event.network, event.transport, local.port};
  auto &open = open_[port];
  const auto same =
      std::find_if(open.begin(), open.end(), [&](const Open &one) { return one.key == listener; });
  if (same != open.end())
    ++same->count;
  else
    open.push_back({listener, 1});
  const auto program = graph_.node(actor.node).program;
  last_listeners_[{port, local.address, listener.v6_only}] = {state.seen.last_ns, program};
  last_at_port_[port] = program;
  settle_waiting(listener, state);
}

// Clients that polled until the listener was there meant it.
void Network::settle_waiting(const Listener &listener, ListenerState &state) {
  const Port port{listener.network, listener.transport, listener.local.port};
  auto place = waiting_.lower_bound({port, {}, false});
  while (place != waiting_.end() && std::get<Port>(place->first) == port) {
    state.reached_by_loopback = true;
    if (!takes(listener.local.address, listener.v6_only, std::get<std::string>(place->first))) {
      ++place;
      continue;
    }
    for (auto attempt : place->second) {
      const auto before = attempts_.extract(attempt);
      attempt.settle(graph_.node(listener.actor.node).program);
      if (before) attempts_[attempt].seen.add(before.mapped().seen);
    }
    place = waiting_.erase(place);
  }
}

void Network::listen_end(const ListenEnd &event) {
  const auto &local = event.local;
  const auto found = open_.find({event.network, Transport::tcp, local.port});
  if (found == open_.end()) return;
  auto &open = found->second;
  const auto ended =
      std::find_if(open.begin(), open.end(), [&](const Open &one) { return one.key.local == local; });
  if (ended == open.end() || --ended->count > 0) return;
  auto &state = listeners_[ended->key];
  state.closed = true;
  if (is_any_address(local.address) && !state.reached_by_loopback)
    closed_unreached_.insert(ended->key.actor.node);
  forget_port(ended->key);
  open.erase(ended);
  if (open.empty()) open_.erase(found);
}

/// Who asks for "localhost" tries ::1 first, whichever of the two it has bound.
bool Network::has_bound(NodeId node, const Port &port, const std::string &peer) const {
  const bool v6 = reached_address(peer) == "::1";
  for (auto bound = bound_.lower_bound({port, node, {}, false}); bound != bound_.end(); ++bound) {
    const auto &[at, by, address, v6_only] = *bound;
    if (at != port || by != node) break;
    if (takes(address, v6_only, peer) || (v6 && takes(address, v6_only, "127.0.0.1"))) return true;
  }
  return false;
}

void Network::forget_port(const Listener &listener) {
  // A suite that opens a hundred thousand ports in turn has one listener, not so many.
  const auto found = listeners_.find(listener);
  const Port port{listener.network, listener.transport, listener.local.port};
  const auto bound = bound_.lower_bound({port, listener.actor.node, {}, false});
  const bool asked_for =
      bound != bound_.end() && std::get<0>(*bound) == port && std::get<1>(*bound) == listener.actor.node;
  const bool chosen_by_kernel = is_ephemeral(listener.local.port) && !asked_for;
  if (found == listeners_.end() ||
      (is_any_address(listener.local.address) && !found->second.reached_by_loopback && !chosen_by_kernel))
    return;
  auto folded = listener;
  folded.local.port = 0;
  folded.network = 0;
  const auto state = listeners_.extract(found);
  auto &into = listeners_[folded];
  into.seen.add(state.mapped().seen);
  into.reached_by_loopback |= state.mapped().reached_by_loopback;
}

void Network::bind(const Actor &actor, const Bind &event, std::uint64_t time_ns) {
  // TCP sockets are told by Listen. A datagram socket listens from its bind on; where it leaves the port to
  // the kernel, it may as well be a client, as resolvers' and node's dgram, and is no listener.
  if (event.transport != Transport::udp) {
    // Of other addresses no connection to this machine itself is.
    if (event.local.port == 0 || !is_loopback(event.local.address)) return;
    follow(event.network);
    bound_.insert(
        {{event.network, event.transport, event.local.port}, actor.node, event.local.address, event.v6_only});
    return;
  }
  const Port port{event.network, event.transport, event.local.port};
  udp_port_chosen_by_kernel_ |= event.port_chosen || event.local.port == 0;
  if (event.port_chosen) {
    if (!is_loopback(event.local.address)) return;
    follow(event.network);
    datagram_owners_[{port, event.local.address, event.v6_only}] = {time_ns, graph_.node(actor.node).program};
  } else if (event.local.port != 0) {
    listen(actor, {Transport::udp, event.local, event.v6_only, event.network}, time_ns);
  }
}

std::set<NodeId> Network::port_scanners() const {
  // Who is refused at two may know both; the third says that it is looking.
  constexpr std::size_t k_least_ports = 3;
  std::map<NodeId, std::set<std::uint16_t>> ports;
  for (const auto &[attempt, outcome] : attempts_)
    if (is_loopback(attempt.peer.address) && attempt.listener == 0 && outcome.refused &&
        !outcome.established &&
        !last_at_port_.contains({attempt.network, attempt.transport, attempt.peer.port}))
      ports[attempt.actor.node].insert(attempt.peer.port);
  std::set<NodeId> scanners;
  for (const auto &[node, refused] : ports)
    if (refused.size() >= k_least_ports) scanners.insert(node);
  return scanners;
}

ProgramId Network::last_listener(const Attempt &attempt, const Outcome &outcome) const {
  LastListener last;
  const auto reached = reached_address(attempt.peer.address);
  const Port port{attempt.network, attempt.transport, attempt.peer.port};
  const std::string any = "0.0.0.0", any_v6 = "::";
  for (const auto &[address, v6_only] :
       {std::pair{reached, false}, {any, false}, {any_v6, false}, {any_v6, true}}) {
    const auto found = last_listeners_.find({port, address, v6_only});
    if (found == last_listeners_.end() || !takes(address, v6_only, reached)) continue;
    if (last.program == 0 || found->second.order > last.order) last = found->second;
  }
  // Whoever answered at another address is not the listener. No answer, and no refusal either, is what a
  // machine without IPv6 gives who asks for ::1.
  if (last.program != 0 || attempt.transport != Transport::tcp || outcome.established) return last.program;
  const auto found = last_at_port_.find(port);
  return found == last_at_port_.end() ? 0 : found->second;
}

void Network::name_attempt(const Attempt &attempt, const Outcome &outcome, const std::set<NodeId> &scanners,
                           std::vector<Found> &found) const {
  const auto &raw = outcome.seen.raw.front();
  const auto volume = volumes_.find({attempt.actor.node, attempt.peer});
  const auto add = [&](const Object &object, std::string_view rule, const std::string &why = {}) {
    Found one{Kind::connect, attempt.actor, object, outcome.seen, {}};
    one.established = outcome.established;
    note(&one.rewrites, rule, why.empty() ? raw : raw + " (" + why + ')', object.text());
    if (volume != volumes_.end()) std::tie(one.sent, one.received) = volume->second;
    found.push_back(std::move(one));
  };
  const std::string protocol(text_of(attempt.transport));
  const auto node = attempt.actor.node;
  const auto add_behind = [&](const std::string &peer) {
    if (attempt.transport != Transport::tcp) return;
    for (const auto &host : hosts_.behind(node, attempt.peer, peer)) add(host, "R9");
  };
  if (hosts_.is_resolver(node, attempt.peer)) return add(object::SystemResolver{}, "R9");
  if (!is_loopback(attempt.peer.address)) {
    const auto kind =
        attempt.transport == Transport::raw ? object::Port::Kind::none : object::Port::Kind::number;
    const object::Port port{kind, kind == object::Port::Kind::none ? std::uint16_t{0} : attempt.peer.port};
    const auto hosts = hosts_.hosts(node, attempt.peer);
    const auto container = containers_.find(attempt.peer.address);
    for (const auto &host : hosts) {
      const bool named = host.source != object::Host::Source::address || container == containers_.end();
      if (named)
        add(object::Host{host.source, host.name, port, protocol, {}}, "R9", host.why);
      else
        add(object::ContainerPort{container->second, port, protocol}, "R9", host.why);
    }
    const auto &first = hosts.front();
    const bool in_container = first.source == object::Host::Source::address && container != containers_.end();
    const auto peer = in_container ? "container:" + container->second
                                   : host_text(object::Host{first.source, first.name, port, protocol, {}});
    return add_behind(peer + ':' + std::to_string(attempt.peer.port));
  }
  const auto listener = attempt.listener != 0 ? attempt.listener : last_listener(attempt, outcome);
  const auto published = published_.find(std::to_string(attempt.peer.port) + '/' + protocol);
  const bool ephemeral = is_ephemeral(attempt.peer.port);
  // Who has bound a port itself, to give it to a server, looks for nobody else's there.
  const bool any_port = ephemeral || scanners.contains(node) || !outcome.unbound;
  if (listener != 0)
    add(object::LoopbackProgram{graph_.program(listener), protocol}, "R10");
  else if (published != published_.end() && attempt.network == 0)
    add(published->second, "R10");
  else if (any_port && outcome.refused && !outcome.established)
    add(object::LoopbackPort{{object::Port::Kind::refused, 0}, protocol}, "R10");
  else if (attempt.transport == Transport::udp && ephemeral && udp_port_chosen_by_kernel_)
    add(object::LoopbackPort{{object::Port::Kind::ephemeral, 0}, protocol}, "R10");
  else
    add(object::LoopbackPort{{object::Port::Kind::number, attempt.peer.port}, protocol}, "R10");
  // A listener of the recording is followed itself.
  if (listener == 0) add_behind("loopback:" + std::to_string(attempt.peer.port));
}

object::Port Network::port_of(const Endpoint &local) const {
  if (is_ephemeral(local.port) || local.port == 0) return {object::Port::Kind::ephemeral, 0};
  return {object::Port::Kind::number, local.port};
}

void Network::name_listener(const Listener &listener, const ListenerState &state,
                            std::vector<Found> &found) const {
  const auto &local = listener.local;
  const object::Port any{object::Port::Kind::any, 0};
  const std::string protocol(text_of(listener.transport));
  Object object = object::LoopbackPort{any, protocol};
  // A test's server that only the test reaches is free to choose its port, and so is who tries for a free
  // one.
  const bool chosen =
      state.reached_by_loopback || (state.closed && port_seekers_.contains(listener.actor.node));
  if (is_any_address(local.address))
    object = object::AnyAddress{chosen ? any : port_of(local), protocol};
  else if (!is_loopback(local.address))
    object = object::Host{object::Host::Source::address, local.address, port_of(local), protocol, {}};
  Found one{Kind::listen, listener.actor, object, state.seen, {}};
  note(&one.rewrites, "R10", state.seen.raw.front(), object.text());
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
    Found one{Kind::connect, attempt.actor, object::UnixSocket{attempt.canonical}, seen, trace};
    const auto listener = unix_listeners_.find(attempt.raw);
    // A daemon's place is asked first: nobody gets there by opening a listener of that name.
    if (!rules.daemons.find(attempt.canonical).empty()) {
      one.object = object::DaemonSocket{attempt.canonical};
      note(&one.rewrites, "R12", attempt.canonical, one.object.text());
    } else if (listener != unix_listeners_.end()) {
      one.object = object::UnixProgram{graph_.program(listener->second)};
      note(&one.rewrites, "R10", attempt.canonical, one.object.text());
    }
    found.push_back(std::move(one));
  }
}

void Network::container(const std::string &image, const ContainerStart &start) {
  for (const auto &address : start.addresses) containers_[address] = image;
  for (const auto &port : start.published) {
    const auto equals = port.find('='), slash = port.rfind('/');
    if (equals == std::string::npos || slash == std::string::npos || slash < equals) continue;
    const auto to = Object::parse(Kind::connect, "container:" + image + ':' + port.substr(equals + 1));
    if (const auto *container = to.as<object::ContainerPort>())
      published_.insert_or_assign(port.substr(0, equals) + port.substr(slash), *container);
  }
}

void Network::volume(const Actor &actor, const Volume &event) {
  auto &[sent, received] = volumes_[{actor.node, event.peer}];
  sent += event.sent;
  received += event.received;
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

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "fingerprint/behavior_table.hpp"
#include "fingerprint/host_names.hpp"
#include "fingerprint/trace.hpp"
#include "recorder/recording.hpp"

namespace buildprint {

/// Connections and listeners of one recording. What they are called is known at its end only: a name may be
/// resolved, and a listener opened, after the first attempt to connect.
class Network {
 public:
  Network(const RunInfo &run, const CausalGraph &graph);

  void connect(const Actor &actor, const Connect &event, std::uint64_t time_ns);
  void connect_result(const Actor &actor, const ConnectResult &event);
  void listen(const Actor &actor, const Listen &event, std::uint64_t time_ns);
  void listen_end(const ListenEnd &event);
  void bind(const Actor &actor, const Bind &event, std::uint64_t time_ns);
  void unix_connect(const Actor &actor, const std::string &raw, const std::string &canonical,
                    std::uint64_t time_ns, const Trace &trace);
  void unix_listen(const Actor &actor, const std::string &raw);
  /// Where a container is reached: its addresses, and the ports of this machine that lead to it.
  void container(const std::string &image, const ContainerStart &start);
  void volume(const Actor &actor, const Volume &event);
  /// Returns what was resolved, as an object; empty when it is no behavior.
  Object answer(const Actor &actor, const NameAnswer &event, Trace *trace) {
    return hosts_.answer(actor.node, event, trace);
  }

  struct Found {
    Kind kind;
    Actor actor;
    Object object;
    Sightings seen;
    Trace rewrites;
    bool established = false;             ///< of a TCP connection: somebody answered
    std::uint64_t sent = 0, received = 0; ///< bytes; of connections by TCP
  };
  /// Everything that was seen, under its name.
  std::vector<Found> finish(const CompiledRules &rules) const;
  /// Names that are not certain, in words.
  std::vector<std::string> notices() const { return hosts_.notices(); }

 private:
  struct Attempt { // what is connected to
    Actor actor;
    Transport transport;
    Endpoint peer;
    ProgramId listener = 0; ///< of a loopback connection; 0 = not known yet
    std::uint64_t network = 0;
    /// On `program`'s listener: the peer's address and port say nothing more.
    void settle(ProgramId program);
    friend auto operator<=>(const Attempt &, const Attempt &) = default;
  };
  struct Outcome {
    Sightings seen;
    bool established = false, refused = false;
    bool unbound = false; ///< of loopback: its lineage had not bound that port before
  };
  struct Listener {
    std::uint64_t network = 0;
    Actor actor;
    Transport transport;
    Endpoint local;
    bool v6_only = false;
    friend auto operator<=>(const Listener &, const Listener &) = default;
  };
  struct ListenerState {
    Sightings seen;
    bool reached_by_loopback = false;
    bool closed = false;
  };
  struct Open {
    Listener key;
    std::uint32_t count = 0;
  };
  using Port = std::tuple<std::uint64_t, Transport, std::uint16_t>; ///< in which network namespace
  using Place = std::tuple<Port, std::string, bool>;                ///< with the address, and v6_only
  using Bound = std::tuple<Port, NodeId, std::string, bool>;        ///< likewise, and by whom

  void name_attempt(const Attempt &attempt, const Outcome &outcome, const std::set<NodeId> &scanners,
                    std::vector<Found> &found) const;
  /// Whom a loopback connection meant by which no listener was found so far; 0 = nobody of the recording.
  ProgramId last_listener(const Attempt &attempt, const Outcome &outcome) const;
  void settle_waiting(const Listener &listener, ListenerState &state);
  /// Whose datagram socket takes what is sent to `peer` at a port that the kernel chose; 0 = nobody's.
  ProgramId datagram_owner(const Port &port, const std::string &peer) const;
  /// Lineages that were refused at several loopback ports on which nobody ever listened.
  std::set<NodeId> port_scanners() const;
  bool is_ephemeral(std::uint16_t port) const {
    return port >= run_.ephemeral_first && port <= run_.ephemeral_last;
  }
  void name_unix(const CompiledRules &rules, std::vector<Found> &found) const;
  void name_listener(const Listener &listener, const ListenerState &state, std::vector<Found> &found) const;
  void forget_port(const Listener &listener);
  // network_namespaces.cpp
  void follow(std::uint64_t network);
  void fold(std::uint64_t network);
  void fold(Attempt attempt);
  bool has_bound(NodeId node, const Port &port, const std::string &peer) const;
  object::Port port_of(const Endpoint &local) const;

  const RunInfo &run_;
  const CausalGraph &graph_;
  HostNames hosts_;
  std::map<Attempt, Outcome> attempts_;
  std::map<Listener, ListenerState> listeners_;
  std::map<Port, std::vector<Open>> open_;
  std::map<Place, std::set<Attempt>> waiting_; ///< loopback attempts without a listener so far
  struct LastListener {
    std::uint64_t order = 0;
    ProgramId program = 0;
  };
  std::map<Place, LastListener> last_listeners_;
  std::map<Port, ProgramId> last_at_port_;        ///< at whichever loopback address
  std::map<Place, LastListener> datagram_owners_; ///< of ports that the kernel chose
  struct UnixAttempt {
    Actor actor;
    std::string raw, canonical;
    friend auto operator<=>(const UnixAttempt &, const UnixAttempt &) = default;
  };
  std::map<UnixAttempt, std::pair<Sightings, Trace>> unix_attempts_;
  std::map<std::string, ProgramId> unix_listeners_;        ///< by raw path
  std::map<std::string, std::string> containers_;          ///< by address: the image
  std::map<std::string, object::ContainerPort> published_; ///< by "32768/tcp"
  std::map<std::pair<NodeId, Endpoint>, std::pair<std::uint64_t, std::uint64_t>> volumes_; ///< sent, received
  /// Lineages that closed a listener which nobody reached, and then tried another port: they look for a free
  /// one.
  std::set<NodeId> port_seekers_;
  std::set<NodeId> closed_unreached_;
  /// TCP ports that a program bound by number: one that looks for a free port among numbers of its own passes
  /// through the ephemeral range, wherever the machine has it.
  std::set<Bound> bound_;
  std::map<std::uint64_t, std::uint64_t> last_used_; ///< network namespaces that are followed
  std::uint64_t uses_ = 0;
  bool udp_port_chosen_by_kernel_ = false;
};

} // namespace buildprint

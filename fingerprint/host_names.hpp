#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fingerprint/graph.hpp"
#include "fingerprint/object.hpp"
#include "fingerprint/trace.hpp"
#include "recorder/recording.hpp"

namespace buildprint {

/// What the hosts of one recording are called (R9). Only answers of the system's resolver name an address.
/// What a client tells a server (TLS SNI, `Host:`) is the client's word: it names a public address that has
/// no other name, marked as such, and never one that the resolver said something else about.
class HostNames {
 public:
  HostNames(const RunInfo &run, const CausalGraph &graph) : run_(run), graph_(graph) {}

  /// A reply, or a name told to a peer. Returns what was resolved; empty when it is no behavior.
  Object answer(NodeId node, const NameAnswer &event, Trace *trace);
  /// The recording itself listens there. On a resolver's port nothing is believed any more that comes from
  /// there, and nothing that came before: a container's resolver, and whatever a network namespace of its own
  /// calls by the resolver's address, may be anybody's.
  void listened(const Endpoint &local);
  /// Whether it is asked as the system's resolver, by that lineage.
  bool is_resolver(NodeId node, const Endpoint &peer) const;

  struct Host {
    object::Host::Source source;
    std::string name; ///< "registry.example", "203.0.113.7", "2001:db8::1"
    std::string why;  ///< for `explain`: what makes it doubtful; empty where nothing does
  };
  /// What a peer beyond this machine is called; never empty. Several where several names stand for it.
  std::vector<Host> hosts(NodeId node, const Endpoint &peer) const;
  /// "registry.example:443/tcp via proxy.example:3128": whom that peer was asked to connect to.
  std::vector<object::Host> behind(NodeId node, const Endpoint &peer, const std::string &peer_text) const;
  /// Names that share an address, and claims that the resolver contradicts, in words.
  std::vector<std::string> notices() const;

 private:
  struct Claim {
    NameSource source;
    bool connects; ///< a proxy is asked to
    std::string name;
    friend auto operator<=>(const Claim &, const Claim &) = default;
  };
  std::string canonical_host(std::string_view name) const;
  object::Host asked_of_proxy(std::string_view host, std::string_view port, std::string proxy) const;
  /// What one resolver said.
  struct Answers {
    std::map<std::pair<NodeId, std::string>, std::set<std::string>> by_lineage; ///< (lineage, address)
    std::map<std::string, std::set<std::string>> by_address;
    std::set<std::string> names;
  };
  bool in_container(NodeId node) const;
  bool is_own_server(const std::string &resolver) const;
  bool is_resolved(const std::string &name) const;
  std::set<std::string> resolved(NodeId node, const std::string &address) const;
  std::set<Claim> claims(NodeId node, const Endpoint &peer) const;
  std::optional<std::string> configured_proxy(NodeId node, const Endpoint &peer) const;
  void claim(NodeId node, const NameAnswer &event);

  const RunInfo &run_;
  const CausalGraph &graph_;
  std::map<std::string, Answers> answers_; ///< by the resolver's address
  std::set<std::string> own_servers_;      ///< addresses at which the recording listens as a name server
  std::map<std::pair<NodeId, Endpoint>, std::set<Claim>> claims_;
};

/// The unspecified addresses.
bool is_any_address(std::string_view address);

/// 127.0.0.0/8, ::1, and the unspecified addresses, which connect to this machine too.
bool is_loopback(std::string_view address);

/// An address as the host of an object: IPv6 in brackets.
std::string host_text(const std::string &address);

} // namespace buildprint

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>

#include "diff/program.hpp"
#include "reports/fingerprint_reports.hpp"
#include "reports/inert.hpp"
#include "reports/lineage_forest.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

struct Remote {
  std::string host;
  int port = 0;
  std::string protocol; ///< "TCP" or "UDP"
};

std::optional<Remote> remote(std::string host, object::Port port, const std::string &protocol) {
  if (port.kind != object::Port::Kind::number || (protocol != "tcp" && protocol != "udp"))
    return std::nullopt;
  return Remote{inert(host, 300), port.number, protocol == "tcp" ? "TCP" : "UDP"};
}

/// nullopt for sockets that the format cannot express: unix, loopback, through a proxy.
std::optional<Remote> remote_of(const Object &object) {
  if (const auto *host = object.as<object::Host>(); host != nullptr && host->proxy.empty())
    return remote(host_text(*host), host->port, host->protocol);
  if (const auto *to = object.as<object::ContainerPort>())
    return remote("container:" + to->image, to->port, to->protocol);
  if (const auto *at = object.as<object::AnyAddress>()) return remote("any", at->port, at->protocol);
  return std::nullopt;
}

class Export {
 public:
  explicit Export(const Fingerprint &fingerprint)
      : fingerprint_(fingerprint), forest_(build_forest(fingerprint)) {
    name_nodes();
  }

  std::string render() {
    out_.SetIndent(2);
    out_ << YAML::BeginMap << YAML::Key << "apiVersion" << YAML::Value << "spyderbat/v1";
    out_ << YAML::Key << "kind" << YAML::Value << "SpyderbatFingerprint";
    const std::string name = inert(fingerprint_.name, 120);
    out_ << YAML::Key << "metadata" << YAML::Value << YAML::BeginMap;
    out_ << YAML::Key << "name" << YAML::Value << quoted(name) << YAML::Key << "type" << YAML::Value
         << "linux-service";
    out_ << YAML::Key << "checksum" << YAML::Value << quoted(fingerprint_.digest()) << YAML::EndMap;
    out_ << YAML::Key << "spec" << YAML::Value << YAML::BeginMap;
    out_ << YAML::Key << "serviceSelector" << YAML::Value << YAML::BeginMap << YAML::Key << "cgroup"
         << YAML::Value << quoted("buildprint:/" + name) << YAML::EndMap;
    out_ << YAML::Key << "processPolicy" << YAML::Value;
    put_nodes(forest_.nodes.front().children);
    out_ << YAML::Key << "networkPolicy" << YAML::Value;
    put_network();
    out_ << YAML::EndMap << YAML::EndMap;
    return head() + std::string(out_.c_str()) + "\n";
  }

 private:
  /// YAML reads many bare words as something else (no, 0x1f, 1e3); what a program named is always quoted.
  struct Quoted {
    std::string text;
  };
  static Quoted quoted(std::string text) { return {std::move(text)}; }
  friend YAML::Emitter &operator<<(YAML::Emitter &out, const Quoted &value) {
    return out << YAML::DoubleQuoted << value.text;
  }

  std::string head() const {
    return "# Exported by buildprint. " + counted(left_out_, "behavior") +
           " without a counterpart in this format (files, names, local sockets) left out.\n";
  }

  /// "sh -c" of "/usr/bin/sh -c": the name keeps what the path of the executable does not say.
  static std::string name_of(const ForestNode &node) {
    auto parts = node.program.parts();
    parts.path = base_name(parts.path);
    return inert(Program(std::move(parts)).text(), 480);
  }

  /// With the prefix of its kind, as "container:IMAGE".
  static std::string executable_of(const Program &program) {
    auto parts = program.parts();
    parts.writers = {};
    parts.arguments.clear();
    return Program(std::move(parts)).text();
  }

  void name_nodes() {
    std::map<std::string, int> used;
    for (const auto &node : forest_.nodes) {
      const std::string name = name_of(node);
      ids_.push_back(name + "_" + std::to_string(used[name]++));
    }
  }

  void put_nodes(const std::vector<std::size_t> &nodes) {
    out_ << YAML::BeginSeq;
    for (const auto at : nodes) {
      const ForestNode &node = forest_.nodes[at];
      out_ << YAML::BeginMap << YAML::Key << "name" << YAML::Value << quoted(name_of(node));
      out_ << YAML::Key << "exe" << YAML::Value << YAML::BeginSeq
           << quoted(inert(executable_of(node.program), 480)) << YAML::EndSeq;
      out_ << YAML::Key << "id" << YAML::Value << quoted(ids_[at]);
      if (node.parent == 0 || node.user != forest_.nodes[node.parent].user)
        out_ << YAML::Key << "euser" << YAML::Value << YAML::BeginSeq << quoted(inert(node.user, 64))
             << YAML::EndSeq;
      put_sockets(node);
      if (!node.children.empty()) {
        out_ << YAML::Key << "children" << YAML::Value;
        put_nodes(node.children);
      }
      out_ << YAML::EndMap;
    }
    out_ << YAML::EndSeq;
  }

  void put_sockets(const ForestNode &node) {
    std::vector<int> ports;
    for (const auto *action : node.actions) {
      const auto local = action->kind == Kind::listen ? remote_of(action->object) : std::nullopt;
      if (local) ports.push_back(local->port);
      if (action->kind != Kind::connect && !local) ++left_out_;
    }
    if (ports.empty()) return;
    out_ << YAML::Key << "listeningSockets" << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const int port : ports) out_ << port;
    out_ << YAML::EndSeq;
  }

  void put_network() {
    out_ << YAML::BeginMap << YAML::Key << "ingress" << YAML::Value << YAML::Flow << YAML::BeginSeq
         << YAML::EndSeq;
    out_ << YAML::Key << "egress" << YAML::Value << YAML::BeginSeq;
    for (std::size_t at = 1; at < forest_.nodes.size(); ++at) {
      for (const auto *action : forest_.nodes[at].actions) {
        if (action->kind != Kind::connect) continue;
        if (const auto remote = remote_of(action->object))
          put_egress(*remote, ids_[at]);
        else
          ++left_out_;
      }
    }
    out_ << YAML::EndSeq << YAML::EndMap;
  }

  void put_egress(const Remote &remote, const std::string &process) {
    out_ << YAML::BeginMap << YAML::Key << "to" << YAML::Value << YAML::BeginSeq << YAML::BeginMap;
    const bool is_ipv6 = remote.host.starts_with('[') && remote.host.ends_with(']');
    if (is_ipv6 || is_address(remote.host)) {
      const std::string cidr =
          is_ipv6 ? remote.host.substr(1, remote.host.size() - 2) + "/128" : remote.host + "/32";
      out_ << YAML::Key << "ipBlock" << YAML::Value << YAML::BeginMap << YAML::Key << "cidr" << YAML::Value
           << quoted(cidr) << YAML::EndMap;
    } else {
      out_ << YAML::Key << "dnsSelector" << YAML::Value << YAML::BeginSeq << quoted(remote.host)
           << YAML::EndSeq;
    }
    out_ << YAML::EndMap << YAML::EndSeq;
    out_ << YAML::Key << "processes" << YAML::Value << YAML::BeginSeq << quoted(process) << YAML::EndSeq;
    out_ << YAML::Key << "ports" << YAML::Value << YAML::BeginSeq << YAML::BeginMap << YAML::Key << "protocol"
         << YAML::Value << remote.protocol << YAML::Key << "port" << YAML::Value << remote.port
         << YAML::EndMap << YAML::EndSeq << YAML::EndMap;
  }

  const Fingerprint &fingerprint_;
  LineageForest forest_;
  std::vector<std::string> ids_; ///< parallel to the forest's nodes
  std::size_t left_out_ = 0;
  YAML::Emitter out_;
};

} // namespace

std::string render_spyderbat(const Fingerprint &fingerprint) {
  return without_workflow_commands(Export(fingerprint).render());
}

} // namespace buildprint

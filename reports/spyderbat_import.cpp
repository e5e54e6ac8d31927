#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "reports/inert.hpp"
#include "reports/spyderbat.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

// A document of a few kilobytes can stand for billions of nodes by aliases; real ones have some hundreds.
constexpr std::size_t k_most_nodes = 100'000, k_most_bytes = 32u << 20, k_deepest = 200;

class Import {
 public:
  Import(std::string_view source, const SpyderbatImport &options) : source_(source), options_(options) {}

  Fingerprint read(const YAML::Node &document) {
    const std::string kind = text_of(document["kind"], "kind");
    if (kind != "SpyderbatFingerprint" && kind != "SpyderbatBaseline" && kind != "SpyderbatPolicy")
      fail("is of kind \"" + inert(kind, 60) + "\"", document);
    result_.name = inert(text_of(document["metadata"]["name"], "metadata.name"), 200);
    result_.rules = options_.rules;
    const YAML::Node spec = document["spec"];
    for (const auto &node : sequence(spec["processPolicy"])) read_process(node, {}, "builder", 0);
    for (const auto &entry : sequence(spec["networkPolicy"]["egress"])) read_egress(entry);
    const std::size_t ingress = sequence(spec["networkPolicy"]["ingress"]).size();
    if (ingress > 0) gap(counted(ingress, "ingress entry") + ": who connects to a build is not recorded");
    std::sort(result_.behaviors.begin(), result_.behaviors.end(), key_less);
    const auto repeated = std::unique(result_.behaviors.begin(), result_.behaviors.end(), same_key);
    result_.behaviors.erase(repeated, result_.behaviors.end());
    return std::move(result_);
  }

 private:
  struct Process {
    Lineage lineage;
    std::string user;
  };

  [[noreturn]] void fail(const std::string &what, const YAML::Node &node) const {
    throw Error(source_ + ":" + std::to_string(node.Mark().line + 1) + ": " + what,
                "import a SpyderbatFingerprint document, as `spyctl get fingerprints -o yaml` writes it");
  }
  std::string text_of(const YAML::Node &node, const char *what) const {
    if (!node || !node.IsScalar())
      throw Error(source_ + ": no text in \"" + what + "\"", "is it a Spyderbat document?");
    return node.Scalar();
  }
  /// An absent sequence is an empty one.
  std::vector<YAML::Node> sequence(const YAML::Node &node) {
    if (!node || node.IsNull()) return {};
    if (!node.IsSequence()) fail("expected a list", node);
    std::vector<YAML::Node> items(node.begin(), node.end());
    nodes_ += items.size();
    if (nodes_ > k_most_nodes) fail("more than " + std::to_string(k_most_nodes) + " nodes", node);
    return items;
  }
  std::string user_of(const std::string &euser) const {
    if (euser == options_.builder) return "builder";
    return euser == "root" || euser == "nobody" ? euser : "other:" + inert(euser, 64);
  }
  void gap(const std::string &text) { result_.coverage_gaps.push_back("imported: " + text); }
  void add(Kind kind, const Process &process, const std::string &object) {
    result_.behaviors.push_back(
        {kind, process.user, process.lineage, Object::parse(kind, object), 1, false, {}});
  }

  /// "/usr/bin/sh" and the name "sh -c" are the program "/usr/bin/sh -c": as the export writes it.
  static Program program_of(const std::string &exe, const std::string &name) {
    const std::string base = exe.substr(exe.rfind('/') + 1);
    const bool says_more = name.starts_with(base + " ");
    return Program::parse(inert(exe + (says_more ? name.substr(base.size()) : ""), 4000));
  }

  void read_process(const YAML::Node &node, Lineage lineage, std::string user, std::size_t depth) {
    if (!node.IsMap() || depth > k_deepest) fail("expected a process", node);
    const std::string name = text_of(node["name"], "name");
    const auto exes = sequence(node["exe"]);
    if (exes.empty()) fail("a process without \"exe\"", node);
    const auto eusers = sequence(node["euser"]);
    if (!eusers.empty()) user = user_of(text_of(eusers.front(), "euser"));
    if (eusers.size() > 1) gap(inert(name, 60) + " runs as several users; only the first was taken");
    if (exes.size() > 1)
      gap(inert(name, 60) + " has several executables; what is below them stands under the first");
    for (const auto &exe : exes) {
      Process one{lineage, user};
      one.lineage.push_back(program_of(text_of(exe, "exe"), name));
      add(Kind::exec, one, "");
    }
    lineage.push_back(program_of(text_of(exes.front(), "exe"), name));
    const Process process{lineage, user};
    if (node["id"]) processes_[text_of(node["id"], "id")] = process;
    for (const auto &port : sequence(node["listeningSockets"]))
      add(Kind::listen, process, "any:" + inert(text_of(port, "listeningSockets"), 8) + "/tcp");
    for (const auto &child : sequence(node["children"])) read_process(child, lineage, user, depth + 1);
  }

  /// The hosts of one peer, as they stand in an object.
  std::vector<std::string> hosts_of(const YAML::Node &peer) {
    std::vector<std::string> hosts;
    for (const auto &name : sequence(peer["dnsSelector"]))
      hosts.push_back(inert(text_of(name, "dnsSelector"), 300));
    if (!peer["ipBlock"]) return hosts;
    const std::string cidr = inert(text_of(peer["ipBlock"]["cidr"], "cidr"), 80);
    const auto slash = cidr.find('/');
    const std::string address = cidr.substr(0, slash),
                      bits = slash == std::string::npos ? "" : cidr.substr(slash + 1);
    const bool is_ipv6 = address.find(':') != std::string::npos;
    if (bits.empty() || bits == (is_ipv6 ? "128" : "32"))
      hosts.push_back(is_ipv6 ? "[" + address + "]" : address);
    else
      gap("the address range " + cidr + "; a policy can allow it");
    return hosts;
  }

  void read_egress(const YAML::Node &entry) {
    const auto ids = sequence(entry["processes"]);
    if (ids.empty()) gap("egress of any process; a policy can allow it");
    std::vector<std::string> hosts;
    for (const auto &peer : sequence(entry["to"]))
      for (auto &host : hosts_of(peer)) hosts.push_back(std::move(host));
    for (const auto &port : sequence(entry["ports"])) {
      std::string protocol = text_of(port["protocol"], "protocol");
      std::ranges::transform(protocol, protocol.begin(),
                             [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      if (port["endPort"]) gap("a range of ports; only its first was taken");
      const std::string suffix = ":" + inert(text_of(port["port"], "port"), 8) + "/" + inert(protocol, 8);
      for (const auto &id : ids) {
        const auto process = processes_.find(text_of(id, "processes"));
        if (process == processes_.end()) fail("no process has the id \"" + inert(id.Scalar(), 80) + "\"", id);
        for (const auto &host : hosts) add(Kind::connect, process->second, host + suffix);
      }
    }
  }

  std::string source_;
  const SpyderbatImport &options_;
  Fingerprint result_;
  std::map<std::string, Process> processes_;
  std::size_t nodes_ = 0;
};

} // namespace

Fingerprint import_spyderbat(std::string_view text, std::string_view source, const SpyderbatImport &options) {
  const std::string where = inert(source, 400);
  if (text.size() > k_most_bytes) throw Error(where + " is too large for a Spyderbat document");
  try {
    const YAML::Node document = YAML::Load(std::string(text));
    if (!document.IsMap())
      throw Error(where + " is no Spyderbat document", "its top must be a mapping with a \"kind\"");
    return Import(where, options).read(document);
  } catch (const YAML::Exception &error) {
    throw Error(where + ":" + std::to_string(error.mark.line + 1) + ": " + inert(error.msg, 200),
                "is it YAML?");
  }
}

} // namespace buildprint

#include "reports/fingerprint_reports.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "reports/attestation.hpp"
#include "reports/inert.hpp"
#include "reports/spyderbat.hpp"
#include "tests/golden.hpp"
#include "tests/reports/sample.hpp"
#include "tests/support/behavior.hpp"

using namespace buildprint;

namespace {

Fingerprint workload() {
  Fingerprint fingerprint = sample_base();
  const std::vector<std::string> server{"/usr/bin/make", "/usr/bin/python3 $WS/server.py"};
  fingerprint.behaviors.push_back(make_behavior(Kind::exec, "root", server, "", 3, false, {}));
  fingerprint.behaviors.push_back(make_behavior(Kind::listen, "root", server, "any:8080/tcp", 3, false, {}));
  fingerprint.behaviors.push_back(
      make_behavior(Kind::connect, "root", server, "203.0.113.9:53/udp", 3, false, {}));
  fingerprint.behaviors.push_back(
      make_behavior(Kind::connect, "root", server, "[2001:db8::1]:443/tcp", 3, false, {}));
  fingerprint.behaviors.push_back(
      make_behavior(Kind::read, "root", server, "secret:npm ($HOME/.npmrc)", 3, false, {}));
  std::sort(fingerprint.behaviors.begin(), fingerprint.behaviors.end(), key_less);
  return fingerprint;
}

Fingerprint hostile(const std::string &name) {
  Fingerprint fingerprint;
  fingerprint.name = fingerprint.rules = name;
  for (const Kind kind : {Kind::exec, Kind::connect, Kind::read})
    fingerprint.behaviors.push_back(
        make_behavior(kind, name, {name, "/x/" + name}, kind == Kind::exec ? "" : name, 1, false, {}));
  return fingerprint;
}

Fingerprint imported(const std::string &text) {
  return import_spyderbat(text, "sample.yaml", {"www-data", "1-0"});
}

std::vector<std::string> told(const Fingerprint &fingerprint) {
  std::vector<std::string> lines;
  for (const auto &item : fingerprint.behaviors)
    lines.push_back(std::string(to_string(item.kind)) + " " + item.user + " " + text_of(item.lineage) + " " +
                    item.object.text());
  return lines;
}

constexpr const char *k_document = R"(
apiVersion: spyderbat/v1
kind: SpyderbatFingerprint
metadata:
  name: web
  type: container
  id: fprint:abc
  checksum: 1f4
  firstTimestamp: 1.7e9
spec:
  containerSelector: {image: "web:*", imageID: "sha256:1"}
  processPolicy:
  - name: nginx
    exe: [/usr/sbin/nginx]
    id: nginx_0
    euser: [root]
    listeningSockets: [80, 443]
    children:
    - name: nginx
      exe: [/usr/sbin/nginx]
      id: nginx_1
      euser: [www-data]
  - name: sh -c
    exe: [/usr/bin/sh]
    id: sh_0
    euser: [nobody]
  networkPolicy:
    ingress:
    - from: [{ipBlock: {cidr: 0.0.0.0/0}}]
      processes: [nginx_0]
      ports: [{protocol: TCP, port: 80}]
    egress:
    - to: [{dnsSelector: [api.example]}, {ipBlock: {cidr: 198.51.100.7/32}}, {ipBlock: {cidr: 10.0.0.0/8}}]
      processes: [nginx_1]
      ports: [{protocol: TCP, port: 443}]
)";

} // namespace

TEST_CASE("Each format of a fingerprint reads as its golden file") {
  const Fingerprint fingerprint = workload();
  for (const auto &report : fingerprint_reports()) {
    INFO(report.name);
    require_golden("reports/workload." + std::string(report.name), report.render(fingerprint, {}));
  }
  const std::vector<Subject> subjects{parse_subject("app.tar@sha256:" + std::string(64, 'a'))};
  require_golden("reports/workload.statement", render_runtime_trace(fingerprint, subjects));
}

TEST_CASE("Names are inert in every format of a fingerprint") {
  for (const auto &name : {hostile_name(), raw_hostile_name()}) {
    for (const auto &report : fingerprint_reports()) {
      INFO(report.name);
      const std::string text = report.render(hostile(name), {});
      CHECK(text.find("##[") == std::string::npos);
      for (const auto line : split(text, '\n')) CHECK(is_printable(line));
    }
    const std::string mermaid = render_mermaid(hostile(name));
    for (const auto *part : {"<img", "</script", "`", "](", "%"})
      CHECK(mermaid.find(part) == std::string::npos);
    const Fingerprint again = import_spyderbat(render_spyderbat(hostile(name)), "exported", {});
    CHECK(again.name == inert(name, 120));
  }
}

TEST_CASE("A quote does not end a DOT string") {
  const std::string dot = render_dot(hostile("a\"]; evil [label=\"b\\"));
  CHECK(dot.find("\\\"]; evil [label=\\\"b\\\\") != std::string::npos);
}

TEST_CASE("A Mermaid drawing keeps to Mermaid's limits and says what is missing") {
  Fingerprint fingerprint = sample_base();
  for (int i = 0; i < 2000; ++i)
    fingerprint.behaviors.push_back(make_behavior(
        Kind::exec, "builder", {"/usr/bin/make", "/usr/bin/t" + std::to_string(i)}, "", 1, false, {}));
  const std::string mermaid = render_mermaid(fingerprint);
  CHECK(mermaid.size() < 50'000);
  CHECK(mermaid.find("use the dot format") != std::string::npos);
}

TEST_CASE("What Spyderbat's format can say comes back from it unchanged") {
  const Fingerprint fingerprint = workload();
  const Fingerprint again =
      import_spyderbat(render_spyderbat(fingerprint), "exported", {"builder", fingerprint.rules});
  std::vector<std::string> expected = told(fingerprint);
  std::erase_if(expected, [](const std::string &line) { return line.starts_with("read "); });
  CHECK(told(again) == expected);
}

TEST_CASE("A Spyderbat fingerprint becomes one of ours, and what has no counterpart a stated gap") {
  const Fingerprint fingerprint = imported(k_document);
  CHECK(fingerprint.name == "web");
  CHECK(told(fingerprint) ==
        std::vector<std::string>{"exec nobody /usr/bin/sh -c ", "exec root /usr/sbin/nginx ",
                                 "exec builder /usr/sbin/nginx > /usr/sbin/nginx ",
                                 "connect builder /usr/sbin/nginx > /usr/sbin/nginx 198.51.100.7:443/tcp",
                                 "connect builder /usr/sbin/nginx > /usr/sbin/nginx api.example:443/tcp",
                                 "listen root /usr/sbin/nginx any:443/tcp",
                                 "listen root /usr/sbin/nginx any:80/tcp"});
  REQUIRE(fingerprint.coverage_gaps.size() == 2);
  CHECK(fingerprint.coverage_gaps[0] == "imported: the address range 10.0.0.0/8; a policy can allow it");
  CHECK(fingerprint.coverage_gaps[1].starts_with("imported: 1 ingress entry"));
}

TEST_CASE("What is no Spyderbat document is refused with the reason") {
  CHECK_THROWS_AS(imported("[1, 2"), Error);
  CHECK_THROWS_AS(imported("- a"), Error);
  CHECK_THROWS_AS(imported("kind: Pod\nmetadata: {name: x}"), Error);
  CHECK_THROWS_AS(imported("kind: SpyderbatPolicy\nmetadata: {name: x}\nspec: {processPolicy: [{name: a}]}"),
                  Error);
  CHECK_THROWS_AS(imported("kind: SpyderbatPolicy\nmetadata: {name: x}\nspec: {processPolicy: 7}"), Error);
  CHECK_THROWS_AS(imported("kind: SpyderbatPolicy\nmetadata: {name: x}\nspec: {networkPolicy: {egress: [{to: "
                           "[{dnsSelector: [a]}], processes: [none], ports: [{protocol: TCP, port: 1}]}]}}"),
                  Error);
}

TEST_CASE("Aliases that stand for billions of nodes are refused") {
  std::string text = "kind: SpyderbatPolicy\nmetadata: {name: x}\na0: &a0 [{name: a, exe: [/a]}]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1), name = "a" + std::to_string(i);
    text += name + ": &" + name + " [";
    for (int k = 0; k < 10; ++k) text += "{name: a, exe: [/a], children: " + last + "},";
    text += "]\n";
  }
  CHECK_THROWS_AS(imported(text + "spec: {processPolicy: *a11}\n"), Error);
}

TEST_CASE("A subject is a name and a digest") {
  CHECK(parse_subject("a@b@gitCommit:" + std::string(40, '0')).name == "a@b");
  for (const auto *text :
       {"", "a", "@sha256:00", "a@sha256:xyz", "a@sha256:", "a@:00000000000000000000000000000000"})
    CHECK_THROWS_AS(parse_subject(text), Error);
}

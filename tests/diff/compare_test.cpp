#include "diff/compare.hpp"

#include <algorithm>
#include <random>

#include "tests/catch.hpp"
#include "tests/diff/tell.hpp"

namespace buildprint {
namespace {

const std::vector<std::string> k_build{
    "exec builder: /usr/bin/make",
    "exec builder: /usr/bin/make > /usr/bin/sh -c",
    "exec builder: /usr/bin/make > /usr/bin/sh -c > /usr/bin/gcc",
    "exec builder: /usr/bin/make > /usr/bin/sh -c > /usr/bin/gcc > /usr/bin/as",
    "exec builder: /usr/bin/make > /usr/bin/sh -c > /usr/bin/sh $WS/tests/run.sh",
    "exec builder: /usr/bin/make > /usr/bin/sh -c > /usr/bin/sh $WS/tests/run.sh > /usr/bin/sed",
    "connect builder: /usr/bin/make > /usr/bin/sh -c > /usr/bin/curl -> registry.example:443/tcp",
};

TEST_CASE("a fingerprint compared with itself is the same") {
  const auto diff = tell::diff(k_build, k_build);
  CHECK(diff.verdict == Verdict::same);
  CHECK(diff.findings.empty());
  CHECK(diff.moved.empty());
  CHECK(diff.absent.empty());
  CHECK(diff.changed.empty());
}

TEST_CASE("the order of the lines does not matter") {
  auto base = tell::fingerprint(k_build);
  const auto head = tell::fingerprint(
      tell::with(k_build, {"exec builder: /usr/bin/make > /usr/bin/sh -c > /usr/bin/gcc > /usr/bin/nc"}));
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(base.behaviors.begin(), base.behaviors.end(), random);
    const auto diff = compare(base, head, Policy{});
    REQUIRE(diff.findings.size() == 1);
    CHECK(diff.findings[0].behaviors.size() == 1);
    CHECK(diff.absent.empty());
  }
}

TEST_CASE("what the base alone does is absent and fails nothing") {
  const auto diff = tell::diff(tell::with(k_build, {"exec builder: /usr/bin/make > /usr/bin/tar"}), k_build);
  CHECK(diff.verdict == Verdict::same);
  REQUIRE(diff.absent.size() == 1);
  CHECK(diff.absent[0].lineage.back().text() == "/usr/bin/tar");
}

TEST_CASE("the same three programs under another ancestry have moved, and are not new") {
  const auto diff = tell::diff({"exec builder: /a > /b > /c > /d > /e"}, {"exec builder: /x > /c > /d > /e"});
  CHECK(diff.verdict == Verdict::same);
  REQUIRE(diff.moved.size() == 1);
  CHECK(diff.moved[0].base_lineage.front().text() == "/a");
}

TEST_CASE("novelty says how far back one must go to find it known") {
  const std::vector<std::string> base{"exec builder: /a > /b > /c > /d",
                                      "connect builder: /a > /b -> known.example:80/tcp"};
  const auto novelty = [&](const std::string &line) {
    const auto diff = tell::diff(base, tell::with(base, {line}));
    REQUIRE(diff.findings.size() == 1);
    return diff.findings[0].behaviors.at(0).novelty;
  };
  CHECK(novelty("exec builder: /a > /c > /d") == 1);
  CHECK(novelty("exec builder: /a > /b > /d") == 2);
  CHECK(novelty("exec builder: /a > /b > /never") == 3);
  CHECK(novelty("connect builder: /a > /b -> known.example:443/tcp") == 2);
  CHECK(novelty("connect builder: /a > /b -> other.example:80/tcp") == 3);
  CHECK(novelty("exec root: /a > /b > /c > /d") == 3);
}

TEST_CASE("fingerprints of other rules or another architecture are no baseline") {
  const auto base = tell::fingerprint(k_build);
  auto head = base;
  head.rules = "2-other";
  CHECK(compare(base, head, Policy{}).verdict == Verdict::no_baseline);
  auto arm = base, intel = base;
  arm.labels["arch"] = "aarch64";
  intel.labels["arch"] = "x86_64";
  const auto diff = compare(arm, intel, Policy{});
  CHECK(diff.verdict == Verdict::no_baseline);
  REQUIRE(diff.because.size() == 1);
  CHECK(diff.because[0].find("aarch64") != std::string::npos);
}

TEST_CASE("an incomplete side is never the same, and its findings stand nevertheless") {
  auto base = tell::fingerprint(k_build);
  auto head = tell::fingerprint(tell::with(k_build, {"exec builder: /usr/bin/make > /usr/bin/nc"}));
  head.complete = false;
  head.incomplete_because = {"3 records found no room in the ring"};
  const auto diff = compare(base, head, Policy{});
  CHECK(diff.verdict == Verdict::incomplete);
  CHECK(diff.findings.size() == 1);
  CHECK(diff.because.at(0) == "head is incomplete: 3 records found no room in the ring");
  base.complete = false;
  CHECK(compare(base, base, Policy{}).verdict == Verdict::incomplete);
}

TEST_CASE("other names and labels are told") {
  auto base = tell::fingerprint(k_build), head = base;
  base.labels["os"] = "debian-12", head.labels["os"] = "ubuntu-24.04";
  head.name = "lint";
  head.coverage_gaps = {"the docker daemon"};
  const auto diff = compare(base, head, Policy{});
  CHECK(diff.verdict == Verdict::same);
  CHECK(diff.notices.size() == 3);
}

TEST_CASE("what the policy allows is accepted, what it denies is found though known") {
  const auto base = tell::fingerprint(k_build);
  const auto head =
      tell::fingerprint(tell::with(k_build, {"exec builder: /usr/bin/make > /usr/bin/sh -c > /usr/bin/jq"}));
  const auto allow = parse_policy(
      R"({"format":"buildprint/policy/1","allow":[{"program":"/usr/bin/jq","reason":"reads the version"}]})",
      "p");
  const auto accepted = compare(base, head, allow);
  CHECK(accepted.verdict == Verdict::same);
  REQUIRE(accepted.accepted.size() == 1);
  CHECK(accepted.accepted[0].reason == "reads the version");
  const auto deny = parse_policy(
      R"({"format":"buildprint/policy/1","deny":[{"program":"/usr/bin/curl","reason":"no downloads"}]})",
      "p");
  const auto refused = compare(base, base, deny);
  CHECK(refused.verdict == Verdict::new_behavior);
  REQUIRE(refused.findings.size() == 1);
  CHECK(refused.findings[0].title.find("denied by the policy") == 0);
}

TEST_CASE("evidence follows its behavior into the finding") {
  const auto base = tell::fingerprint(k_build);
  const auto head = tell::fingerprint(tell::with(k_build, {"exec builder: /usr/bin/make > /usr/bin/nc"}));
  std::vector<Evidence> evidence(head.behaviors.size());
  for (std::size_t i = 0; i < evidence.size(); ++i)
    evidence[i].raw = {head.behaviors[i].lineage.back().text() + " raw"};
  const auto diff = compare(base, head, Policy{}, evidence);
  CHECK(diff.findings.at(0).behaviors.at(0).evidence.raw.at(0) == "/usr/bin/nc raw");
}

} // namespace
} // namespace buildprint

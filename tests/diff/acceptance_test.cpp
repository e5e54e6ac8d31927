#include "diff/acceptance.hpp"

#include "base/error.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

namespace {

Behavior behavior(Kind kind, const std::string &program, const std::string &object = {}) {
  Behavior result;
  result.kind = kind;
  result.user = "builder";
  result.lineage = {Program::parse("/usr/bin/make"), Program::parse(program)};
  result.object = Object::parse(kind, object);
  return result;
}

const Behavior k_curl = behavior(Kind::exec, "/usr/bin/curl");
const Behavior k_download = behavior(Kind::connect, "/usr/bin/curl", "files.example.org:443/tcp");
const Behavior k_gcc = behavior(Kind::exec, "/usr/bin/gcc");

Fingerprint fingerprint(std::vector<Behavior> behaviors) {
  Fingerprint result;
  result.name = "unit-tests";
  result.rules = "1-abc";
  result.behaviors = std::move(behaviors);
  return result;
}

const Acceptance k_acceptance{
    {k_curl, k_download}, "unit-tests", "left-pad fetches its fonts", "Ann <ann@example.com>", {}};

} // namespace

TEST_CASE("accepting adds lines to the fingerprint and takes none away") {
  auto head = fingerprint({k_curl, k_download});
  head.attributes = {{"/usr/bin/curl", "version", "8"}, {"/usr/bin/ld", "version", "2"}};
  auto base = fingerprint({k_gcc});
  base.attributes = {{"/usr/bin/gcc", "version", "12"}};
  const auto accepted = with_behaviors(base, head, {k_download, k_curl, k_gcc});
  CHECK(accepted.behaviors.size() == 3);
  CHECK(accepted.attributes.size() == 2);
  CHECK_NOTHROW(parse_fingerprint(render_fingerprint(accepted), "f"));
  CHECK(without_absent(accepted, head).behaviors.size() == 2);
}

TEST_CASE("the first acceptance makes a policy that a person can read") {
  const auto text = with_entry("", "policy.json", "accepted", k_acceptance);
  CHECK(
      text ==
      R"({
  "format": "buildprint/policy/1",
  "accepted": [
    {
      "workload": "unit-tests",
      "behaviors": [
        {"id":")" +
          behavior_id(k_curl) +
          R"(","kind":"exec","user":"builder","lineage":["/usr/bin/make","/usr/bin/curl"]},
        {"id":")" +
          behavior_id(k_download) +
          R"(","kind":"connect","user":"builder","lineage":["/usr/bin/make","/usr/bin/curl"],"object":"files.example.org:443/tcp"}
      ],
      "owner": "Ann <ann@example.com>",
      "reason": "left-pad fetches its fonts"
    }
  ]
}
)");
  const auto policy = parse_policy(text, "policy.json");
  CHECK(rule_on_new(policy, k_download, "unit-tests").decision == Decision::allow);
  CHECK(rule_on_new(policy, k_download, "other").decision == Decision::deny);
}

TEST_CASE("an acceptance keeps the order and the comments of the policy") {
  const std::string before = R"({
  // Ours.
  "format": "buildprint/policy/1",
  "accepted": [
    {"reason": "old", "behaviors": [{"kind": "exec", "user": "builder", "lineage": ["/a"]}]} // long ago
  ],
  "deny": [], /* none */
}
)";
  const auto after = with_entry(before, "policy.json", "accepted", k_acceptance);
  const auto policy = parse_policy(after, "policy.json");
  CHECK(policy.accepted.size() == 2);
  CHECK(policy.accepted.at(1).reason == "left-pad fetches its fonts");
  const auto cut = before.find("} // long ago");
  CHECK(after.substr(0, cut) == before.substr(0, cut));
  CHECK(after.find("}, // long ago\n    {\n      \"workload\"") == cut);
  CHECK(after.ends_with(before.substr(before.find("\n  ],\n  \"deny\""))));
}

TEST_CASE("what is rejected becomes an entry that denies") {
  const auto policy = parse_policy(with_entry("", "policy.json", "deny", k_acceptance), "policy.json");
  CHECK(denied(policy, k_download, "unit-tests") != nullptr);
}

TEST_CASE("nothing is accepted without a reason, or until a day that is none") {
  auto acceptance = k_acceptance;
  acceptance.reason = "  ";
  CHECK_THROWS_AS(with_entry("", "p", "accepted", acceptance), Error);
  acceptance.reason = "r\nx";
  CHECK_THROWS_AS(with_entry("", "p", "accepted", acceptance), Error);
  acceptance.reason = "r";
  acceptance.expires = "soon";
  CHECK_THROWS_AS(with_entry("", "p", "accepted", acceptance), Error);
  acceptance.expires = "2027-01-31";
  CHECK(parse_policy(with_entry("", "p", "accepted", acceptance), "p").accepted.at(0).expires ==
        "2027-01-31");
}

TEST_CASE("a damaged policy is not written to") {
  CHECK_THROWS_AS(
      with_entry("{\"format\": \"buildprint/policy/1\", \"alow\": []}", "p", "accepted", k_acceptance),
      Error);
}

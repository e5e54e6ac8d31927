#include "diff/policy.hpp"

#include "base/error.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

namespace {

Behavior behavior(Kind kind, const std::vector<std::string> &lineage, const std::string &object = {}) {
  Behavior result;
  result.kind = kind;
  result.user = "builder";
  result.lineage = parse_lineage(lineage);
  result.object = Object::parse(kind, object);
  return result;
}

const Behavior k_download =
    behavior(Kind::connect, {"$WS/ci", "/usr/bin/npm install", "/usr/bin/curl"}, "files.example.org:443/tcp");

Policy policy(const std::string &members) {
  return parse_policy("{\"format\": \"buildprint/policy/1\",\n" + members + "}", "policy.json");
}

std::string message(const std::string &members) {
  try {
    policy(members);
  } catch (const Error &error) {
    return error.what();
  }
  return "accepted";
}

Decision decision(const std::string &members, const Behavior &of = k_download) {
  auto parsed = policy(members);
  parsed.today = "2026-11-24";
  return rule_on_new(parsed, of, "unit-tests").decision;
}

} // namespace

TEST_CASE("without an entry or a level, what is new is denied") {
  CHECK(decision("") == Decision::deny);
  CHECK(decision("\"levels\": {\"connect\": \"warn\"}") == Decision::warn);
  CHECK(decision("\"levels\": {\"exec\": \"allow\"}") == Decision::deny);
}

TEST_CASE("an entry allows what fits all that it asks for") {
  const auto allow = [](const std::string &asks) {
    return decision("\"allow\": [{" + asks + ",\"reason\": \"r\"}]") == Decision::allow;
  };
  CHECK(allow("\"kind\": \"connect\", \"destination\": \"*.example.org:443\""));
  CHECK(allow("\"kind\": [\"exec\", \"connect\"], \"program\": \"/usr/bin/curl\""));
  CHECK(allow("\"lineage\": \"** > /usr/bin/npm * > **\", \"user\": \"builder\""));
  CHECK(allow("\"workload\": \"unit-*\", \"object\": \"files.**\""));
  const std::string line = R"("behaviors": [{"kind": "connect", "user": "builder", "seen": 3,
    "lineage": ["$WS/ci", "/usr/bin/npm install", "/usr/bin/curl"], "object": "files.example.org:)";
  CHECK(allow(line + "443/tcp\"}]"));
  CHECK_FALSE(allow(line + "80/tcp\"}]"));
  CHECK_FALSE(allow("\"kind\": \"exec\""));
  CHECK_FALSE(allow("\"program\": \"/usr/bin/wget\""));
  CHECK_FALSE(allow("\"user\": \"root\""));
  CHECK_FALSE(allow("\"workload\": \"lint\""));
  CHECK_FALSE(allow("\"program\": \"/usr/bin/curl\", \"destination\": \"*.example.net\""));
}

TEST_CASE("a destination never fits what is not about the network") {
  CHECK(decision("\"allow\": [{\"destination\": \"*\", \"reason\": \"r\"}]",
                 behavior(Kind::exec, {"/usr/bin/curl"})) == Decision::deny);
}

TEST_CASE("deny outranks allow and holds for known behaviors") {
  const auto parsed =
      policy("\"allow\": [{\"kind\": \"connect\", \"reason\": \"r\"}],\n"
             "\"deny\": [{\"destination\": \"**.example.org\", \"reason\": \"left for good\"}]");
  CHECK(rule_on_new(parsed, k_download, "x").decision == Decision::deny);
  REQUIRE(denied(parsed, k_download, "x") != nullptr);
  CHECK(describe(*denied(parsed, k_download, "x")) == "line 3, deny to **.example.org (left for good)");
  CHECK(denied(parsed, behavior(Kind::exec, {"/usr/bin/curl"}), "x") == nullptr);
}

TEST_CASE("an entry holds through the day on which it expires") {
  const auto until = [](const std::string &day) {
    return decision("\"allow\": [{\"kind\": \"connect\", \"reason\": \"r\", \"expires\": \"" + day + "\"}]");
  };
  CHECK(until("2026-11-24") == Decision::allow);
  CHECK(until("2026-11-23") == Decision::deny);
}

TEST_CASE("what is not a policy is refused with the line") {
  CHECK(message("\"alow\": []") == "policy.json, line 2: unknown key \"alow\"");
  CHECK(message("\"allow\": [\n{\"kind\": \"connect\"}]") ==
        "policy.json, line 3: an entry without a \"reason\"");
  CHECK(message("\"allow\": [\n{\"reason\": \" \"}]") ==
        "policy.json, line 3: \"reason\" is a text, and not an empty one");
  CHECK(message("\"allow\": [{\"reason\": \"r\",\n\"hosts\": \"x\"}]") ==
        "policy.json, line 3: unknown key \"hosts\"");
  CHECK(message("\"levels\": {\"connects\": \"warn\"}") == "policy.json, line 2: unknown kind \"connects\"");
  CHECK(message("\"levels\": {\"connect\": \"ignore\"}") == "policy.json, line 2: unknown level \"ignore\"");
  CHECK(message("\"deny\": [{\"reason\": \"r\", \"expires\": \"tomorrow\"}]") ==
        "policy.json, line 2: \"expires\" is not a date");
  CHECK(message("\"deny\": [{\"reason\": \"r\", \"destination\": \"10.0.0.0/99\"}]") ==
        "policy.json, line 2: destination 10.0.0.0/99: neither a network nor a host");
  CHECK(message("\"accepted\": [{\"reason\": \"r\"}]") ==
        "policy.json, line 2: what is accepted is listed one by one, in \"behaviors\"");
  CHECK(message("\"accepted\": [{\"reason\": \"r\", \"behaviors\": [{\"kind\": \"exec\"}]}]") ==
        "policy.json, line 2: a behavior without kind, user or lineage");
  CHECK(message(R"("accepted": [{"reason": "r", "behaviors": [{"id": "00", "kind": "exec", "user": "root",
    "lineage": ["/a"]}]}])") == "policy.json, line 2: a behavior whose id does not fit its content");
  CHECK_THROWS_AS(parse_policy("[]", "p"), Error);
  CHECK_THROWS_AS(parse_policy("{}", "p"), Error);
  CHECK_THROWS_AS(parse_policy("{\"format\": \"buildprint/policy/2\"}", "p"), Error);
}

TEST_CASE("expired, unused and too broad entries are told, and a deny entry that matches nothing is not") {
  auto parsed = policy(R"("allow": [
{"kind": "connect", "program": "/usr/bin/curl", "reason": "used"},
{"kind": "connect", "program": "/usr/bin/curl", "reason": "old", "expires": "2026-01-01"},
{"kind": "connect", "program": "/usr/bin/wget", "reason": "nobody"},
{"kind": "connect", "destination": "*", "reason": "all"},
{"kind": "connect", "program": "/usr/bin/wget", "workload": "lint", "reason": "elsewhere"}],
"deny": [{"kind": "inspect", "reason": "never"}])");
  parsed.today = "2026-11-24";
  Fingerprint base, head;
  head.name = "unit-tests";
  head.behaviors = {k_download};
  CHECK(policy_notices(parsed, base, head) ==
        std::vector<std::string>{
            "policy.json: expired on 2026-01-01: line 4, allow connect by /usr/bin/curl (old)",
            "policy.json: unused, it matches nothing in unit-tests: line 5, allow connect by /usr/bin/wget "
            "(nobody)",
            "policy.json: too broad, it allows what nobody has looked at: line 6, allow connect to * (all)"});
}

TEST_CASE("a finding of warnings alone does not fail the gate") {
  Finding finding;
  finding.behaviors.push_back({k_download, 3, "1/1", {}});
  CHECK(fails_gate({}, finding, "x"));
  const auto warn = policy("\"levels\": {\"connect\": \"warn\"}");
  CHECK_FALSE(fails_gate(warn, finding, "x"));
  finding.more.push_back({behavior(Kind::exec, {"/usr/bin/curl"}), 3, "1/1", {}});
  CHECK(fails_gate(warn, finding, "x"));
}

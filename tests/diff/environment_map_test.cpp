#include "diff/environment_map.hpp"

#include "base/error.hpp"
#include "diff/compare.hpp"
#include "tests/catch.hpp"
#include "tests/diff/tell.hpp"

namespace buildprint {
namespace {

const std::string k_map = R"({
  // what staging calls otherwise
  "format": "buildprint/map/1",
  "hosts": {"db.staging.example": "db", "db.prod.example": "db", "2001:db8::1": "cache"},
  "users": {"other:stage": "other:app"},
  "paths": {"/srv/staging": "/srv/app"},
})";

TEST_CASE("two environments differ only where the map does not explain it") {
  auto staging =
      tell::fingerprint({"exec other:stage: /srv/staging/bin/server",
                         "connect other:stage: /srv/staging/bin/server -> db.staging.example:5432/tcp",
                         "connect other:stage: /srv/staging/bin/server -> [2001:db8::1]:6379/tcp",
                         "connect other:stage: /srv/staging/bin/server -> debug.example:9000/tcp"});
  auto production = tell::fingerprint({"exec other:app: /srv/app/bin/server",
                                       "connect other:app: /srv/app/bin/server -> db.prod.example:5432/tcp",
                                       "connect other:app: /srv/app/bin/server -> cache:6379/tcp"});
  const auto map = parse_environment_map(k_map, "map");
  std::vector<Evidence> none;
  apply(map, staging, none);
  apply(map, production, none);
  const auto diff = compare(production, staging, Policy{});
  REQUIRE(diff.findings.size() == 1);
  REQUIRE(diff.findings[0].behaviors.size() == 1);
  CHECK(diff.findings[0].behaviors[0].behavior.object.text() == "debug.example:9000/tcp");
}

TEST_CASE("names are mapped whole: a longer host or path is another") {
  auto told = tell::fingerprint({"connect builder: /srv/staging-old/x -> db.staging.example.evil:1/tcp"});
  const auto before = told.behaviors;
  std::vector<Evidence> none;
  apply(parse_environment_map(k_map, "map"), told, none);
  CHECK(same_key(told.behaviors.at(0), before.at(0)));
}

TEST_CASE("evidence stays with its behavior when the order changes") {
  auto told = tell::fingerprint({"exec builder: /a", "exec builder: /b", "exec builder: /c"});
  std::vector<Evidence> evidence(3);
  for (std::size_t i = 0; i < 3; ++i) evidence[i].raw = {told.behaviors[i].lineage[0].text()};
  EnvironmentMap map;
  map.paths = {{"/a", "/z"}, {"/c", "/b"}};
  apply(map, told, evidence);
  REQUIRE(told.behaviors.size() == 2);
  REQUIRE(evidence.size() == 2);
  CHECK(evidence[0].raw.at(0) == "/b");
  CHECK(evidence[1].raw.at(0) == "/a");
}

TEST_CASE("a map that is not one is refused with its line") {
  const auto refuses = [](const std::string &text, const std::string &part) {
    try {
      parse_environment_map(text, "staging.map");
    } catch (const Error &error) {
      CAPTURE(error.what());
      CHECK(std::string(error.what()).find("staging.map") == 0);
      CHECK(std::string(error.what()).find(part) != std::string::npos);
      return;
    }
    FAIL("accepted: " << text);
  };
  refuses("[]", "object in braces");
  refuses("{}", "\"format\"");
  refuses(R"({"format":"buildprint/map/2"})", "\"format\"");
  refuses("{\"format\":\"buildprint/map/1\",\n\"hots\":{}}", "line 2: unknown key \"hots\"");
  refuses(R"({"format":"buildprint/map/1","hosts":{"a":1}})", "texts");
  refuses(R"({"format":"buildprint/map/1","hosts":{"":"b"}})", "not empty");
  refuses(R"({"format":"buildprint/map/1","paths":{"a":"/b"}})", "starts with /");
  refuses(R"({"format":"buildprint/map/1","hosts":{"a":"b","b":"c"}})", "itself mapped");
}

} // namespace
} // namespace buildprint

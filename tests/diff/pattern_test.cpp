#include "diff/pattern.hpp"

#include "fingerprint/behavior.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

namespace {

/// The object as a connect has it, a bare name as a resolve does.
bool matches(std::string_view pattern, std::string_view object) {
  const bool name = object.find('/') == object.npos && object.find(':') == object.npos;
  return destination_matches(pattern, Object::parse(name ? Kind::resolve : Kind::connect, object));
}

} // namespace

TEST_CASE("a star stays within a path element, two stars do not") {
  CHECK(glob_matches("/usr/bin/npm *", "/usr/bin/npm install"));
  CHECK_FALSE(glob_matches("/usr/bin/*", "/usr/bin/x/y"));
  CHECK(glob_matches("/usr/**", "/usr/bin/x/y"));
  CHECK(glob_matches("$WS/node_modules/*/build.js", "$WS/node_modules/left-pad/build.js"));
  CHECK_FALSE(glob_matches("$WS/node_modules/*/build.js", "$WS/node_modules/a/b/build.js"));
  CHECK(glob_matches("**/b*.js", "$WS/a/b/build.js"));
  CHECK(glob_matches("a?c", "abc"));
  CHECK_FALSE(glob_matches("a?c", "a/c"));
  CHECK(glob_matches("*", ""));
  CHECK_FALSE(glob_matches("", "x"));
  CHECK_FALSE(glob_matches("a", "ab"));
}

TEST_CASE("many stars take no longer than few") {
  const std::string text(2000, 'a');
  CHECK_FALSE(glob_matches("*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
  CHECK_FALSE(lineage_matches("** > a > ** > a > ** > a > ** > a > b", Lineage(500, Program::parse("a"))));
}

TEST_CASE("a lineage pattern describes the whole lineage") {
  const auto lineage = parse_lineage_text("$WS/ci > /usr/bin/npm install > /usr/bin/sh -c > /usr/bin/curl");
  CHECK(lineage_matches("** > /usr/bin/curl", lineage));
  CHECK(lineage_matches("** > /usr/bin/npm * > **", lineage));
  CHECK(lineage_matches("$WS/ci > * > **", lineage) == false); // a star does not pass '/'
  CHECK(lineage_matches("$WS/ci > **", lineage));
  CHECK(lineage_matches("**", lineage));
  CHECK_FALSE(lineage_matches("** > /usr/bin/npm *", lineage));
  CHECK_FALSE(lineage_matches("/usr/bin/npm * > **", lineage));
}

TEST_CASE("names match by label") {
  CHECK(matches("registry.example", "registry.example:443/tcp"));
  CHECK(matches("registry.example:443", "registry.example:443/tcp"));
  CHECK(matches("registry.example:443/tcp", "registry.example:443/tcp"));
  CHECK_FALSE(matches("registry.example:80", "registry.example:443/tcp"));
  CHECK_FALSE(matches("registry.example/udp", "registry.example:443/tcp"));
  CHECK(matches("*.example:400-500", "registry.example:443/tcp"));
  CHECK_FALSE(matches("*.example", "a.b.example:443/tcp"));
  CHECK(matches("**.example", "a.b.example:443/tcp"));
  CHECK_FALSE(matches("**.example", "example:443/tcp"));
  CHECK_FALSE(matches("*.example", "evilexample:443/tcp"));
  CHECK(matches("cdn-*.example.org", "cdn-7.example.org"));
  CHECK(matches("*", "203.0.113.7:80/tcp"));
}

TEST_CASE("what only the client says, or a proxy is asked for, is not the host of a pattern") {
  CHECK(matches("registry.example", "registry.example:443/tcp"));
  CHECK_FALSE(matches("registry.example", "sni:registry.example:443/tcp"));
  CHECK_FALSE(matches("registry.example", "registry.example:443/tcp via proxy.example:3128"));
}

TEST_CASE("networks match addresses and never names") {
  CHECK(matches("203.0.113.0/24", "203.0.113.7:80/tcp"));
  CHECK(matches("203.0.113.0/24:80", "203.0.113.7:80/tcp"));
  CHECK_FALSE(matches("203.0.113.0/24", "203.0.114.7:80/tcp"));
  CHECK_FALSE(matches("203.0.113.0/24", "203.0.113.7.evil:80/tcp"));
  CHECK_FALSE(matches("*.0.113.7", "203.0.113.7:80/tcp"));
  CHECK(matches("2001:db8::/32", "[2001:db8::5]:443/tcp"));
  CHECK(matches("[2001:db8::/32]:443", "[2001:db8:1::5]:443/tcp"));
  CHECK_FALSE(matches("[2001:db8::/32]:80", "[2001:db8:1::5]:443/tcp"));
  CHECK_FALSE(matches("::/0", "a.example:443/tcp"));
}

TEST_CASE("sockets and loopback listeners are matched as a whole") {
  CHECK(matches("unix:$WS/*.sock", "unix:$WS/a.sock"));
  CHECK(matches("daemon:unix:/run/docker.sock", "daemon:unix:/run/docker.sock"));
  CHECK(matches("loopback:(/usr/bin/*)/tcp", "loopback:(/usr/bin/redis-server)/tcp"));
  CHECK_FALSE(matches("unix:$WS/*.sock", "a.example:443/tcp"));
}

TEST_CASE("malformed and broad destinations are told") {
  CHECK(destination_problem("a.example:443").empty());
  CHECK(destination_problem("10.0.0.0/8:443/tcp").empty());
  CHECK_FALSE(destination_problem("10.0.0.0/40").empty());
  CHECK_FALSE(destination_problem(":443").empty());
  CHECK_FALSE(destination_problem("a.example:99999").empty());
  CHECK_FALSE(destination_problem("a.**.example").empty());
  CHECK(destination_too_broad("*"));
  CHECK(destination_too_broad("*.com"));
  CHECK(destination_too_broad("0.0.0.0/0"));
  CHECK_FALSE(destination_too_broad("*.example.org:443"));
  CHECK_FALSE(destination_too_broad("10.0.0.0/8"));
  CHECK_FALSE(destination_too_broad("localhost"));
}

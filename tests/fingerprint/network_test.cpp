// Whom a recording talks to where somebody tries to hide it, and how much room the answer takes.

#include <algorithm>
#include <cstdio>

#include "tests/fingerprint/lines.hpp"

using namespace buildprint;

namespace {

/// A run in which one address has many names.
CanonicalRun run_with_names(int count) {
  Scene scene;
  auto curl = scene.command("/usr/bin/curl");
  for (int i = 0; i < count; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "n%05d.example", i);
    curl.answer(name, {"203.0.113.66"});
  }
  curl.connect("203.0.113.66", 443);
  return canonicalize(scene.recording(), builtin_rules());
}

/// A container's main process.
Scene::Actor in_container(Scene &scene) {
  auto main = scene.command("/usr/bin/psql");
  ContainerStart start;
  start.id = "1", start.image = "postgres:15", start.linked_by = "cgroup-parent";
  return main.event(start);
}

const std::string k_in_container = "connect builder /usr/bin/psql > container:postgres: ";

} // namespace

TEST_CASE("R9 names the first of many names that share an address, in order, and counts the rest") {
  const auto doubt = [](int count) { return run_with_names(count).notices.front(); };
  const std::string eight = "203.0.113.66 stands for n00000.example, n00001.example, n00002.example, "
                            "n00003.example, n00004.example, n00005.example, n00006.example, n00007.example";
  CHECK(doubt(8) == eight + ": which of them was meant is not known");
  CHECK(doubt(9) == eight + " and 1 more: which of them was meant is not known");
  CHECK(doubt(500) == eight + " and 492 more: which of them was meant is not known");
}

TEST_CASE("R9 tells each of many names that share an address, and none of them carries all others") {
  const auto run = run_with_names(500);
  CHECK(std::count_if(run.fingerprint.behaviors.begin(), run.fingerprint.behaviors.end(),
                      [](const Behavior &one) { return one.kind == Kind::connect; }) == 500);
  for (const auto &evidence : run.evidence)
    for (const auto &rewrite : evidence.rewrites) CHECK(rewrite.before.size() < 300);
}

TEST_CASE("R9 must not believe a resolver's address at which the recording itself answers") {
  const std::string forged = k_in_container + "registry.example:443/tcp";
  const auto attack = [](Scene &scene, const std::string &address, Transport transport) {
    auto evil = in_container(scene);
    if (transport == Transport::tcp)
      evil.listen(address, 53);
    else
      evil.bind(address, 53, transport);
    evil.answer("registry.example", {"203.0.113.66"}, "127.0.0.11").connect("203.0.113.66", 443);
  };
  for (const std::string address : {"127.0.0.11", "0.0.0.0", "::"})
    for (const auto transport : {Transport::tcp, Transport::udp}) {
      Scene scene;
      attack(scene, address, transport);
      CHECK_FALSE(shows(scene, forged));
      CHECK(shows(scene, k_in_container + "203.0.113.66:443/tcp"));
    }
  Scene before; // the answer came through another place, and its listener is seen later
  auto evil = in_container(before);
  evil.answer("registry.example", {"203.0.113.66"}, "127.0.0.11").listen("127.0.0.11", 53);
  evil.connect("203.0.113.66", 443);
  CHECK_FALSE(shows(before, forged));
  CHECK(shows(before, k_in_container + "203.0.113.66:443/tcp"));
  Scene own_namespace; // in which the system's resolver's address is on its own interface
  auto node = own_namespace.command("/usr/bin/node", {"node", "x.js"});
  const auto resolver = own_namespace.run().resolvers.front();
  node.listen(resolver, 53).answer("registry.example", {"203.0.113.66"}).connect("203.0.113.66", 443);
  CHECK(shows(own_namespace, "connect builder /usr/bin/node $WS/x.js: 203.0.113.66:443/tcp"));
}

TEST_CASE("R9 believes the resolver while a name server of the build is tested at another place") {
  const auto named = [](const std::string &address, std::uint16_t port) {
    Scene scene;
    auto test = in_container(scene);
    test.bind(address, port, Transport::udp).listen(address, port);
    test.answer("db.example", {"203.0.113.4"}, "127.0.0.11").connect("203.0.113.4", 5432);
    return shows(scene, k_in_container + "db.example:5432/tcp");
  };
  CHECK(named("127.0.0.1", 5353));
  CHECK(named("0.0.0.0", 1053));
  CHECK(named("::", 8053));
  CHECK(named("127.0.0.11", 10053));
  CHECK(named("127.0.0.1", 53)); // another address: no resolver of anybody
  CHECK(named("::1", 53));
}

TEST_CASE("R9 keeps what one resolver said when another is the recording's own") {
  Scene scene;
  auto test = in_container(scene);
  test.answer("db.example", {"203.0.113.4"}).answer("cache.example", {"203.0.113.5"}, "127.0.0.11");
  test.listen("127.0.0.11", 53).connect("203.0.113.4", 5432).connect("203.0.113.5", 6379);
  CHECK(shows(scene, k_in_container + "db.example:5432/tcp"));
  CHECK(shows(scene, k_in_container + "203.0.113.5:6379/tcp"));
}

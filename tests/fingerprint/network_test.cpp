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

TEST_CASE("R10 must not let a listener at another loopback address hide a service that was there before") {
  const std::string python = "connect builder /usr/bin/python3 $WS/t.py: ";
  const auto attack = [](Scene &scene, const std::string &own, const std::string &peer, bool listens_first) {
    auto evil = scene.command("/usr/bin/python3", {"python3", "t.py"});
    if (listens_first) evil.listen(own, 6399);
    evil.connect(peer, 6399).connected(peer, 6399);
    if (!listens_first) evil.listen(own, 6399);
    evil.listen_end(own, 6399);
  };
  for (const auto &[own, peer] :
       std::initializer_list<std::pair<std::string, std::string>>{{"127.0.0.2", "127.0.0.1"},
                                                                  {"::1", "127.0.0.1"},
                                                                  {"127.0.0.1", "::1"},
                                                                  {"0.0.0.0", "::1"},
                                                                  {"127.0.0.2", "0.0.0.0"},
                                                                  {"0.0.0.0", "::"}})
    for (const bool first : {true, false}) {
      Scene scene;
      attack(scene, own, peer, first);
      CHECK(shows(scene, python + "loopback:6399/tcp"));
      CHECK_FALSE(shows(scene, python + "loopback:(/usr/bin/python3 $WS/t.py)/tcp"));
      const auto run = canonicalize(scene.recording(), builtin_rules()).fingerprint;
      const std::string gap = "what loopback:6399/tcp does on behalf of /usr/bin/python3 $WS/t.py";
      CHECK(std::count(run.coverage_gaps.begin(), run.coverage_gaps.end(), gap) == 1);
    }
  Scene refused; // an earlier refusal there does not stand for a later answer
  auto evil = refused.command("/usr/bin/python3", {"python3", "t.py"});
  evil.listen("127.0.0.2", 6399).connect("127.0.0.1", 6399).connected("127.0.0.1", 6399, 111);
  evil.connect("127.0.0.1", 6399).connected("127.0.0.1", 6399);
  CHECK(shows(refused, python + "loopback:6399/tcp"));
  Scene datagrams; // nobody refuses these
  auto sender = datagrams.command("/usr/bin/python3", {"python3", "t.py"});
  sender.bind("127.0.0.2", 8125, Transport::udp).connect("127.0.0.1", 8125, Transport::udp);
  CHECK(shows(datagrams, python + "loopback:8125/udp"));
}

namespace {

/// How python's connection to `peer` is called, whose own listener is `own`; `first`: that was there before.
std::string called(const Listen &own, const Connect &to, bool first) {
  Scene scene;
  auto evil = scene.command("/usr/bin/python3", {"python3", "t.py"});
  if (first) evil.event(own);
  evil.event(to).event(ConnectResult{to.peer, 0, to.network});
  if (!first) evil.event(own);
  evil.event(ListenEnd{own.local, own.network});
  for (const auto &line : lines_of(scene.recording()))
    if (line.starts_with("connect ")) return line.substr(line.find(": ") + 2);
  return {};
}

const std::string k_own = "loopback:(/usr/bin/python3 $WS/t.py)/tcp";

} // namespace

TEST_CASE("R10 must not let a listener for IPv6 alone hide what is at the same port of IPv4") {
  const Listen both{Transport::tcp, {"::", 6399}}, v6{Transport::tcp, {"::", 6399}, true};
  for (const bool first : {true, false}) {
    for (const std::string peer : {"127.0.0.1", "127.0.0.2", "0.0.0.0"}) {
      CHECK(called(v6, {Transport::tcp, {peer, 6399}}, first) == "loopback:6399/tcp");
      CHECK(called(both, {Transport::tcp, {peer, 6399}}, first) == k_own);
    }
    for (const std::string peer : {"::1", "::"})
      CHECK(called(v6, {Transport::tcp, {peer, 6399}}, first) == k_own);
    CHECK(called({Transport::tcp, {"::1", 6399}, true}, {Transport::tcp, {"::1", 6399}}, first) == k_own);
  }
}

TEST_CASE("R10 must not let a listener in another network namespace hide what is in this one") {
  for (const bool first : {true, false})
    for (const std::string own : {"127.0.0.1", "0.0.0.0", "::"}) {
      const auto in = [&](std::uint64_t listens, std::uint64_t connects) {
        return called({Transport::tcp, {own, 6399}, false, listens},
                      {Transport::tcp, {"127.0.0.1", 6399}, connects}, first);
      };
      CHECK(in(7, 0) == "loopback:6399/tcp");
      CHECK(in(0, 7) == "loopback:6399/tcp");
      CHECK(in(7, 8) == "loopback:6399/tcp");
      CHECK(in(7, 7) == k_own); // whichever number it has
      CHECK(in(0, 0) == k_own);
    }
}

TEST_CASE("R10: a port that an engine leads to a container is this machine's") {
  const auto called_in = [](std::uint64_t network) {
    Scene scene;
    auto test = scene.command("/usr/bin/pytest");
    ContainerStart container;
    container.image = "postgres", container.published = {"5433=5432/tcp"};
    test.start("/usr/bin/docker").event(container);
    test.event(Connect{Transport::tcp, {"127.0.0.1", 5433}, network});
    return shows(scene, "connect builder /usr/bin/pytest: container:postgres:5432/tcp");
  };
  CHECK(called_in(0));
  CHECK_FALSE(called_in(7));
}

TEST_CASE("R10 merges the ways to a test's own server: each address that it takes, and those that refuse") {
  const auto play = [](const std::string &own, const std::vector<std::string> &tried, bool waits) {
    Scene scene;
    auto test = scene.command("/usr/bin/tclsh", {"tclsh", "t.tcl"});
    if (waits)
      for (const auto &peer : tried) test.connect(peer, 8080).connected(peer, 8080, 111);
    auto server = test.start("/usr/bin/redis-server");
    server.listen(own, 8080);
    for (const auto &peer : tried) {
      const bool v6 = peer.find(':') != std::string::npos, own_v6 = own.find(':') != std::string::npos;
      const bool answers = own == "::" || v6 == own_v6;
      test.connect(peer, 8080).connected(peer, 8080, answers ? 0 : 111);
    }
    server.listen_end(own, 8080);
    for (const auto &peer : tried) test.connect(peer, 8080).connected(peer, 8080, 111); // gone
    auto lines = lines_of(scene.recording());
    std::erase_if(lines, [](const auto &line) { return !line.starts_with("connect"); });
    return lines;
  };
  const std::vector<std::string> one{
      "connect builder /usr/bin/tclsh $WS/t.tcl: loopback:(/usr/bin/redis-server)/tcp"};
  for (const std::string own : {"127.0.0.1", "0.0.0.0", "::", "::1"})
    for (const bool waits : {true, false}) {
      CHECK(play(own, {"::1", "127.0.0.1"}, waits) == one);
      CHECK(play(own, {"127.0.0.1", "::1"}, waits) == one);
      CHECK(play(own, {"0.0.0.0", "::"}, waits) == one);
    }
  Scene without_v6; // no route to ::1: the kernel tells no end of the attempt
  auto test = without_v6.command("/usr/bin/tclsh", {"tclsh", "t.tcl"});
  test.start("/usr/bin/redis-server").listen("127.0.0.1", 8080);
  test.connect("::1", 8080).connect("127.0.0.1", 8080).connected("127.0.0.1", 8080);
  CHECK(shows(without_v6, one.front()));
  CHECK_FALSE(shows(without_v6, "connect builder /usr/bin/tclsh $WS/t.tcl: loopback:8080/tcp"));
  for (const bool waits : {true, false}) { // who asks for "localhost", and is content with the refusal of ::1
    Scene gives_up;
    auto client = gives_up.command("/usr/bin/tclsh", {"tclsh", "t.tcl"});
    auto server = client.start("/usr/bin/redis-server");
    if (waits) client.connect("::1", 8080).connected("::1", 8080, 111);
    server.listen("0.0.0.0", 8080);
    if (!waits) client.connect("::1", 8080).connected("::1", 8080, 111);
    CHECK(shows(gives_up, "listen builder /usr/bin/tclsh $WS/t.tcl > /usr/bin/redis-server: any:*/tcp"));
  }
  Scene again; // a port that another server has next
  auto suite = again.command("/usr/bin/tclsh", {"tclsh", "t.tcl"});
  for (const std::string program : {"/usr/bin/redis-server", "/usr/bin/memcached"}) {
    suite.start(program).listen("127.0.0.1", 8080).connect("::1", 8080).connected("::1", 8080, 111);
    suite.connect("127.0.0.1", 8080).connected("127.0.0.1", 8080);
    suite.start("/usr/bin/true").listen_end("127.0.0.1", 8080);
  }
  CHECK(shows(again, one.front()));
  CHECK(shows(again, "connect builder /usr/bin/tclsh $WS/t.tcl: loopback:(/usr/bin/memcached)/tcp"));
}

namespace {

/// How python's refused connection to `peer` is called, which binds that port at `own` before it or after it.
std::string called_refused(const std::string &own, const std::string &peer, bool first,
                           std::uint64_t own_network = 0) {
  Scene scene;
  auto test = scene.command("/usr/bin/python3", {"python3", "t.py"});
  const Bind bind{Transport::tcp, {own, 6399}, false, own_network};
  if (first) test.event(bind);
  test.connect(peer, 6399).connected(peer, 6399, 111);
  if (!first) test.event(bind);
  for (const auto &line : lines_of(scene.recording()))
    if (line.starts_with("connect ")) return line.substr(line.find(": ") + 2);
  return {};
}

const std::string k_refused = "loopback:refused/tcp", k_literal = "loopback:6399/tcp";

} // namespace

TEST_CASE("R10 merges refusals at ports that a program bound itself before, for a server that did not come") {
  for (const std::string own : {"127.0.0.1", "0.0.0.0", "::"})
    for (const std::string peer : {"127.0.0.1", "::1", "0.0.0.0"})
      CHECK(called_refused(own, peer, true) == k_refused);
  CHECK(called_refused("127.0.0.2", "127.0.0.2", true) == k_refused);
  CHECK(called_refused("::1", "::1", true) == k_refused);
}

TEST_CASE("R10 must not let a port that was bound later, or elsewhere, hide whom a program looked for") {
  for (const std::string own : {"127.0.0.1", "0.0.0.0", "::"})
    CHECK(called_refused(own, "127.0.0.1", false) == k_literal);
  for (const std::string own : {"127.0.0.2", "::1", "192.0.2.7"})
    CHECK(called_refused(own, "127.0.0.1", true) == k_literal);
  CHECK(called_refused("127.0.0.1", "127.0.0.1", true, 7) == k_literal);
  CHECK(called_refused("0.0.0.0", "127.0.0.1", true, 7) == k_literal);
}

namespace {

/// A sandbox that makes a network namespace for each of its actions.
std::vector<std::string> sandboxed(std::uint64_t count) {
  Scene scene;
  auto test = scene.command("/usr/bin/bazel");
  for (std::uint64_t network = 1; network <= count; ++network) {
    const Endpoint own{"127.0.0.1", 8080}, any{"0.0.0.0", 9090};
    test.event(Connect{Transport::tcp, {"203.0.113.9", 443}, network});
    test.event(Connect{Transport::tcp, own, network}).event(ConnectResult{own, 111, network}); // not up yet
    test.event(Listen{Transport::tcp, own, false, network});
    test.event(Connect{Transport::tcp, own, network}).event(ConnectResult{own, 0, network});
    test.event(ListenEnd{own, network});
    test.event(Listen{Transport::tcp, any, false, network});
    if (network % 2 == 0) test.event(ListenEnd{any, network});
    test.event(Connect{Transport::tcp, {"127.0.0.1", 6399}, network});
    test.event(ConnectResult{{"127.0.0.1", 6399}, network % 3 == 0 ? 0 : 111, network});
    test.event(Connect{Transport::udp, {"127.0.0.53", 53}, network});
    // Gone already, and not up again.
    test.event(Connect{Transport::tcp, own, network}).event(ConnectResult{own, 111, network});
  }
  return lines_of(scene.recording());
}

} // namespace

TEST_CASE("R10 names whose datagram socket a port that the kernel chose is, and must not name anybody else") {
  const auto sent = [](const std::string &bound, const std::string &peer, std::uint16_t port,
                       bool v6_only = false, std::uint64_t network = 0) {
    Scene scene;
    auto server = scene.command("/usr/bin/node", {"node", "server.js"});
    server.event(Bind{Transport::udp, {bound, 40001}, v6_only, network, true});
    server.start("/usr/bin/statsd-client").connect(peer, port, Transport::udp);
    return lines_of(scene.recording());
  };
  const std::string sends = "connect builder /usr/bin/node $WS/server.js > /usr/bin/statsd-client: ";
  const auto has = [](const auto &lines, const std::string &line) {
    return std::ranges::find(lines, line) != lines.end();
  };
  const auto named = sends + "loopback:(/usr/bin/node $WS/server.js)/udp";
  for (const std::string bound : {"127.0.0.1", "0.0.0.0", "::"})
    CHECK(has(sent(bound, "127.0.0.1", 40001), named));
  CHECK(has(sent("::", "::1", 40001, true), named));
  const auto unnamed = sends + "loopback:EPH/udp";
  CHECK(has(sent("127.0.0.1", "127.0.0.1", 40002), unnamed));
  CHECK(has(sent("127.0.0.2", "127.0.0.1", 40001), unnamed));
  CHECK(has(sent("::", "127.0.0.1", 40001, true), unnamed));
  CHECK(has(sent("127.0.0.1", "127.0.0.1", 40001, false, 7), unnamed));
  // A client, which binds so, too, is no listener.
  for (const auto &line : sent("0.0.0.0", "127.0.0.1", 40001)) CHECK_FALSE(line.starts_with("listen"));
}

TEST_CASE("R10 says of two processes in one build whose port it was at that time") {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  auto first = make.start("/usr/bin/node", {"node", "a.js"}),
       second = make.start("/usr/bin/node", {"node", "b.js"});
  const Bind bind{Transport::udp, {"127.0.0.1", 40001}, false, 0, true};
  auto client = make.start("/usr/bin/logger");
  first.event(bind);
  client.connect("127.0.0.1", 40001, Transport::udp);
  second.event(bind);
  CHECK(
      shows(scene, "connect builder /usr/bin/make > /usr/bin/logger: loopback:(/usr/bin/node $WS/a.js)/udp"));
  Scene reused; // by an address that is asked later, in order, than the one that was given up
  auto again = reused.command("/usr/bin/make");
  again.start("/usr/bin/node", {"node", "a.js"})
      .event(Bind{Transport::udp, {"0.0.0.0", 40001}, false, 0, true});
  again.start("/usr/bin/node", {"node", "b.js"}).event(bind);
  again.connect("127.0.0.1", 40001, Transport::udp);
  CHECK(shows(reused, "connect builder /usr/bin/make: loopback:(/usr/bin/node $WS/b.js)/udp"));
}

TEST_CASE("R10: what is done in each of many network namespaces is called as in a few") {
  const auto few = sandboxed(6);
  CHECK(few.size() == 8);
  CHECK(sandboxed(5000) == few);
}

TEST_CASE("R10 follows a server for as long as somebody connects to it in its network namespace") {
  Scene scene;
  auto test = scene.command("/usr/bin/bazel");
  const Endpoint own{"127.0.0.1", 8080};
  test.event(Listen{Transport::tcp, own, false, 7});
  for (std::uint64_t network = 8; network < 4000; ++network) {
    test.event(Connect{Transport::tcp, {"127.0.0.1", 6399}, network});
    test.event(Connect{Transport::tcp, own, 7});
  }
  CHECK(shows(scene, "connect builder /usr/bin/bazel: loopback:(/usr/bin/bazel)/tcp"));
  CHECK_FALSE(shows(scene, "connect builder /usr/bin/bazel: loopback:8080/tcp"));
}

#include "tests/catch.hpp"
#include "tests/live/run_under_probe.hpp"

using namespace buildprint;

TEST_CASE("a DNS reply is the asking process's, over UDP and over TCP in pieces") {
  for (const char *transport : {"udp", "tcp"}) {
    INFO(transport);
    const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "dns", transport});
    REQUIRE(run.loss.describe() == std::vector<std::string>{});
    const auto answers = run.all<NameAnswer>();
    REQUIRE(answers.size() == 1);
    REQUIRE(run.all<Fork>().size() == 1);
    CHECK(answers[0].first.actor == run.all<Fork>().at(0).second.child);
    CHECK(answers[0].second.name == "host.example");
    CHECK(answers[0].second.addresses == std::vector<std::string>{"192.0.2.7"});
    CHECK(answers[0].second.resolver == Endpoint{"127.0.0.77", 53});
    // The server's answer goes to a port of the kernel's choice: it is no connection.
    REQUIRE(run.all<Connect>().size() == 1);
    CHECK(run.all<Connect>().at(0).second.peer == Endpoint{"127.0.0.77", 53});
  }
}

TEST_CASE("the name that a connection's first bytes tell is recorded once") {
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "greeting"});
  REQUIRE(run.loss.describe() == std::vector<std::string>{});
  const auto names = run.all<NameAnswer>();
  REQUIRE(names.size() == 1);
  CHECK(names[0].second.source == NameSource::http_host);
  CHECK(names[0].second.name == "registry.example:443");
  CHECK(names[0].second.resolver == run.all<Connect>().at(0).second.peer);
}

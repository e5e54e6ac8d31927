#include "recorder/readiness.hpp"

#include "tests/catch.hpp"

using namespace buildprint;

TEST_CASE("what a privileged helper found reaches an unprivileged doctor") {
  const std::vector<ProgramReadiness> found{{"fork", "processes that begin", true, true, ""},
                                            {"vsock", "sockets to a\thost", false, false, "line 1\nline 2"}};
  const auto told = parse_readiness(render_readiness(found));
  REQUIRE(told.size() == 2);
  CHECK(told[0].required);
  CHECK(told[0].works);
  CHECK(told[0].sees == "processes that begin");
  CHECK_FALSE(told[1].required);
  CHECK_FALSE(told[1].works);
  CHECK(told[1].reason == "line 1\\x0aline 2");
}

TEST_CASE("a doctor is not misled by other lines") {
  CHECK(parse_readiness("").empty());
  CHECK(parse_readiness("sudo: a password is required\n").empty());
}

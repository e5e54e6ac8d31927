#include "cmd/review.hpp"

#include <sstream>

#include "tests/catch.hpp"
#include "tests/gate/workspace.hpp"

using namespace buildprint;
using namespace buildprint::test;

namespace {

Diff two_findings() {
  Diff diff;
  diff.verdict = Verdict::new_behavior;
  diff.head.name = "unit-tests";
  for (const char *program : {"/usr/bin/curl", "/usr/bin/wget"}) {
    Finding finding;
    finding.id = program;
    finding.title = std::string("runs ") + program;
    finding.behaviors.push_back({behavior("exec", {"/usr/bin/make", program}), 3, "1/1", {}});
    diff.findings.push_back(finding);
  }
  return diff;
}

struct Session {
  std::vector<Reviewed> answers;
  std::string screen;
};

Session type(const std::string &keys, const std::string &reason = {}) {
  std::istringstream in(keys);
  std::ostringstream out;
  auto answers = review(two_findings(), reason, {}, in, out);
  return {std::move(answers), out.str()};
}

} // namespace

TEST_CASE("a person accepts, rejects and skips, one finding a screen") {
  const auto session = type("a\nwanted\nr\nnever\n");
  REQUIRE(session.answers.size() == 2);
  CHECK(session.answers[0].answer == Answer::accepted);
  CHECK(session.answers[0].reason == "wanted");
  CHECK(session.answers[1].answer == Answer::rejected);
  CHECK(session.answers[1].finding == 1);
  CHECK(session.screen.find("Finding 1 of 2") < session.screen.find("Finding 2 of 2"));
  CHECK(session.screen.find("/usr/bin/wget") > session.screen.find("Finding 2 of 2"));
  CHECK(type("s\ns\n").answers.at(1).answer == Answer::skipped);
}

TEST_CASE("a reason is asked for until there is one") {
  const auto session = type("a\n\n  \nlast\nq\n");
  REQUIRE(session.answers.size() == 1);
  CHECK(session.answers[0].reason == "last");
  CHECK(type("a\na\n", "given").answers.at(1).reason == "given");
}

TEST_CASE("other keys and an explanation ask again, and the end of input decides nothing") {
  CHECK(type("x\n\ne\ns\n").answers.size() == 1);
  CHECK(type("").answers.empty());
  CHECK(type("a\n").answers.empty());
  CHECK(type("s\nq\n").answers.size() == 1);
}

#include <sys/wait.h>

#include "tests/catch.hpp"
#include "tests/live/run_under_probe.hpp"

using namespace buildprint;

TEST_CASE("a shell's child is forked, executed and ended, in this order") {
  const ProbedRun run = run_under_probe({"/bin/sh", "-c", "cd /usr; /bin/ls bin >/dev/null; exit 3"});
  REQUIRE(run.loss.describe().empty());
  CHECK(WEXITSTATUS(run.wait_status) == 3);
  const auto execs = run.all<Exec>();
  REQUIRE(execs.size() == 2);
  CHECK(execs[0].first.actor == run.main_process);
  CHECK(execs[0].second.invoked == "/bin/sh");
  CHECK(execs[1].second.argv == std::vector<std::string>{"/bin/ls", "bin"});
  CHECK(execs[1].second.cwd == "/usr");
  CHECK(execs[1].second.standard_output == StreamKind::null);
  const auto forks = run.all<Fork>();
  REQUIRE(forks.size() == 1);
  CHECK(forks[0].second.child == execs[1].first.actor);
  const auto exits = run.all<Exit>();
  REQUIRE(exits.size() == 2);
  CHECK(exits[0].first.actor == forks[0].second.child);
  CHECK(exits[1].second.wait_status == run.wait_status);
}

#include "fingerprint/explain.hpp"

#include "base/error.hpp"
#include "tests/fingerprint/lines.hpp"

using namespace buildprint;

namespace {

ExplainedRun run_of(const std::string &source, const std::vector<std::string> &tools, bool evidence = true) {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  for (const auto &tool : tools) make.start(tool, {tool, "-x"});
  auto run = canonicalize(scene.recording(), builtin_rules());
  if (!evidence) run.evidence.clear();
  return {source, std::move(run)};
}

bool tells(const std::vector<ExplainedRun> &runs, const std::string &what, const std::string &text) {
  const auto told = explain(runs, what);
  INFO(told);
  return told.find(text) != std::string::npos;
}

} // namespace

TEST_CASE(
    "a line is explained by its raw values, the rules that rewrote them, and the runs that support it") {
  const std::vector runs{run_of("a", {"/usr/bin/python3.11"}), run_of("b", {"/usr/bin/id"}),
                         run_of("c", {"/usr/bin/python3.11"}, false)};
  CHECK(tells(runs, "python3", "seen in 2 of 3 runs: a, c\n"));
  CHECK(tells(runs, "python3", "raw\n    /usr/bin/python3.11 -x\n"));
  CHECK(tells(runs, "python3", "R6 (versions)\n      /usr/bin/python3.11\n      → /usr/bin/python3.<v>"));
  CHECK(tells(runs, "/usr/bin/id", "seen in 1 of 3 runs: b\n"));
  const std::vector bare{run_of("c", {"/usr/bin/id"}, false)};
  CHECK(tells(bare, "/usr/bin/id", "explain the recording instead"));
}

TEST_CASE("a runner is explained by the processes of its pool, too") {
  Scene scene;
  auto jest = scene.command("/usr/bin/node", {"node", "jest.js"});
  const std::string worker = "node_modules/jest-worker/build/workers/processChild.js";
  for (int i = 0; i < 3; ++i) jest.start("/usr/bin/node", {"node", worker});
  const std::vector<ExplainedRun> runs{{"a", canonicalize(scene.recording(), builtin_rules())}};
  CHECK(tells(runs, "jest.js", "raw\n    node jest.js\n    node " + worker));
  const auto rule = "      /usr/bin/node $WS/" + worker + "\n      → /usr/bin/node $WS/jest.js";
  CHECK(tells(runs, "jest.js", "R8 (fork noise)\n" + rule));
  const auto told = explain(runs, "jest.js");
  CHECK(told.find("R8") == told.rfind("R8"));
}

TEST_CASE("a word means the programs and objects that have it, and else what is below them") {
  const std::vector runs{run_of("a", {"/usr/bin/id"})};
  CHECK(explain(runs, "make").find("/usr/bin/id") == std::string::npos);
  CHECK(tells(runs, "make > /usr", "/usr/bin/id"));
}

TEST_CASE("an id is meant before any words, and what means nothing is refused") {
  const std::vector runs{run_of("a", {"/usr/bin/id", "/usr/bin/tty"})};
  const auto &behaviors = runs[0].run.fingerprint.behaviors;
  const auto id = behavior_id(behaviors.back());
  CHECK(explain(runs, id) == explain(runs, id.substr(0, 8)));
  CHECK(explain(runs, id).find(id) == 0);
  CHECK(explain(runs, id).find('\n' + behavior_id(behaviors[0])) == std::string::npos);
  CHECK_THROWS_AS(explain(runs, id.substr(0, 2)), Error); // a word, and in no line
  CHECK_THROWS_AS(explain(runs, "/usr/bin/curl"), Error);
  CHECK_THROWS_AS(explain(runs, ""), Error);
}

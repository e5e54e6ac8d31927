#include "fingerprint/unstable.hpp"

#include "fingerprint/merge.hpp"
#include "tests/catch.hpp"
#include "tests/support/behavior.hpp"

using namespace buildprint;

namespace {

using Cause = UnstableGroup::Cause;

Behavior exec_of(const std::string &program) {
  return make_behavior(Kind::exec, "builder", {"/usr/bin/make", program}, "", 1, false, "");
}

/// One run for each list of programs, which are sorted; `conditions` are those of the runs.
std::vector<UnstableGroup> groups_of(const std::vector<std::vector<std::string>> &programs,
                                     const std::vector<std::set<std::string>> &conditions = {}) {
  std::vector<ObservedRun> runs;
  std::vector<Fingerprint> fingerprints;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    Fingerprint run;
    run.name = "w", run.rules = "1-x";
    for (const auto &program : programs[i]) run.behaviors.push_back(exec_of(program));
    fingerprints.push_back(run);
    runs.push_back({run, i < conditions.size() ? conditions[i] : std::set<std::string>()});
  }
  const std::vector<std::string> names(runs.size(), "run");
  return unstable_groups(merge(fingerprints, MergeAs::runs, names), runs);
}

} // namespace

TEST_CASE("what is in every run is no group") {
  CHECK(groups_of({{"a", "b"}, {"a", "b"}, {"a", "b"}}).empty());
}

TEST_CASE("what only the first run did is told as that, and so is what it alone did not") {
  const auto groups = groups_of({{"a", "gcc"}, {"a", "cached"}, {"a", "cached"}});
  REQUIRE(groups.size() == 1);
  CHECK(groups[0].cause == Cause::first_run);
  CHECK(groups[0].behaviors.size() == 2);
  CHECK(in_words(groups, 3).find("1/3  exec /usr/bin/make > gcc") != std::string::npos);
  CHECK(in_words(groups, 3).find("--copy") != std::string::npos);
}

TEST_CASE("what comes with a condition names it, where the condition was there twice and missing twice") {
  const std::vector<std::set<std::string>> conditions{{}, {"1 CPU"}, {}, {"1 CPU", "load"}, {}};
  const auto groups = groups_of({{"a"}, {"a", "b"}, {"a"}, {"a", "b"}, {"a", "c"}}, conditions);
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].cause == Cause::condition);
  CHECK(groups[0].what == "1 CPU");
  CHECK(groups[0].behaviors[0].lineage.back().text() == "b");
  CHECK(groups[1].cause == Cause::comes_and_goes);
  const auto once = groups_of({{"a"}, {"a"}, {"a"}, {"a", "b"}, {"a"}}, conditions);
  REQUIRE(once.size() == 1);
  CHECK(once[0].cause == Cause::comes_and_goes); // "load" was there once: a coincidence
}

TEST_CASE("a random name is told once, with what its bearer does and a rule") {
  std::vector<std::vector<std::string>> programs;
  for (const char *token : {"a1b2", "c3d4", "e5f6", "q7r8"})
    programs.push_back({std::string("$WS/gen/job-") + token, "z"});
  programs[2].push_back("zz");
  const auto groups = groups_of(programs);
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].cause == Cause::random_name);
  CHECK(groups[0].behaviors.size() == 4);
  CHECK(groups[0].what.find("\"pattern\": \"job-([A-Za-z0-9_]{4})\"") != std::string::npos);
  CHECK(groups[1].cause == Cause::comes_and_goes);
}

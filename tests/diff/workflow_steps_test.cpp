#include "diff/workflow_steps.hpp"

#include "diff/repository_files.hpp"
#include "tests/catch.hpp"

namespace buildprint {
namespace {

/// "JOB ACTION (NAME) FIRST-LAST" of each step, lines from 0.
std::vector<std::string> steps_of(std::string_view file) {
  std::vector<std::string> told;
  for (const auto &step : workflow_steps(lines_of(file)))
    told.push_back(std::string(step.job) + ' ' + step.action + " (" + std::string(step.name) + ") " +
                   std::to_string(step.begin) + '-' + std::to_string(step.end));
  return told;
}

using Told = std::vector<std::string>;

TEST_CASE("steps are named as GitHub names them, anew in each job") {
  CHECK(steps_of("jobs:\n"
                 "  test:\n"
                 "    steps:\n"
                 "      - uses: actions/checkout@v4 # with a comment\n"
                 "      - run: make\n"
                 "      - uses: ./\n"
                 "      - uses: acme/some.tool/sub/folder@v1\n"
                 "      - uses: \"actions/checkout@v4\"\n"
                 "      - run: make test\n"
                 "      - uses: ./.github/actions/mine\n"
                 "      - uses: acme/some.tool@main\n"
                 "      - uses: docker://alpine:3.8\n"
                 "      - uses: acme/other@v1\n"
                 "        id: 'own' # wins\n"
                 "  lint:\n"
                 "    steps:\n"
                 "      - run: make lint\n") ==
        Told{"test __actions_checkout () 3-3", "test __run () 4-4", "test __self () 5-5",
             "test __acme_some_tool () 6-6", "test __actions_checkout_2 () 7-7", "test __run_2 () 8-8",
             "test __self_2 () 9-9", "test __acme_some_tool_2 () 10-10", "test __alpine_3_8 () 11-11",
             "test own () 12-13", "lint __run () 16-16"});
}

TEST_CASE("a script's lines are no keys of its step, and keys below it are") {
  CHECK(steps_of("jobs:\n"
                 "  test:\n"
                 "    steps:\n"
                 "      - run: |\n"
                 "          name: no\n"
                 "          id: no\n"
                 "          - no step\n"
                 "          uses: a/b@c\n"
                 "        id: later\n"
                 "        name: Make # and test\n"
                 "      -   env:\n"
                 "            name: no\n"
                 "          run: 'x'\n"
                 "          name: \"Wide # item\"\n"
                 "      -\n"
                 "        name: Below\n"
                 "        identity: no\n"
                 "        id:no\n") ==
        Told{"test later (Make) 3-9", "test __run (Wide # item) 10-13", "test __run_2 (Below) 14-17"});
}

TEST_CASE("only the items below the steps of a job are steps") {
  CHECK(steps_of("on:\n"
                 "  push:\n"
                 "    branches:\n"
                 "      - main\n"
                 "    steps:\n"
                 "      - id: no\n"
                 "jobs: # all\n"
                 "    # first: no job\n"
                 "    test: # it\n"
                 "        needs:\n"
                 "        - other\n"
                 "        strategy:\n"
                 "            matrix:\n"
                 "                steps:\n"
                 "                  - id: no\n"
                 "        steps:\n"
                 "        - run: a\n"
                 "        # between\n"
                 "        - run: b\n"
                 "\n"
                 "        services:\n"
                 "        - id: no\n"
                 "    last:\n"
                 "        steps: # some\n"
                 "            - run: c\n"
                 "name: x\n"
                 "env:\n"
                 "  steps:\n"
                 "    - id: no\n") ==
        Told{"test __run () 16-16", "test __run_2 () 18-18", "last __run () 24-24"});
}

TEST_CASE("carriage returns and tabs are no part of a name") {
  CHECK(steps_of(
            "jobs:\r\n  test:\t\r\n    steps:\r\n      -\tname:\tMake it\t# now\t\r\n        run: x\r\n") ==
        Told{"test __run (Make it) 3-4"});
}

TEST_CASE("a line is in a step up to that one's last line") {
  const auto lines = lines_of("jobs:\n  test:\n    steps:\n      - run: |\n          a\n"
                              "          # b\n\n          c\n    env:\n      X: y\n");
  const auto steps = workflow_steps(lines);
  REQUIRE(steps.size() == 1);
  for (std::size_t line = 0; line <= lines.size(); ++line)
    CHECK((step_at(steps, line) == &steps[0]) == (line >= 3 && line <= 7));
  CHECK(step_at({}, 0) == nullptr);
}

TEST_CASE("what is no workflow has no steps") {
  CHECK(steps_of("").empty());
  CHECK(steps_of("jobs:\n").empty());
  CHECK(steps_of("jobs:\n  test:\n    steps:\n      no: item\n      id: x\n").empty());
  CHECK(steps_of("- - -\n\t- x\njobs: x\n  test:\n    steps:\n      - id: x\n").empty());
  CHECK(steps_of("jobs:\n  t:\n    steps:\n      - name: 'open\n      - id: \"\n      - uses: /\n") ==
        Told{"t __run (open) 3-3", "t __run_2 () 4-4", "t ___ () 5-5"});
}

} // namespace
} // namespace buildprint

#include <algorithm>

#include "diff/baseline_choice.hpp"
#include "tests/catch.hpp"
#include "tests/gate/workspace.hpp"

using namespace buildprint;
using namespace buildprint::test;

namespace {

const Behavior k_make = behavior("exec", {"/usr/bin/make"});
const Behavior k_curl = behavior("exec", {"/usr/bin/make", "/usr/bin/curl"});
const Behavior k_download = behavior("connect", {"/usr/bin/make", "/usr/bin/curl"}, "fonts.example:443/tcp");

const Behavior k_mount = behavior("kernel", {"/usr/bin/make"}, "mount"); // the last line of the file

const Fingerprint k_usual = fingerprint({k_make, k_mount});
const Fingerprint k_attack = fingerprint({k_make, k_curl, k_download, k_mount});

/// main with a baseline and a policy, published; a branch `change` checked out on top of it.
struct PullRequest : Workspace {
  PullRequest() {
    git("config user.name Mallory");
    git("config user.email mallory@example.com");
    write(".github/workflows/ci.yml", "run: buildprint gate --name unit-tests -- make test\n");
    commit_baseline(k_usual);
    publish();
    git("checkout -q -b change");
  }
  /// The gate as GitHub runs it on the pull request, which is merged into main for the test.
  ShellResult gate(const std::string &options = {}, const Fingerprint &did = k_attack) {
    return buildprint("gate --name unit-tests --fingerprint " + run_did(did) + " " + options,
                      "CI=true GITHUB_ACTIONS=true GITHUB_BASE_REF=main GITHUB_REF=refs/pull/1/merge");
  }
};

} // namespace

TEST_CASE(
    "a pull request that edits the baseline passes only under its own name, and fails when that is refused") {
  PullRequest change;
  change.commit_baseline(k_attack);
  const auto listed = change.gate();
  INFO(listed.output);
  CHECK(listed.status == 0);
  CHECK(says(listed, "this change accepts 2 new behaviors itself"));
  CHECK(says(listed, "fonts.example:443/tcp"));
  CHECK(says(listed, "no reason given"));
  const auto refused = change.gate("--no-self-accept");
  CHECK(refused.status == 1);
  CHECK(says(refused, "--no-self-accept refuses"));
}

TEST_CASE("an edit of the baseline that was not committed does not count in CI") {
  PullRequest change;
  change.write(".buildprint/unit-tests.json", render_fingerprint(k_attack));
  CHECK(change.gate().status == 1);
}

TEST_CASE("a pull request that removes the baseline is held against the one of its base") {
  PullRequest change;
  change.git("rm -q .buildprint/unit-tests.json");
  change.commit("Tidy up");
  const auto result = change.gate();
  CHECK(result.status == 1);
  CHECK(says(result, "this change removes .buildprint/unit-tests.json"));
}

TEST_CASE("a pull request that moves its behavior to another workload is told loudly") {
  PullRequest change;
  auto renamed = k_attack;
  renamed.name = "unit-tests-2";
  change.commit_baseline(renamed);
  change.write(".github/workflows/ci.yml", "run: buildprint gate --name unit-tests-2 -- make test\n");
  change.commit("Rename the job");
  const auto result = change.buildprint("gate --name unit-tests-2 --fingerprint " + change.run_did(renamed),
                                        "CI=true GITHUB_ACTIONS=true GITHUB_BASE_REF=main");
  INFO(result.output);
  CHECK(says(result, "the baseline itself is new in this change, all 4 behaviors"));
  CHECK(says(result, "this change edits .github/workflows/ci.yml"));
  CHECK(change
            .buildprint("gate --no-self-accept --name unit-tests-2 --fingerprint " + change.run_did(renamed),
                        "CI=true GITHUB_ACTIONS=true GITHUB_BASE_REF=main")
            .status == 3);
}

TEST_CASE("a pull request that allows itself in the policy fails, and the edit is told") {
  PullRequest change;
  change.write(".buildprint/policy.json", R"({"format": "buildprint/policy/1", "levels": {"connect": "allow"},
    "allow": [{"program": "/usr/bin/curl", "reason": "trust me"}]})");
  change.commit("Adjust the policy");
  const auto result = change.gate();
  CHECK(result.status == 1);
  CHECK(says(result, "this change edits .buildprint/policy.json"));
}

TEST_CASE("a pull request cannot take back what the base denies") {
  PullRequest change;
  change.git("checkout -q main");
  change.write(".buildprint/policy.json", R"({"format": "buildprint/policy/1",
    "deny": [{"destination": "fonts.example", "reason": "fonts are vendored"}]})");
  change.commit("Deny downloads of fonts");
  change.git("push -q origin main");
  change.git("checkout -q -B change");
  change.git("rm -q .buildprint/policy.json");
  change.commit_baseline(k_attack);
  const auto result = change.gate();
  INFO(result.output);
  CHECK(result.status == 1);
  CHECK(says(result, "fonts.example:443/tcp"));
}

TEST_CASE("a pull request that edits the rules is judged by those of the base, and the edit is told") {
  PullRequest change;
  change.write(".buildprint/rules.json", "{}");
  change.commit("Adjust the rules");
  const auto result = change.gate();
  CHECK(result.status == 1);
  CHECK(says(result, "this change edits .buildprint/rules.json: the rules of the base commit were used"));
}

TEST_CASE("a pull request that makes itself the base in the CI file fails") {
  PullRequest change;
  change.write(".github/workflows/ci.yml",
               "run: buildprint gate --name unit-tests --base HEAD -- make test\n");
  change.commit_baseline(k_attack);
  const auto result = change.gate("--base HEAD");
  CHECK(result.status == 2);
  CHECK(says(result, "--base HEAD lies within the change under test"));
}

TEST_CASE("in CI the baseline is never written") {
  PullRequest change;
  const auto before = change.read(".buildprint/unit-tests.json");
  CHECK(change.gate().status == 1);
  CHECK(change.read(".buildprint/unit-tests.json") == before);
  CHECK(change.has(".buildprint/unit-tests.json.new"));
}

TEST_CASE("an acceptance that expires passes until its day and never enters the fingerprint") {
  PullRequest change;
  CHECK(change.gate().status == 1);
  const auto before = change.read(".buildprint/unit-tests.json");
  CHECK(change.buildprint("accept --all --reason 'until the mirror works' --expires 2999-01-01").status == 0);
  CHECK(change.read(".buildprint/unit-tests.json") == before);
  change.commit("Accept for a while");
  const auto passed = change.gate();
  CHECK(passed.status == 0);
  CHECK(says(passed, "2999-01-01"));
  const auto policy = change.read(".buildprint/policy.json");
  change.write(".buildprint/policy.json", std::string(policy).replace(policy.find("2999"), 4, "2020"));
  change.commit("Long ago");
  CHECK(change.gate().status == 1);
}

TEST_CASE("ids, subtrees and patterns are accepted one by one, and the rest stays new") {
  PullRequest change;
  CHECK(change.gate().status == 1);
  CHECK(change.buildprint("accept " + behavior_id(k_curl).substr(0, 10) + " --reason 'one'").status == 0);
  CHECK(says(change.buildprint("accept --pattern 'fonts.*' --reason 'two'"), "matches nothing new"));
  CHECK(change.buildprint("accept --pattern 'fonts.*:443/tcp' --reason 'two'").status == 0);
  change.commit("Accept");
  CHECK(change.gate().status == 0);
  const auto policy = change.read(".buildprint/policy.json");
  CHECK(policy.find("\"one\"") < policy.find("\"two\""));
}

TEST_CASE("accepting adds the new lines and changes the digest, nothing else") {
  PullRequest change;
  change.gate();
  change.buildprint("accept --all --reason r");
  const auto diff = change.git("diff --unified=0 .buildprint/unit-tests.json");
  INFO(diff);
  CHECK(std::count(diff.begin(), diff.end(), '\n') < 20);
  CHECK(diff.find("-{\"id\"") == std::string::npos);
}

TEST_CASE("of several baselines the one with the run's labels counts, and another architecture has none") {
  Workspace shop;
  shop.git("config user.name Ann");
  shop.git("config user.email ann@example.com");
  const auto labeled = [](Fingerprint run, const Labels &labels) {
    run.labels = labels;
    return run;
  };
  const Labels amd64{{"arch", "x86_64"}}, arm64{{"arch", "aarch64"}},
      matrix{{"arch", "x86_64"}, {"python", "3.12"}};
  const std::string gate = "gate --name unit-tests --fingerprint ";
  shop.commit_baseline(labeled(k_usual, amd64));
  CHECK(shop.buildprint(gate + shop.run_did(labeled(k_usual, amd64))).status == 0);

  const auto other = shop.buildprint(gate + shop.run_did(labeled(k_usual, arm64)));
  INFO(other.output);
  CHECK(other.status == 3);
  CHECK(says(other, "there is no baseline of unit-tests for arch=aarch64"));
  CHECK(says(other, ".buildprint/unit-tests.json (arch=x86_64)"));
  CHECK(says(other, "Commit this run's fingerprint as .buildprint/unit-tests.arch-aarch64.json"));
  CHECK(says(other,
             "mv .buildprint/unit-tests.arch-aarch64.json.new .buildprint/unit-tests.arch-aarch64.json"));
  CHECK(shop.buildprint("accept --all --reason 'the arm runner'").status == 0);
  CHECK(shop.read(".buildprint/unit-tests.json") == render_fingerprint(labeled(k_usual, amd64)));
  shop.commit("Baseline of arm64");
  CHECK(shop.buildprint(gate + shop.run_did(labeled(k_usual, arm64))).status == 0);

  // A job of a matrix begins with the baseline of all, and has its own once somebody commits it.
  CHECK(shop.buildprint(gate + shop.run_did(labeled(k_attack, matrix))).status == 1);
  shop.write(".buildprint/unit-tests.python-3.12.json", render_fingerprint(labeled(k_attack, matrix)));
  shop.commit("Baseline of Python 3.12");
  const auto own = shop.buildprint(gate + shop.run_did(labeled(k_attack, matrix)));
  CHECK(own.status == 0);
  CHECK(says(own, ".buildprint/unit-tests.python-3.12.json"));
  CHECK(shop.buildprint(gate + shop.run_did(labeled(k_attack, amd64)) + " --label python=3.12").status == 0);
  CHECK(shop.buildprint(gate + shop.run_did(labeled(k_attack, amd64))).status == 1);
  CHECK(says(shop.buildprint("log --name unit-tests.python-3.12"), "Baseline of Python 3.12"));
  CHECK(says(shop.buildprint(gate + shop.run_did(k_usual) + " --label python"), "is not a label"));
}

TEST_CASE("a pull request cannot bring a baseline for its own labels unseen") {
  PullRequest change;
  auto own = k_attack;
  own.labels = {{"python", "3.99"}};
  change.write(".buildprint/unit-tests.python-3.99.json", render_fingerprint(own));
  change.commit("Another Python");
  const auto result = change.gate({}, own);
  INFO(result.output);
  CHECK(says(result, "this change accepts 2 new behaviors itself"));
  CHECK(change.gate("--no-self-accept", own).status == 1);
}

TEST_CASE("levels of the base decide what fails") {
  PullRequest change;
  change.git("checkout -q main");
  change.write(".buildprint/policy.json",
               R"({"format": "buildprint/policy/1", "levels": {"connect": "warn", "exec": "warn"}})");
  change.commit("Only warn");
  change.git("push -q origin main");
  change.git("checkout -q -B change");
  change.commit("Nothing");
  const auto result = change.gate();
  CHECK(result.status == 0);
  CHECK(says(result, "fonts.example:443/tcp"));
}

TEST_CASE("an incomplete recording never passes, whatever was accepted") {
  PullRequest change;
  auto cut = k_usual;
  cut.complete = false;
  cut.incomplete_because = {"the ring was full 3 times"};
  const auto result = change.gate({}, cut);
  CHECK(result.status == 4);
  CHECK_FALSE(says(result, "not seen this time"));
  CHECK_FALSE(change.has(".buildprint/unit-tests.json.new"));
  auto first = cut;
  first.name = "never-gated";
  const auto without = change.buildprint("gate --fingerprint " + change.run_did(first));
  CHECK(without.status == 4);
  CHECK_FALSE(says(without, "make this run the baseline"));
}

TEST_CASE("notes and a ref of their own keep the baseline out of the tree") {
  for (const std::string store : {"notes", "ref"}) {
    Workspace shop;
    shop.git("config user.name Ann");
    shop.git("config user.email ann@example.com");
    shop.commit("Start");
    const auto gate = "gate --store " + store + " --name unit-tests --fingerprint ";
    const auto first = shop.buildprint(gate + shop.run_did(k_usual));
    CHECK(first.status == 3);
    CHECK(says(first, store == "notes" ? "git notes --ref=buildprint/unit-tests add -F" : "--store ref"));
    CHECK(shop.buildprint("accept --all --store " + store + " --reason first").status == 0);
    CHECK(shop.buildprint(gate + shop.run_did(k_usual)).status == 0);
    shop.git("checkout -q -b change");
    shop.commit("Change");
    CHECK(shop.buildprint(gate + shop.run_did(k_attack)).status == 1);
    CHECK(shop.buildprint("accept --all --store " + store + " --reason second").status == 0);
    CHECK(shop.buildprint(gate + shop.run_did(k_attack)).status == 0);
    CHECK(shop.git("status --porcelain") == "?? .buildprint/");
    CHECK(says(shop.buildprint("log --name unit-tests --store " + store), "fonts.example:443/tcp"));
  }
}

TEST_CASE("policy check shows what each entry matches and which are of no use") {
  Workspace shop;
  shop.commit_baseline(k_attack);
  shop.write(".buildprint/policy.json", R"({"format": "buildprint/policy/1", // ours
"allow": [
{"destination": "fonts.example", "reason": "fonts"},
{"destination": "gone.example", "reason": "gone"},
{"kind": "exec", "reason": "any"}],
"deny": [{"kind": "inspect", "reason": "never"}]})");
  const auto check = shop.buildprint("policy check");
  INFO(check.output);
  CHECK(check.status == 0);
  CHECK(says(check, "line 3, allow to fonts.example (fonts)\n  unit-tests: 1 behavior\n"));
  CHECK(says(check, "line 4, allow to gone.example (gone)\n  ! unused"));
  CHECK(says(check, "! too broad"));
  CHECK(shop.buildprint("policy check --strict").status == 1);
}

TEST_CASE("bad input ends with one clear line and a code, and nothing is overwritten") {
  PullRequest change;
  const auto run = change.run_did(k_attack);
  const auto fails = [&](const std::string &arguments, int status, const std::string &line) {
    const auto result = change.buildprint(arguments);
    INFO(arguments << ": " << result.output);
    CHECK(result.status == status);
    CHECK(says(result, line));
  };
  fails("gate --name unit-tests --base no-such --fingerprint " + run, 2, "--base no-such is neither");
  fails("gate --name ../x --fingerprint " + run, 2, "buildprint: ");
  fails("gate --name other --fingerprint " + run, 2, "is a fingerprint of unit-tests, not of other");
  fails("gate --name unit-tests --fingerprint missing.json", 2, "cannot read missing.json");
  fails("gate --name unit-tests", 2, "pass either a command or --fingerprint FILE");
  fails("gate --name unit-tests --report-dir /dev/null/x --fingerprint " + run, 2, "/dev/null/x");
  fails("accept --all --reason r", 2, "there is nothing to accept: no .buildprint/NAME.json.new");
  fails("accept --all --reason r --name unit-tests", 2, "there is nothing to accept");
  fails("log ffffffff", 2, "no version of .buildprint/unit-tests.json has a behavior");
  fails("log --name other", 2, "no version of .buildprint/other.json was ever committed");

  change.write(".buildprint/unit-tests.json", "<<<<<<< ours\n=======\n>>>>>>> theirs\n");
  fails("gate --name unit-tests --fingerprint " + run, 2, "markers of an unresolved merge");
  CHECK(change.read(".buildprint/unit-tests.json") == "<<<<<<< ours\n=======\n>>>>>>> theirs\n");
  change.git("checkout -q .");
  change.write(".buildprint/policy.json", "{\"format\": \"buildprint/policy/1\",\n\"alow\": []}");
  fails("gate --name unit-tests --fingerprint " + run, 2,
        ".buildprint/policy.json, line 2: unknown key \"alow\"");
  fails("policy check", 2, "line 2: unknown key \"alow\"");
}

TEST_CASE("plain directories, bare and unborn repositories are told") {
  Workspace shop;
  const auto run = shop.run_did(k_usual);
  const auto unborn = shop.buildprint("gate --name unit-tests --fingerprint " + run);
  CHECK(unborn.status == 3);
  CHECK(says(unborn, "nothing is committed yet"));
  shop.commit("first");
  const auto bare = shop.publish();
  const auto in_bare = shell("cd '" + bare.string() +
                             "' && '" BUILDPRINT_PROGRAM "' gate --name unit-tests --fingerprint " + run);
  CHECK(in_bare.status == 2);
  CHECK(says(in_bare, "is bare"));
  const auto nowhere = shell("cd / && '" BUILDPRINT_PROGRAM "' gate --name unit-tests --fingerprint " + run);
  CHECK(nowhere.status == 2);
  CHECK(says(nowhere, "no git repository"));
}

TEST_CASE("file names with spaces and bytes that are no text do no harm") {
  PullRequest change;
  change.write("a b/\xff\xfe", "x");
  change.write(".github/workflows/\xff.yml", "x");
  change.commit("Odd names");
  const auto result = change.gate();
  CHECK(result.status == 1);
  CHECK(says(result, "this change edits .github/workflows/\\xff.yml"));
}

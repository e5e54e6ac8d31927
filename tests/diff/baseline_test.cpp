#include "diff/baseline.hpp"

#include <map>

#include "base/error.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_repository.hpp"

using namespace buildprint;
using buildprint::test::ScratchRepository;

namespace {

Fingerprint fingerprint_of(const std::string &program) {
  Fingerprint result;
  result.name = "unit-tests";
  result.rules = "1-abc";
  Behavior behavior;
  behavior.user = "builder";
  behavior.lineage = {Program::parse(program)};
  result.behaviors = {behavior};
  return result;
}

/// A repository with a baseline on main, published, and a branch `change` on top that has another.
struct Story : ScratchRepository {
  Story() {
    write(".buildprint/unit-tests.json", render_fingerprint(fingerprint_of("/usr/bin/base")));
    base = commit("baseline");
    publish();
    git("checkout -q -b change");
    write(".buildprint/unit-tests.json", render_fingerprint(fingerprint_of("/usr/bin/change")));
    head = commit("change");
  }
  std::string base, head;
};

Baseline read(const std::filesystem::path &path, BaselineQuery query = {}) {
  if (query.name.empty()) query.name = "unit-tests";
  return read_baseline(open_repository(path), query);
}

std::string program_of(const Baseline &baseline) {
  REQUIRE(baseline.fingerprint);
  return baseline.fingerprint->behaviors.front().lineage.front().text();
}

Error error_of(const std::filesystem::path &path, const BaselineQuery &query = {}) {
  try {
    read(path, query);
  } catch (const Error &error) {
    return error;
  }
  return Error("no error");
}

BaselineQuery with_base(const std::string &base) {
  BaselineQuery query;
  query.base = base;
  return query;
}

BaselineQuery in_pull_request(const std::string &target, bool merged_head = false) {
  BaselineQuery query;
  query.ci = {"GitHub Actions", target, {}, merged_head};
  return query;
}

} // namespace

TEST_CASE("the baseline is the one of the base commit, whatever the change did to it") {
  const Story story;
  const auto baseline = read(story.path);
  CHECK(program_of(baseline) == "/usr/bin/base");
  CHECK(baseline.commit->id == story.base);
  CHECK(baseline.commit->found_as == "merge base with origin/main");
  CHECK(baseline.source == "git:" + story.base.substr(0, 12) + ":.buildprint/unit-tests.json");
}

TEST_CASE("a target branch that went on does not move the base") {
  Story story;
  story.git("checkout -q main");
  story.write(".buildprint/unit-tests.json", render_fingerprint(fingerprint_of("/usr/bin/later")));
  story.commit("later");
  story.git("push -q origin main");
  story.git("checkout -q change");
  CHECK(program_of(read(story.path)) == "/usr/bin/base");
}

TEST_CASE("any revision can be the base") {
  const Story story;
  CHECK(program_of(read(story.path, with_base("HEAD"))) == "/usr/bin/change");
  CHECK(program_of(read(story.path, with_base("main"))) == "/usr/bin/base");
  CHECK(program_of(read(story.path, with_base(story.base))) == "/usr/bin/base");
}

TEST_CASE("a base that does not exist is an error with a remedy") {
  const Story story;
  const auto error = error_of(story.path, with_base("no-such"));
  CHECK(std::string(error.what()) == "--base no-such is neither a branch nor a commit of this clone");
  CHECK_FALSE(error.remedy().empty());
}

TEST_CASE("the merge that a CI system makes of a pull request has the target as its base") {
  Story story;
  story.git("checkout -q --detach main");
  story.git("merge -q --no-ff -m merge change");
  CHECK(read(story.path, in_pull_request("main")).commit->id == story.base);

  const auto clone = story.beside("shallow");
  story.git("push -q origin HEAD:refs/pull/1/merge");
  std::filesystem::create_directory(clone);
  story.git_in(clone, "init -q");
  story.git_in(clone, "remote add origin 'file://" + story.beside("origin.git").string() + "'");
  story.git_in(clone, "fetch -q --depth 2 origin refs/pull/1/merge:refs/remotes/pull/1/merge");
  story.git_in(clone, "checkout -q refs/remotes/pull/1/merge");
  CHECK(program_of(read(clone, in_pull_request("main", true))) == "/usr/bin/base");
}

TEST_CASE("a shallow clone without the base says how to deepen it") {
  Story story;
  story.git("checkout -q --detach main");
  story.git("merge -q --no-ff -m merge change");
  story.git("push -q origin HEAD:refs/pull/1/merge");
  const auto clone = story.beside("shallow");
  std::filesystem::create_directory(clone);
  story.git_in(clone, "init -q");
  story.git_in(clone, "remote add origin 'file://" + story.beside("origin.git").string() + "'");
  story.git_in(clone, "fetch -q --depth 1 origin refs/pull/1/merge:refs/remotes/pull/1/merge");
  story.git_in(clone, "checkout -q refs/remotes/pull/1/merge");
  const auto error = error_of(clone, in_pull_request("main", true));
  CHECK(std::string(error.what()) == "the target branch main is not in this clone");
  CHECK(error.remedy().find("fetch-depth: 0") != std::string::npos);
}

TEST_CASE("a pull request cannot name a base within itself") {
  Story story;
  auto query = in_pull_request("main");
  query.base = "HEAD";
  CHECK(std::string(error_of(story.path, query).what()) ==
        "--base HEAD lies within the change under test, which starts at " + story.base.substr(0, 12));
  query.base = "main";
  CHECK(program_of(read(story.path, query)) == "/usr/bin/base");
}

TEST_CASE("detached heads, linked worktrees and submodules are read like any other") {
  Story story;
  story.git("checkout -q --detach");
  CHECK(program_of(read(story.path)) == "/usr/bin/base");

  const auto linked = story.beside("linked");
  story.git("worktree add -q '" + linked.string() + "' change");
  std::filesystem::create_directory(linked / "deep");
  CHECK(program_of(read(linked / "deep")) == "/usr/bin/base");

  ScratchRepository super;
  super.git("submodule -q add '" + story.beside("origin.git").string() + "' sub");
  CHECK(program_of(read(super.path / "sub")) == "/usr/bin/base");
}

TEST_CASE("without a remote the local main is the base, and without that the remedy is told") {
  ScratchRepository scratch;
  const auto first = scratch.commit("first");
  CHECK(read(scratch.path).commit->id == first);
  CHECK_FALSE(read(scratch.path).fingerprint);
  scratch.git("branch -q -m work");
  CHECK(error_of(scratch.path).remedy() == "name the branch that changes go to: --base BRANCH");
}

TEST_CASE("before the first commit there is no base") {
  const ScratchRepository scratch;
  CHECK_FALSE(read(scratch.path).commit);
  CHECK(std::string(error_of(scratch.path, with_base("main")).what()) ==
        "--base main does not exist: there is no commit yet");
}

TEST_CASE("bare repositories and plain directories are refused with a remedy") {
  ScratchRepository scratch;
  scratch.commit("first");
  const auto bare = error_of(scratch.publish());
  CHECK(std::string(bare.what()).find("is bare") != std::string::npos);
  CHECK(bare.remedy() == "run in a clone or a worktree of it");
  CHECK(std::string(error_of(scratch.beside("")).what()).find("no git repository") != std::string::npos);
}

TEST_CASE("an unresolved merge in the baseline is an error") {
  ScratchRepository scratch;
  scratch.write(".buildprint/unit-tests.json", "<<<<<<< ours\n");
  scratch.commit("oops");
  CHECK(std::string(error_of(scratch.path).what()).find("markers of an unresolved merge") !=
        std::string::npos);
}

TEST_CASE("notes and a history of their own hold the baseline of the nearest ancestor") {
  Story story;
  story.git("rm -q --cached .buildprint/unit-tests.json");
  story.commit("out of the tree");
  story.git("config user.name Ann");
  story.git("config user.email ann@example.com");
  const auto repository = open_repository(story.path);
  BaselineQuery query;
  query.name = "unit-tests";
  for (const auto store : {Store::notes, Store::ref}) {
    query.store = store;
    CHECK_FALSE(read(story.path, query).fingerprint);
    const auto text = render_fingerprint(fingerprint_of("/usr/bin/kept"));
    write_baseline(repository, query.name, store, story.base, text, "reason");
    write_baseline(repository, query.name, store, story.head,
                   render_fingerprint(fingerprint_of("/usr/bin/own")), "x");
    CHECK(program_of(read(story.path, query)) == "/usr/bin/kept");
    const auto claims = read_own_claims(repository, query, read(story.path, query));
    REQUIRE(claims.fingerprint);
    CHECK(claims.fingerprint->behaviors.front().lineage.front().text() == "/usr/bin/own");
  }
}

TEST_CASE("the policy and the rules are those of the base, and editing them is told") {
  Story story;
  story.git("checkout -q main");
  story.write(
      ".buildprint/policy.json",
      "{\"format\": \"buildprint/policy/1\", \"deny\": [{\"kind\": \"inspect\", \"reason\": \"r\"}]}");
  story.write(".buildprint/rules.json", "{}");
  story.commit("policy");
  story.git("push -q origin main");
  story.git("checkout -q -b hide");
  story.git("rm -q .buildprint/policy.json");
  story.write(".buildprint/rules.json", "{ }");
  story.write(".github/workflows/ci.yml", "x");
  story.write("src/main.c", "x");
  story.commit("hide");
  BaselineQuery query;
  query.name = "unit-tests";
  query.ci = {"CI", {}, {}, false};
  const auto baseline = read(story.path, query);
  CHECK(baseline.policy.deny.size() == 1);
  CHECK(baseline.rules == "{}");
  CHECK(read_own_claims(open_repository(story.path), query, baseline).remarks ==
        std::vector<std::string>{
            "this change edits .buildprint/policy.json: its levels and its allow and deny entries count from "
            "when "
            "it is merged",
            "this change edits .buildprint/rules.json: the rules of the base commit were used",
            "this change edits .github/workflows/ci.yml: see that the gate still runs, and against the right "
            "base"});
}

TEST_CASE("in CI the change's claims are those that were committed, elsewhere those of the working tree") {
  Story story;
  story.write(".buildprint/unit-tests.json", render_fingerprint(fingerprint_of("/usr/bin/uncommitted")));
  BaselineQuery query;
  query.name = "unit-tests";
  const auto baseline = read(story.path, query);
  const auto repository = open_repository(story.path);
  const auto claim = [&] {
    return read_own_claims(repository, query, baseline).fingerprint->behaviors.front().lineage.front().text();
  };
  CHECK(claim() == "/usr/bin/uncommitted");
  query.ci.system = "CI";
  CHECK(claim() == "/usr/bin/change");
}

TEST_CASE("a workload's name cannot leave its folder") {
  for (const char *name : {"", ".", "../x", "a/b", "policy", "rules", "a b", ".hidden", "a\nb", "a..b"})
    CHECK_THROWS_AS(require_workload_name(name), Error);
  CHECK_NOTHROW(require_workload_name("unit-tests_2.x86"));
}

TEST_CASE("CI systems tell the target of a pull request") {
  const auto of = [](std::map<std::string, std::string> variables) {
    return ci_context([variables](const char *name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::string() : found->second;
    });
  };
  CHECK_FALSE(of({}).in_ci());
  CHECK_FALSE(of({{"CI", "false"}}).in_ci());
  CHECK(of({{"CI", "true"}}).in_ci());
  const auto github = of({{"CI", "true"},
                          {"GITHUB_ACTIONS", "true"},
                          {"GITHUB_BASE_REF", "main"},
                          {"GITHUB_REF", "refs/pull/7/merge"}});
  CHECK(github.target_branch == "main");
  CHECK(github.merged_head);
  CHECK_FALSE(of({{"GITHUB_ACTIONS", "true"}, {"GITHUB_REF", "refs/heads/main"}}).pull_request());
  CHECK(of({{"GITLAB_CI", "true"}, {"CI_MERGE_REQUEST_DIFF_BASE_SHA", "abc"}}).base_commit == "abc");
  CHECK(of({{"TF_BUILD", "True"}, {"SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/dev"}}).target_branch ==
        "dev");
}

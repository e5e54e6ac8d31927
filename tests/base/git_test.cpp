#include "base/git.hpp"

#include "base/error.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_repository.hpp"

using namespace buildprint;
using buildprint::test::ScratchRepository;

namespace {

GitRepository open(const std::filesystem::path &path) {
  auto repository = GitRepository::containing(path);
  REQUIRE(repository);
  return std::move(*repository);
}

std::vector<std::string> subjects(const std::vector<FileVersion> &versions) {
  std::vector<std::string> result;
  for (const auto &version : versions) result.push_back(version.commit.subject);
  return result;
}

} // namespace

TEST_CASE("a directory outside of every repository has none") {
  const ScratchRepository scratch;
  CHECK_FALSE(GitRepository::containing(scratch.beside("")));
}

TEST_CASE("an unborn branch has no head") {
  const ScratchRepository scratch;
  CHECK_FALSE(open(scratch.path).head());
}

TEST_CASE("the index lists the tracked files, whatever their names") {
  ScratchRepository scratch;
  scratch.write("a b", "");
  scratch.write("sub/\xff", "");
  scratch.commit("first");
  scratch.write("untracked", "");
  std::filesystem::create_directory(scratch.path / "deep");
  const auto repository = open(scratch.path / "deep");
  CHECK(repository.workdir() == scratch.path);
  CHECK(repository.tracked_files() == std::vector<std::string>{"a b", "sub/\xff"});
}

TEST_CASE("files are read from commits, not from the working tree") {
  ScratchRepository scratch;
  scratch.write("dir/f", "old");
  const auto first = scratch.commit("first");
  scratch.write("dir/f", "new");
  const auto second = scratch.commit("second");
  scratch.write("dir/f", "uncommitted");
  const auto repository = open(scratch.path);
  CHECK(repository.head() == second);
  CHECK(repository.resolve("HEAD^") == first);
  CHECK_FALSE(repository.resolve("no-such-branch"));
  CHECK(repository.file_at(first, "dir/f") == "old");
  CHECK(repository.file_at(second, "dir/f") == "new");
  CHECK_FALSE(repository.file_at(second, "dir"));
  CHECK_FALSE(repository.file_at(second, "dir/f/g"));
  CHECK(repository.changed_paths(first, second) == std::vector<std::string>{"dir/f"});
  CHECK(repository.commit(second).author == "Ann");
}

TEST_CASE("the history of a file skips commits that left it alone and follows the side that changed it") {
  ScratchRepository scratch;
  scratch.write("f", "1");
  scratch.commit("one");
  scratch.write("other", "1");
  scratch.commit("other");
  scratch.git("checkout -q -b side");
  scratch.write("f", "2");
  scratch.commit("two");
  scratch.git("checkout -q main");
  scratch.write("other", "2");
  scratch.commit("other again");
  scratch.git("merge -q --no-ff -m merge side");
  scratch.git("rm -q f");
  const auto head = scratch.commit("gone");
  const auto versions = open(scratch.path).history(head, "f");
  CHECK(subjects(versions) == std::vector<std::string>{"gone", "two", "one"});
  CHECK(versions.front().blob.empty());
}

TEST_CASE("a shallow clone ends its history and finds what it can see") {
  ScratchRepository scratch;
  scratch.write("f", "1");
  scratch.commit("one");
  scratch.write("f", "2");
  scratch.commit("two");
  scratch.write("f", "3");
  const auto tip = scratch.commit("three");
  const auto clone = scratch.beside("clone");
  scratch.git("clone -q --depth 2 'file://" + scratch.path.string() + "' '" + clone.string() + "'");
  const auto repository = open(clone);
  CHECK(repository.is_shallow());
  const auto versions = repository.history(tip, "f");
  CHECK(subjects(versions) == std::vector<std::string>{"three", "two"});
  CHECK(versions.back().history_ends);
  CHECK(repository.merge_base(tip, versions.back().commit.id) == versions.back().commit.id);
  CHECK(repository.default_branch("origin") == "refs/remotes/origin/main");
}

TEST_CASE("notes and references of their own keep what the tree shall not") {
  ScratchRepository scratch;
  const auto first = scratch.commit("first");
  const auto second = scratch.commit("second");
  scratch.git("config user.name Ben");
  scratch.git("config user.email ben@example.com");
  const auto repository = open(scratch.path);
  CHECK(repository.annotated("refs/notes/x").empty());
  repository.write_note("refs/notes/x", first, "hello");
  CHECK(repository.annotated("refs/notes/x").contains(first));
  CHECK(repository.note("refs/notes/x", first) == "hello");
  CHECK_FALSE(repository.note("refs/notes/x", second));
  CHECK(repository.nearest_ancestor(second, repository.annotated("refs/notes/x")) == first);

  repository.commit_file("refs/own", "a/b.json", "1", "one");
  repository.commit_file("refs/own", "a/c.json", "2", "two");
  CHECK(repository.file_at(*repository.resolve("refs/own"), "a/b.json") == "1");
  CHECK(scratch.git("log --format=%s%an refs/own") == "twoBen\noneBen");
  CHECK(repository.commits_of("refs/own").size() == 2);
}

TEST_CASE("linked worktrees and bare repositories open") {
  ScratchRepository scratch;
  const auto first = scratch.commit("first");
  const auto linked = scratch.beside("linked");
  scratch.git("worktree add -q --detach '" + linked.string() + "'");
  CHECK(open(linked).workdir() == linked);
  CHECK(open(linked).head() == first);
  const auto bare = open(scratch.publish());
  CHECK_FALSE(bare.workdir());
  CHECK(bare.head() == first);
}

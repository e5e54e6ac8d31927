#include "diff/history.hpp"

#include "base/error.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_repository.hpp"

using namespace buildprint;
using buildprint::test::ScratchRepository;

namespace {

constexpr const char *k_file = ".buildprint/unit-tests.json";

std::string file_text(const std::vector<std::string> &programs) {
  Fingerprint result;
  result.name = "unit-tests";
  result.rules = "1-abc";
  for (const auto &program : programs) {
    Behavior behavior;
    behavior.user = "builder";
    behavior.lineage = {Program::parse(program)};
    result.behaviors.push_back(behavior);
  }
  return render_fingerprint(result);
}

std::string short_form(const FingerprintVersion &version) {
  std::string out = version.commit.subject + ":";
  for (const auto &behavior : version.added) out += " +" + behavior.lineage.front().text();
  for (const auto &behavior : version.removed) out += " -" + behavior.lineage.front().text();
  return out + (version.removed_file ? " gone" : "") + (version.history_ends ? " ..." : "");
}

std::vector<std::string> log_of(const std::filesystem::path &path, Store store = Store::tree) {
  std::vector<std::string> lines;
  for (const auto &version : fingerprint_history(open_repository(path), "unit-tests", store))
    lines.push_back(short_form(version));
  return lines;
}

} // namespace

TEST_CASE("the history tells what each commit brought in and took away") {
  ScratchRepository scratch;
  scratch.write(k_file, file_text({"/a", "/c"}));
  scratch.commit("first");
  scratch.write(k_file, file_text({"/a", "/b", "/c"}));
  scratch.commit("second");
  scratch.write("other", "x");
  scratch.commit("unrelated");
  scratch.write(k_file, file_text({"/b", "/c", "/d"}));
  scratch.commit("third");
  CHECK(log_of(scratch.path) == std::vector<std::string>{"third: +/d -/a", "second: +/b", "first: +/a +/c"});
  scratch.git("rm -q " + std::string(k_file));
  scratch.commit("gone");
  CHECK(log_of(scratch.path).front() == "gone: -/b -/c -/d gone");
}

TEST_CASE("side branches are told by themselves, and a merge only by what it brought on its own") {
  ScratchRepository scratch;
  scratch.write(k_file, file_text({"/a", "/m", "/z"}));
  scratch.commit("base");
  scratch.git("checkout -q -b side");
  scratch.write(k_file, file_text({"/a", "/b", "/m", "/z"}));
  scratch.commit("side");
  scratch.git("checkout -q main");
  scratch.write(k_file, file_text({"/a", "/m", "/y", "/z"}));
  scratch.commit("main");
  scratch.git("merge -q --no-commit -X ours side");
  scratch.write(k_file, file_text({"/a", "/b", "/m", "/y", "/z"}));
  scratch.commit("merge");
  auto log = log_of(scratch.path);
  std::sort(log.begin() + 1, log.end() - 1);
  CHECK(log == std::vector<std::string>{"merge:", "main: +/y", "side: +/b", "base: +/a +/m +/z"});
}

TEST_CASE("a damaged version does not hide the others") {
  ScratchRepository scratch;
  scratch.write(k_file, file_text({"/a"}));
  scratch.commit("good");
  scratch.write(k_file, "<<<<<<< ours\n{\"id\":\"00000000000000000000000000000000\",garbage\n");
  scratch.commit("bad");
  scratch.write(k_file, file_text({"/a", "/b"}));
  scratch.commit("repaired");
  CHECK(log_of(scratch.path) == std::vector<std::string>{"repaired: +/a +/b", "bad: -/a", "good: +/a"});
}

TEST_CASE("a shallow clone says that its oldest version may be older") {
  ScratchRepository scratch;
  scratch.write(k_file, file_text({"/a"}));
  scratch.commit("first");
  scratch.write("x", "x");
  scratch.commit("second");
  const auto clone = scratch.beside("clone");
  scratch.git("clone -q --depth 1 'file://" + scratch.path.string() + "' '" + clone.string() + "'");
  CHECK(log_of(clone) == std::vector<std::string>{"second: +/a ..."});
}

TEST_CASE("notes and a history of their own have a log too") {
  ScratchRepository scratch;
  scratch.git("config user.name Ann");
  scratch.git("config user.email ann@example.com");
  const auto first = scratch.commit("first");
  scratch.git("-c user.name=Ann commit -q --allow-empty -m second --date '2050-01-01T00:00:00Z'");
  const auto second = scratch.git("rev-parse HEAD");
  const auto repository = open_repository(scratch.path);
  for (const auto store : {Store::notes, Store::ref}) {
    write_baseline(repository, "unit-tests", store, first, file_text({"/a"}), "one");
    write_baseline(repository, "unit-tests", store, second, file_text({"/a", "/b"}), "two");
  }
  CHECK(log_of(scratch.path, Store::notes) == std::vector<std::string>{"second: +/b", "first: +/a"});
  CHECK(log_of(scratch.path, Store::ref) ==
        std::vector<std::string>{"unit-tests: two: +/b", "unit-tests: one: +/a"});
}

TEST_CASE("a workload that was never committed has no history") {
  ScratchRepository scratch;
  scratch.commit("first");
  CHECK_THROWS_AS(log_of(scratch.path), Error);
}

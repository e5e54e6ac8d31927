#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/live/run_under_probe.hpp"
#include "tests/live/scratch_directory.hpp"

using namespace buildprint;

namespace {

/// "ACCESS PATH [TARGET]", of what lies in `directory`, whose name is left out.
std::vector<std::string> uses(const ProbedRun &run, const std::string &directory) {
  constexpr const char *k_names[] = {"read",   "write", "create",  "remove",
                                     "rename", "link",  "symlink", "permissions"};
  std::vector<std::string> lines;
  for (const auto &[event, use] : run.all<FileUse>()) {
    if (!use.path.starts_with(directory + '/')) continue;
    std::string line = k_names[static_cast<int>(use.access)];
    line += ' ' + use.path.substr(directory.size() + 1);
    if (!use.target.empty())
      line +=
          ' ' + (use.target.starts_with(directory) ? use.target.substr(directory.size() + 1) : use.target);
    lines.push_back(line);
  }
  return lines;
}

ProbedRun run_in(const std::string &directory, const std::string &script, ProbeOptions options = {}) {
  ProbedRun run = run_under_probe({"/bin/sh", "-c", "cd " + directory + " && { " + script + "; }"}, options);
  REQUIRE(run.loss.describe() == std::vector<std::string>{});
  return run;
}

} // namespace

TEST_CASE("files are seen as they are made, changed, renamed, linked and removed") {
  const ScratchDirectory scratch;
  const ProbedRun run =
      run_in(scratch.path(), "echo 1 > made; mv made moved; ln moved hard; ln -s moved soft; "
                             "chmod 700 moved; echo 2 >> soft; rm hard");
  CHECK(uses(run, scratch.path()) ==
        std::vector<std::string>{"create made", "rename moved made", "link hard moved", "symlink soft moved",
                                 "permissions moved", "write moved", "remove hard"});
  const auto writes = run.all<FileUse>();
  const auto write = std::find_if(writes.begin(), writes.end(),
                                  [](const auto &found) { return found.second.access == FileAccess::write; });
  struct stat truth {};
  REQUIRE(stat((scratch.path() + "/moved").c_str(), &truth) == 0);
  REQUIRE(write != writes.end());
  CHECK(write->second.file == FileIdentity{truth.st_dev, truth.st_ino});
}

TEST_CASE("reads are seen of watched names only, and of what lies in a watched directory") {
  const ScratchDirectory scratch;
  std::filesystem::create_directory(scratch.path() + "/.ssh");
  for (const char *name : {"plain", ".npmrc", ".ssh/known"})
    std::ofstream(scratch.path() + '/' + name) << "x";
  ProbeOptions options;
  options.watched_names = {".npmrc", ".ssh"};
  const ProbedRun run = run_in(scratch.path(), "cat plain .npmrc .ssh/known >/dev/null", options);
  CHECK(uses(run, scratch.path()) == std::vector<std::string>{"read .npmrc", "read .ssh/known"});
}

TEST_CASE("reads are seen of names that begin or end as is watched for") {
  const ScratchDirectory scratch;
  for (const char *name : {"env.test", ".env.test", ".en", "a.pem", "pem", "x.pem.bak", "long-enough.pem"})
    std::ofstream(scratch.path() + '/' + name) << "x";
  ProbeOptions options;
  options.watched_names = {".env.*", "*.pem"};
  const ProbedRun run = run_in(scratch.path(), "cat * .e* >/dev/null", options);
  CHECK(uses(run, scratch.path()) ==
        std::vector<std::string>{"read a.pem", "read long-enough.pem", "read .env.test"});
}

TEST_CASE("a program that does the same to a file again says so once, another program again") {
  const ScratchDirectory scratch;
  const ProbedRun run =
      run_in(scratch.path(), "for i in 1 2 3; do echo $i > file; done; /bin/sh -c 'echo 4 > file'");
  CHECK(uses(run, scratch.path()) == std::vector<std::string>{"create file", "write file", "write file"});
}

TEST_CASE("a file that takes the place of a removed one is told though its number is the same") {
  const ScratchDirectory scratch;
  const ProbedRun run = run_in(scratch.path(), "echo 1 > first; rm first; echo 2 > second");
  const auto found = uses(run, scratch.path());
  CHECK(std::count(found.begin(), found.end(), "create first") == 1);
  CHECK(std::count(found.begin(), found.end(), "create second") == 1);
}

TEST_CASE("without files nothing is told of them") {
  const ScratchDirectory scratch;
  ProbeOptions options;
  options.files = false;
  CHECK(run_in(scratch.path(), "echo 1 > made; mv made moved", options).all<FileUse>().empty());
}

TEST_CASE("a flood of opens is told once, and loses nothing") {
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "storm", "open", "100000"});
  REQUIRE(run.loss.describe() == std::vector<std::string>{});
  CHECK(run.output == "100000\n");
  CHECK(run.all<FileUse>().size() == 3); // created, written, removed
}

TEST_CASE("an exchange of names is two renames") {
  const ScratchDirectory scratch;
  const ProbedRun run =
      run_in(scratch.path(), "echo 1 > one; echo 2 > two; " + std::string(PROGRAMS) + "exchange one two");
  CHECK(uses(run, scratch.path()) ==
        std::vector<std::string>{"create one", "create two", "rename one two", "rename two one"});
}

TEST_CASE("what is renamed into a directory behind a symbolic link arrives where the link leads") {
  const ScratchDirectory scratch;
  const ProbedRun run =
      run_in(scratch.path(), "mkdir real; ln -s real link; echo 1 > file; mv file link/moved; "
                             "ln -s x link/soft; sleep 0.1");
  const auto found = uses(run, scratch.path());
  CAPTURE(found);
  CHECK(std::count(found.begin(), found.end(), "rename real/moved file") == 1);
  CHECK(std::count(found.begin(), found.end(), "symlink real/soft x") == 1);
}

#include "tests/catch.hpp"
#include "tests/live/run_under_probe.hpp"

using namespace buildprint;

TEST_CASE("every look into another process is seen, with whom it concerns, and none into oneself") {
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "looks"});
  REQUIRE(run.loss.describe() == std::vector<std::string>{});
  const auto looks = run.all<Inspect>();
  std::vector<std::string> how;
  for (const auto &[event, look] : looks) {
    how.push_back(look.how);
    CHECK(std::to_string(look.target.pid) + "\n" == run.output);
  }
  CHECK(how == std::vector<std::string>{"process_vm_readv", "process_vm_writev", "mem", "maps", "environ",
                                        "ptrace"});
  REQUIRE(looks.size() == 6);
  CHECK(looks[2].second.target == run.all<Fork>()[0].second.child);
  CHECK(looks[2].second.target_exe == run.all<Exec>()[0].second.exe);
}

TEST_CASE("looks are seen without file events, too") {
  ProbeOptions options;
  options.files = false;
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "looks"}, options);
  CHECK(run.all<Inspect>().size() == 6);
  CHECK(run.all<FileUse>().empty());
}

TEST_CASE("namespaces and mounts are seen") {
  const ProbedRun run =
      run_under_probe({"/usr/bin/unshare", "-m", "-u", "/bin/mount", "-t", "tmpfs", "none", "/mnt"});
  REQUIRE(run.loss.describe() == std::vector<std::string>{});
  std::vector<std::pair<std::string, std::string>> uses;
  for (const auto &[event, use] : run.all<KernelUse>()) uses.emplace_back(use.operation, use.detail);
  REQUIRE(uses.size() >= 2);
  CHECK(uses.front() == std::pair<std::string, std::string>{"unshare", "mount uts"});
  CHECK(uses.back().first == "mount");
  CHECK(uses.back().second.ends_with("on /mnt"));
}

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

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
                                        "ptrace", "pidfd_getfd"});
  REQUIRE(looks.size() == 7);
  for (const std::size_t by_number : {0, 1, 6})
    CHECK(looks[by_number].second.target == run.all<Fork>().at(0).second.child);
  CHECK(looks[2].second.target == run.all<Fork>().at(0).second.child);
  CHECK(looks[2].second.target_exe == run.all<Exec>().at(0).second.exe);
}

TEST_CASE("looks are seen without file events, too") {
  ProbeOptions options;
  options.files = false;
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "looks"}, options);
  CHECK(run.all<Inspect>().size() == 7);
  CHECK(run.all<FileUse>().empty());
}

TEST_CASE("looks into a process that is not followed say whom they concern") {
  const pid_t bystander = fork(); // before the recording begins
  if (bystander == 0) {
    pause();
    _exit(0);
  }
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "looks", std::to_string(bystander)});
  kill(bystander, SIGKILL);
  waitpid(bystander, nullptr, 0);
  REQUIRE(run.loss.describe() == std::vector<std::string>{});
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::vector<std::string> how;
  for (const auto &[event, look] : run.all<Inspect>()) {
    how.push_back(look.how);
    INFO(look.how);
    CHECK(look.target.pid == static_cast<std::uint32_t>(bystander));
    CHECK(look.target_exe == self);
  }
  CHECK(how == std::vector<std::string>{"process_vm_readv", "process_vm_writev", "mem", "maps", "environ",
                                        "ptrace", "pidfd_getfd"});
}

TEST_CASE("a process that is started in namespaces of its own is seen as one that enters them") {
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "looks", "clone"});
  REQUIRE(run.loss.describe() == std::vector<std::string>{});
  const auto uses = run.all<KernelUse>();
  REQUIRE(uses.size() == 1);
  CHECK(uses[0].second.operation == "unshare");
  CHECK(uses[0].second.detail == "network uts");
  CHECK(uses[0].first.actor == run.main_process);
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

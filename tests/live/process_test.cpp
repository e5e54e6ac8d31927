#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/live/run_under_probe.hpp"
#include "tests/live/scratch_directory.hpp"

using namespace buildprint;

namespace {

const std::string k_programs = PROGRAMS;

void require_complete(const ProbedRun &run) {
  REQUIRE(run.loss.describe() == std::vector<std::string>{});
}

} // namespace

TEST_CASE("a shell's child is forked, executed and ended, in this order") {
  const ProbedRun run = run_under_probe({"/bin/sh", "-c", "cd /usr; /bin/ls bin >/dev/null; exit 3"});
  require_complete(run);
  CHECK(WEXITSTATUS(run.wait_status) == 3);
  const auto execs = run.all<Exec>();
  REQUIRE(execs.size() == 2);
  CHECK(execs[0].first.actor == run.main_process);
  CHECK(execs[0].second.invoked == "/bin/sh");
  CHECK(execs[1].second.argv == std::vector<std::string>{"/bin/ls", "bin"});
  CHECK(execs[1].second.cwd == "/usr");
  CHECK(execs[1].second.standard_output == StreamKind::null);
  const auto forks = run.all<Fork>();
  REQUIRE(forks.size() == 1);
  CHECK(forks[0].second.child == execs[1].first.actor);
  const auto exits = run.all<Exit>();
  REQUIRE(exits.size() == 2);
  CHECK(exits[0].first.actor == forks[0].second.child);
  CHECK(exits[1].second.wait_status == run.wait_status);
}

TEST_CASE("an exec from a thread that is not the first is the process's, and no exit") {
  const ProbedRun run = run_under_probe({k_programs + "threads", "exec"});
  require_complete(run);
  const auto execs = run.all<Exec>();
  REQUIRE(execs.size() == 2);
  CHECK(execs[1].first.actor == run.main_process);
  CHECK(execs[1].second.argv == std::vector<std::string>{"true", "from-thread"});
  CHECK(run.all<Exit>().size() == 1);
}

TEST_CASE("a process whose first thread ends first ends once, with what waitpid says") {
  const ProbedRun run = run_under_probe({k_programs + "threads", "last"});
  require_complete(run);
  const auto exits = run.all<Exit>();
  REQUIRE(exits.size() == 1);
  CHECK(exits[0].second.wait_status == run.wait_status);
}

TEST_CASE("a command that a signal ends has the status that waitpid says") {
  const ProbedRun run = run_under_probe({"/bin/sh", "-c", "kill -TERM $$"});
  require_complete(run);
  CHECK(WIFSIGNALED(run.wait_status));
  CHECK(run.last<Exit>().second.wait_status == run.wait_status);
}

TEST_CASE("arguments are recorded whole, 1.2 MB of them and empty ones") {
  const ProbedRun run = run_under_probe({k_programs + "arguments"});
  require_complete(run);
  const auto execs = run.all<Exec>();
  REQUIRE(execs.size() == 2);
  const Exec &large = execs[1].second;
  std::size_t bytes = 0;
  for (const std::string &argument : large.argv) bytes += argument.size() + 1;
  std::ostringstream truth;
  truth << large.argv.size() << ' ' << bytes << '\n';
  CHECK(run.output == truth.str());
  CHECK(large.argv.at(1).empty());
  CHECK(large.argv.back() == std::string(120000, 'j'));
  CHECK_FALSE(large.truncated);
}

TEST_CASE("arguments that another thread writes over are recorded as the new program got them") {
  for (int i = 0; i < 5; ++i) {
    const ProbedRun run = run_under_probe({k_programs + "threads", "argv"});
    const auto execs = run.all<Exec>();
    REQUIRE(execs.size() == 2);
    CHECK(execs[1].second.argv.at(1) + "\n" == run.output);
  }
}

TEST_CASE("a program that lies in memory only is said to") {
  const ProbedRun run = run_under_probe({k_programs + "arguments", "memfd"});
  require_complete(run);
  const auto execs = run.all<Exec>();
  REQUIRE(execs.size() == 2);
  CHECK_FALSE(execs[0].second.memory_only);
  CHECK(execs[1].second.memory_only);
  CHECK(execs[1].second.self_made);
  CHECK(execs[1].second.argv == std::vector<std::string>{"[kworker/0:0]"});
}

TEST_CASE("a program in a mount of its own is said to be its own") {
  const ProbedRun run = run_under_probe({k_programs + "arguments", "mount"});
  require_complete(run);
  const auto execs = run.all<Exec>();
  REQUIRE(execs.size() == 2);
  CHECK_FALSE(execs[0].second.self_made);
  CHECK_FALSE(execs[1].second.memory_only);
  CHECK(execs[1].second.self_made);
  CHECK(execs[1].second.exe == "/copy");
}

TEST_CASE("a program in memory that another one made is not the own of whoever executes it", "[python]") {
  const std::string script = "import os, subprocess\n"
                             "memory = os.memfd_create('x', 0)\n"
                             "os.write(memory, open('/bin/true', 'rb').read())\n"
                             "path = f'/proc/{os.getpid()}/fd/{memory}'\n"
                             "subprocess.run(['/bin/sh', '-c', path + '; :'], check=True)\n"
                             "subprocess.run([path], check=True)\n";
  const ProbedRun run = run_under_probe({"/usr/bin/python3", "-c", script});
  require_complete(run);
  const auto execs = run.all<Exec>();
  REQUIRE(execs.size() == 4);
  CHECK((execs[2].second.memory_only && !execs[2].second.self_made));
  CHECK((execs[3].second.memory_only && execs[3].second.self_made));
}

TEST_CASE("a script is its interpreter, with the script as the kernel passed it on") {
  const ScratchDirectory scratch;
  const std::string script = scratch.path() + "/script";
  std::ofstream(script) << "#!/bin/sh -e\nexit 4\n";
  chmod(script.c_str(), 0755);
  const ProbedRun run = run_under_probe({script, "argument"});
  require_complete(run);
  const auto execs = run.all<Exec>();
  REQUIRE(execs.size() == 1);
  CHECK(execs[0].second.invoked == "/bin/sh");
  CHECK(execs[0].second.argv == std::vector<std::string>{"/bin/sh", "-e", script, "argument"});
  struct stat truth {};
  REQUIRE(stat("/bin/sh", &truth) == 0);
  CHECK(execs[0].second.file == FileIdentity{truth.st_dev, truth.st_ino});
  CHECK(execs[0].second.mode == truth.st_mode);
}

TEST_CASE("listed names of the environment are recorded, and nothing else of it") {
  const ProbedRun run = run_under_probe({"/usr/bin/env", "-i", "SECRET=x", "npm_package_name=left-pad",
                                         "LD_PRELOAD=", "MAKELEVEL=2", "/bin/true"});
  require_complete(run);
  const auto environment = run.last<Exec>().second.environment;
  CHECK(environment == std::vector<std::pair<std::string, std::string>>{{"npm_package_name", "left-pad"},
                                                                        {"MAKELEVEL", "2"}});
}

TEST_CASE("what leaves its session and outlives the command is followed to its end") {
  const ProbedRun run = run_under_probe({k_programs + "daemon", "100"});
  require_complete(run);
  REQUIRE(run.all<Fork>().size() == 2);
  CHECK(run.all<Exit>().size() == 3);
  REQUIRE(run.all<Connect>().size() == 1);
  CHECK(run.all<Connect>().at(0).first.actor == run.all<Fork>().at(1).second.child);
  CHECK(run.still_running.empty());
}

TEST_CASE("what still runs after the linger time is told, not waited for") {
  ProbeOptions options;
  options.linger_ms = 50;
  const ProbedRun run = run_under_probe({k_programs + "daemon", "3000"}, options);
  require_complete(run);
  REQUIRE(run.all<Fork>().size() == 2);
  CHECK(run.still_running == std::vector<ProcessKey>{run.all<Fork>().at(1).second.child});
}

TEST_CASE("every event says as whom it happened") {
  const ProbedRun run =
      run_under_probe({"/usr/bin/setpriv", "--reuid", "65534", "--clear-groups", "/bin/true"});
  require_complete(run);
  const auto execs = run.all<Exec>();
  REQUIRE(execs.size() == 2);
  CHECK(execs[0].first.credentials.euid == 0);
  CHECK(execs[1].first.credentials.euid == 65534);
  CHECK(execs[1].first.credentials.ruid == 65534);
  CHECK(execs[1].first.credentials.capabilities == 0);
}

TEST_CASE("paths are seen from the program's own root") {
  const ScratchDirectory scratch;
  const std::string root = scratch.path();
  // A shell of its own mount namespace binds the system's directories into a root, and a directory over
  // another.
  const std::string script = "for d in usr bin lib lib64; do [ -e /$d ] || continue; mkdir -p " + root +
                             "/$d; mount --bind /$d " + root + "/$d; done; mkdir -p " + root +
                             "/srv/inner; exec chroot " + root + " /bin/sh -c 'cd /srv/inner; /bin/true; :'";
  const ProbedRun run = run_under_probe({"/usr/bin/unshare", "-m", "/bin/sh", "-c", script});
  require_complete(run);
  const auto last = run.last<Exec>().second;
  CHECK(last.exe == "/bin/true");
  CHECK(last.cwd == "/srv/inner");
}

TEST_CASE("a process that gets the number of an ended one is another process") {
  const ProbedRun run = run_under_probe({k_programs + "reuse"});
  require_complete(run);
  if (run.output == "no reuse\n") {
    say_skipped("the next process number may not be chosen on this system");
    return;
  }
  std::set<std::uint64_t> starts;
  for (const auto &[event, fork] : run.all<Fork>())
    if (fork.child.pid == std::stoul(run.output)) starts.insert(fork.child.start_ns);
  CHECK(starts.size() == 2);
}

TEST_CASE("a storm of processes on both processors closes, and loses nothing") {
  constexpr int k_processes = 4000;
  const ProbedRun run = run_under_probe({k_programs + "storm", "spawn", std::to_string(k_processes)});
  require_complete(run);
  CHECK(run.output == std::to_string(k_processes) + "\n");
  std::set<ProcessKey> living{run.main_process};
  std::size_t executed = 0;
  for (const Event &event : run.events) {
    REQUIRE(living.count(event.actor) == 1); // a parent comes before its child
    if (const auto *fork = std::get_if<Fork>(&event.body)) living.insert(fork->child);
    if (std::holds_alternative<Exit>(event.body)) living.erase(event.actor);
    executed += std::holds_alternative<Exec>(event.body) ? 1 : 0;
  }
  CHECK(living.empty());
  CHECK(executed == k_processes + 1);
}

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>

#include "base/text.hpp"
#include "tests/catch.hpp"
#include "tests/live/run_under_probe.hpp"
#include "tests/live/scratch_directory.hpp"

using namespace buildprint;

TEST_CASE("with a tiny ring and a slow reader the recording says that it is incomplete, and ends well") {
  ProbeOptions options;
  options.ring_bytes = 64 << 10;
  options.slow_reader_us = 1000; // slower than any machine starts processes
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "storm", "spawn", "1500"}, options);
  CHECK(run.output == "1500\n");
  CHECK(run.loss.ring_full > 0);
  CHECK(run.loss.sequence_gaps == 0);
  CHECK(run.loss.undecodable == 0);
  CHECK_FALSE(run.loss.probe_died);
  std::uint64_t by_kind = 0;
  for (const auto &[kind, count] : run.census.no_room) by_kind += count;
  CHECK(by_kind == run.loss.ring_full);
  CHECK(run.census.no_room.contains("exec"));
}

/// More than the probe keeps for its reader (16 MiB): 240 programs with an argument of 100 kB write a file
/// each.
TEST_CASE("a reader that only reads when the command has ended gets everything, each exec before its files") {
  const ScratchDirectory scratch;
  ProbeOptions options;
  options.ring_bytes = 32 << 20; // whatever the reader does, nothing is lost in the kernel
  const std::string script = "a=$(printf %100000s x); for i in $(seq 360); do "
                             "/bin/sh -c ': >\"$0\"' " +
                             scratch.path() + "/$i \"$a\" & wait; done";
  const ProbedRun run = run_under_probe({"/bin/sh", "-c", script}, options, Reading::at_the_end);
  CHECK(run.loss.describe() == std::vector<std::string>{});
  std::set<ProcessKey> begun;
  std::size_t written = 0;
  for (const Event &event : run.events) {
    const auto *exec = std::get_if<Exec>(&event.body);
    if (exec != nullptr && exec->argv.size() == 5 && exec->argv.back().size() == 100'000)
      begun.insert(event.actor);
    const auto *file = std::get_if<FileUse>(&event.body);
    if (file != nullptr && file->path.starts_with(scratch.path()) && begun.contains(event.actor)) ++written;
  }
  CHECK(begun.size() == 360);
  CHECK(written == 360);
}

TEST_CASE("what each CPU sent arrives, and the recording says how much that was") {
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "storm", "spawn", "200"});
  REQUIRE(run.loss.describe() == std::vector<std::string>{});
  std::uint64_t sent = 0;
  for (const auto &cpu : run.census.records) {
    CHECK(cpu.sent == cpu.received);
    sent += cpu.sent;
  }
  CHECK(sent >= 600); // fork, exec and exit
}

TEST_CASE("a record that the kernel sent and that does not arrive is missed in its CPU's sequence") {
  ProbeOptions options;
  options.drop_every = 10;
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "storm", "spawn", "50"}, options);
  std::uint64_t missing = 0;
  for (const auto &cpu : run.census.records) missing += cpu.sent - cpu.received;
  CHECK(missing > 0);
  CHECK(run.loss.sequence_gaps == missing);
}

TEST_CASE("a process that finds no room in the kernel's map is counted") {
  ProbeOptions options;
  options.process_slots = 1;
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "storm", "spawn", "20"}, options);
  CHECK(run.loss.map_full >= 20);
}

namespace {

/// A process in a cgroup that is named like a container's, until this is destroyed.
class ContainerLikeProcess {
 public:
  ContainerLikeProcess(const std::filesystem::path &parent, char digit)
      : cgroup_(parent / std::string(64, digit)) {
    std::filesystem::create_directory(cgroup_);
    pid_ = fork();
    if (pid_ == 0) {
      pause();
      _exit(0);
    }
    std::ofstream(cgroup_ / "cgroup.procs") << pid_;
  }
  ~ContainerLikeProcess() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    for (int attempt = 0; rmdir(cgroup_.c_str()) != 0 && attempt < 100; ++attempt) usleep(10'000);
  }
  ContainerLikeProcess(const ContainerLikeProcess &) = delete;
  ContainerLikeProcess &operator=(const ContainerLikeProcess &) = delete;

 private:
  std::filesystem::path cgroup_;
  pid_t pid_ = 0;
};

std::filesystem::path cgroup2_mount() {
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);)
    if (const auto fields = split(line, ' '); fields.size() > 2 && fields[2] == "cgroup2")
      return std::string(fields[1]);
  return {};
}

} // namespace

TEST_CASE("a container that finds no room in the kernel's map is counted") {
  const auto mount = cgroup2_mount();
  if (mount.empty() || access(mount.c_str(), W_OK) != 0) return say_skipped("no cgroup can be created here");
  const ContainerLikeProcess one(mount, 'a'), other(mount, 'b');
  ProbeOptions options;
  options.container_slots = 1;
  CHECK(run_under_probe({"/bin/true"}, options).loss.map_full > 0);
  CHECK(run_under_probe({"/bin/true"}).loss.map_full == 0);
}

TEST_CASE("a memory file that another thread closes at once is no loss") {
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "vanish", "memory"});
  CHECK(run.loss.describe() == std::vector<std::string>{});
}

TEST_CASE("an argument that cannot be read is counted") {
  const ScratchDirectory scratch;
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "vanish", scratch.path()});
  CHECK(run.loss.unreadable == 1);
  CHECK(run.loss.describe().size() == 1);
}

TEST_CASE("with --no-loss a tiny ring and a slow reader lose nothing: processes wait") {
  ProbeOptions options;
  options.ring_bytes = 64 << 10;
  options.slow_reader_us = 1000; // slower than any machine starts processes
  options.no_loss = true;
  for (const char *kind : {"spawn", "connect"}) {
    INFO(kind);
    const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "storm", kind, "1000"}, options);
    CHECK(run.output == "1000\n");
    CHECK(run.loss.describe() == std::vector<std::string>{});
    CHECK(run.census.held > 0);
  }
}

TEST_CASE("a tiny ring alone does not lose a quiet command") {
  ProbeOptions options;
  options.ring_bytes = 64 << 10;
  CHECK(run_under_probe({"/bin/true"}, options).loss.none());
}

TEST_CASE("every program of the probe works here") {
  for (const ProgramReadiness &program : probe_readiness()) {
    INFO(program.name << ": " << program.reason);
    CHECK(program.works);
  }
}

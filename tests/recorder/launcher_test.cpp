#include "recorder/launcher.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/file.hpp"
#include "tests/catch.hpp"

using namespace buildprint;
namespace fs = std::filesystem;

namespace {

struct TemporaryDirectory {
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "buildprint-test-XXXXXX").string();
    path = ::mkdtemp(name.data());
    ::chmod(path.c_str(), 0777);
  }
  ~TemporaryDirectory() { fs::remove_all(path); }
  fs::path path;
};

const Signals &signals() {
  static const Signals taken;
  return taken;
}

bool ended(const HeldCommand &command, int milliseconds) {
  pollfd watched{command.ended_fd(), POLLIN, 0};
  return ::poll(&watched, 1, milliseconds) == 1;
}

int run(const std::vector<std::string> &command, const Identity &identity = choose_identity(std::nullopt)) {
  HeldCommand held(command, identity, signals());
  REQUIRE_FALSE(held.release());
  return shell_status(held.wait());
}

/// What a shell command prints, to a file that it may write.
std::string output_of(const std::string &script, const Identity &identity = choose_identity(std::nullopt)) {
  const TemporaryDirectory scratch;
  const auto file = (scratch.path / "out").string();
  REQUIRE(run({"sh", "-c", script + " >" + file}, identity) == 0);
  return read_file(file);
}

} // namespace

TEST_CASE("a command does nothing before it is released") {
  const TemporaryDirectory scratch;
  const auto file = (scratch.path / "f").string();
  HeldCommand command({"touch", file}, choose_identity(std::nullopt), signals());
  CHECK_FALSE(ended(command, 50));
  CHECK_FALSE(fs::exists(file));
  CHECK_FALSE(command.release());
  CHECK(command.wait() == 0);
  CHECK(fs::exists(file));
}

TEST_CASE("a command that is never released never runs") {
  const TemporaryDirectory scratch;
  const auto file = (scratch.path / "f").string();
  { const HeldCommand command({"touch", file}, choose_identity(std::nullopt), signals()); }
  CHECK_FALSE(fs::exists(file));
}

TEST_CASE("the status is what a shell would say") {
  CHECK(run({"sh", "-c", "exit 7"}) == 7);
  CHECK(run({"sh", "-c", "kill -9 $$"}) == 128 + 9);
}

TEST_CASE("a command that cannot be executed says why") {
  const TemporaryDirectory scratch;
  const auto status_of = [&](const std::string &program) {
    HeldCommand command({program}, choose_identity(std::nullopt), signals());
    const auto reason = command.release();
    REQUIRE(reason);
    command.wait();
    return explain_exec_failure(program, *reason).status;
  };
  CHECK(status_of("no-such-command-anywhere") == 127);
  CHECK(status_of("/no/such/file") == 127);
  write_file_atomically(scratch.path / "plain", "#!/bin/sh\n");
  CHECK(status_of(scratch.path / "plain") == 126);
  CHECK(status_of(scratch.path) == 126);
  write_file_atomically(scratch.path / "script", "#!/no/such/interpreter\n");
  ::chmod((scratch.path / "script").c_str(), 0755);
  CHECK(status_of(scratch.path / "script") == 126);
}

TEST_CASE("a command gets the signal mask and the descriptors that it would have without buildprint") {
  CHECK(output_of("grep SigBlk /proc/self/status") == "SigBlk:\t0000000000000000\n");
  const TemporaryDirectory scratch;
  REQUIRE(std::system(("ls /proc/self/fd >" + (scratch.path / "plain").string()).c_str()) == 0);
  CHECK(output_of("ls /proc/self/fd") == read_file(scratch.path / "plain"));
}

TEST_CASE("signals are passed on") {
  HeldCommand command({"sh", "-c", "trap 'exit 9' TERM; kill -TERM $PPID; while :; do sleep 0.01; done"},
                      choose_identity(std::nullopt), signals());
  REQUIRE_FALSE(command.release());
  pollfd watched{signals().fd(), POLLIN, 0};
  REQUIRE(::poll(&watched, 1, 5000) == 1);
  signals().pass_on(command.pid());
  CHECK(shell_status(command.wait()) == 9);
}

TEST_CASE("a user that does not exist is refused") {
  CHECK_THROWS_AS(choose_identity("no-such-user"), Error);
  if (::geteuid() != 0) CHECK_THROWS_AS(choose_identity("root"), Error);
}

TEST_CASE("root drops to the user that was asked for, groups included") {
  if (::geteuid() != 0) return;
  const auto nobody = choose_identity("nobody");
  CHECK(output_of("echo $(id -un) $(id -Gn) $HOME", nobody) == "nobody nogroup /nonexistent\n");
  CHECK(output_of("grep CapEff /proc/self/status", nobody) == "CapEff:\t0000000000000000\n");
  CHECK(output_of("echo $(id -u) $(id -G)", choose_identity("12345")) == "12345 12345\n");
}

TEST_CASE("the user behind sudo is the command's, without sudo's variables") {
  if (::geteuid() != 0) return;
  ::setenv("SUDO_UID", "65534", 1);
  ::setenv("SUDO_USER", "nobody", 1);
  const auto identity = choose_identity(std::nullopt);
  CHECK(identity.source == Identity::Source::sudo);
  CHECK(output_of("echo $(id -un) $USER $LOGNAME $SUDO_UID", identity) == "nobody nobody nobody\n");
  ::unsetenv("SUDO_UID");
  ::unsetenv("SUDO_USER");
  CHECK(choose_identity(std::nullopt).source == Identity::Source::unchanged);
}

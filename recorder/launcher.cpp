#include "recorder/launcher.hpp"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "recorder/exec_words.hpp"

namespace buildprint {
namespace {

constexpr int k_passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

struct Pipe {
  Fd read, write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw system_error("cannot create a pipe", errno);
  return {Fd(ends[0]), Fd(ends[1])};
}

/// read(2) of one value, through interruptions; false at the end of the file.
bool read_value(int fd, void *value, std::size_t size) {
  ssize_t got;
  do got = ::read(fd, value, size);
  while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(size);
}

} // namespace

Signals::Signals() {
  sigset_t taken;
  ::sigemptyset(&taken);
  for (const int number : k_passed_on) ::sigaddset(&taken, number);
  fd_ = Fd(::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw system_error("cannot watch signals", errno);
  // A probe that dies while it is written to is an EPIPE, not the recorder's end.
  ::sigaddset(&taken, SIGPIPE);
  ::sigprocmask(SIG_BLOCK, &taken, &original_);
}

void Signals::pass_on(pid_t process) const {
  signalfd_siginfo info;
  while (read_value(fd_.get(), &info, sizeof info)) {
    // The terminal sends to the whole foreground group, the command included; a second one would be one
    // Ctrl-C too many. Kernel-generated is what sets those apart from kill(2).
    const bool from_terminal = info.ssi_code == SI_KERNEL && ::getpgid(process) == ::getpgrp();
    if (!from_terminal) ::kill(process, static_cast<int>(info.ssi_signo));
  }
}

void Signals::discard() const {
  signalfd_siginfo info;
  while (read_value(fd_.get(), &info, sizeof info)) {
  }
}

HeldCommand::HeldCommand(const std::vector<std::string> &command, const Identity &identity,
                         const Signals &signals, const std::function<void()> &prepare) {
  auto hold = make_pipe();
  auto failure = make_pipe();
  pid_ = ::fork();
  if (pid_ < 0) throw system_error("cannot start a process", errno, "free some processes or memory");
  if (pid_ == 0) {
    hold.write.reset();
    become_command(command, identity, signals.original_mask(), prepare, hold.read.get(), failure.write.get());
  }
  hold_ = std::move(hold.write);
  failure_ = std::move(failure.read);
  pidfd_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!pidfd_) throw system_error("cannot watch the command", errno, "recording needs Linux 5.17 or newer");
}

HeldCommand::~HeldCommand() {
  if (pid_ <= 0 || released_) return;
  hold_.reset(); // the child reads the end of the file and leaves
  ::waitpid(pid_, nullptr, 0);
}

void HeldCommand::become_command(const std::vector<std::string> &command, const Identity &identity,
                                 const sigset_t &mask, const std::function<void()> &prepare, int hold,
                                 int failure) {
  // In the child: nothing may return or throw out of here.
  constexpr int k_not_released = 125;
  const auto give_up = [&](int reason) {
    const ssize_t told = ::write(failure, &reason, sizeof reason);
    ::_exit(told == sizeof reason ? 126 : k_not_released);
  };
  try {
    ExecWords words(command, identity.environment);
    if (prepare) prepare();
    become(identity);
    char go = 0;
    if (!read_value(hold, &go, sizeof go)) ::_exit(k_not_released);
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    words.execute();
    give_up(errno);
  } catch (const std::exception &) {
    give_up(EPERM);
  }
  ::_exit(k_not_released);
}

std::optional<int> HeldCommand::release() {
  const char go = 1;
  released_ = true;
  if (::write(hold_.get(), &go, sizeof go) != sizeof go)
    throw system_error("cannot release the command", errno);
  hold_.reset();
  int reason = 0;
  // Its end of the pipe closes with a successful exec.
  if (!read_value(failure_.get(), &reason, sizeof reason)) return std::nullopt;
  return reason;
}

int HeldCommand::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0)
    if (errno != EINTR) throw system_error("cannot wait for the command", errno);
  return status;
}

int shell_status(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

ExecFailure explain_exec_failure(const std::string &program, int errno_value) {
  const auto name = printable(program);
  const bool is_path = program.find('/') != std::string::npos;
  if (errno_value == ENOENT && is_path && ::access(program.c_str(), F_OK) == 0)
    return {"cannot run " + name + ": the interpreter on its first line does not exist", "fix the #! line",
            126};
  if (errno_value == ENOENT)
    return {is_path ? "cannot run " + name + ": no such file" : "cannot run " + name + ": command not found",
            is_path ? "check the path" : "install it, or give its path", 127};
  if (errno_value == EACCES)
    return {"cannot run " + name + ": permission denied", "chmod +x it, or run it with its interpreter", 126};
  return {"cannot run " + name + ": " + std::strerror(errno_value), "", 126};
}

} // namespace buildprint

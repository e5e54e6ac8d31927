#include "recorder/run_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "recorder/exec_words.hpp"
#include "recorder/launcher.hpp"

namespace buildprint {
namespace {

/// A file, not a pipe: nobody has to read along.
Fd memory_file(const char *name) {
  Fd fd(::memfd_create(name, MFD_CLOEXEC));
  if (!fd) throw system_error("cannot create a memory file", errno);
  return fd;
}

std::string content_of(const Fd &fd) {
  std::string text(static_cast<std::size_t>(::lseek(fd.get(), 0, SEEK_END)), '\0');
  const ssize_t got = ::pread(fd.get(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(got < 0 ? 0 : got));
  return text;
}

[[noreturn]] void become_program(const std::vector<std::string> &command, const Identity &identity,
                                 const Fd &output, const Fd &errors) {
  // In the child: nothing may return or throw out of here.
  try {
    ExecWords words(command, identity.environment);
    become(identity);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output.get(), STDOUT_FILENO);
    ::dup2(errors.get(), STDERR_FILENO);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    words.execute();
  } catch (const std::exception &) {
  }
  ::_exit(127);
}

} // namespace

ProgramResult run_program(const std::vector<std::string> &command, const Identity &identity,
                          std::chrono::milliseconds patience) {
  const Fd output = memory_file("output"), errors = memory_file("errors");
  const pid_t pid = ::fork();
  if (pid < 0) throw system_error("cannot start a process", errno, "free some processes or memory");
  if (pid == 0) become_program(command, identity, output, errors);
  const Fd ended(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd watched{ended.get(), POLLIN, 0};
  if (::poll(&watched, 1, static_cast<int>(patience.count())) == 0) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) throw system_error("cannot wait for " + command.front(), errno);
  return {shell_status(status), content_of(output), content_of(errors)};
}

} // namespace buildprint

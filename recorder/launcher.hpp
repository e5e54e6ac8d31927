#pragma once

#include <signal.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "recorder/identity.hpp"

namespace buildprint {

/// Takes the signals that ask a program to end, so that they can be passed on to the command instead of
/// ending the recorder. From its construction to the end of the process: a recorder that is told to stop
/// still has the recording to finish.
class Signals {
 public:
  Signals();
  /// Readable when a signal has come.
  int fd() const { return fd_.get(); }
  /// Passes every signal that has come on to `process`, except those that it got itself.
  void pass_on(pid_t process) const;
  /// Forgets every signal that has come.
  void discard() const;
  /// What a child has to restore before it becomes the command.
  const sigset_t &original_mask() const { return original_; }

 private:
  sigset_t original_;
  Fd fd_;
};

/// A child process that has everything of the command but its program: it waits for release() before its
/// exec. It stays in the recorder's process group, so that the terminal is the command's as it was.
class HeldCommand {
 public:
  /// `prepare` is called in the child, as the recorder's own user: what it changes is the command's alone.
  HeldCommand(const std::vector<std::string> &command, const Identity &identity, const Signals &signals,
              const std::function<void()> &prepare = {});
  /// Ends a command that was never released; leaves one that runs alone.
  ~HeldCommand();
  HeldCommand(const HeldCommand &) = delete;
  HeldCommand &operator=(const HeldCommand &) = delete;

  pid_t pid() const { return pid_; }
  /// Lets the command begin. Returns errno when its program could not be executed.
  std::optional<int> release();
  /// Readable when the command has ended.
  int ended_fd() const { return pidfd_.get(); }
  /// Waits for its end; the status is waitpid's.
  int wait();

 private:
  [[noreturn]] void become_command(const std::vector<std::string> &command, const Identity &identity,
                                   const sigset_t &mask, const std::function<void()> &prepare, int hold,
                                   int failure);

  pid_t pid_ = -1;
  Fd pidfd_, hold_, failure_;
  bool released_ = false;
};

/// As a shell gives it: the exit code, or 128 + the signal.
int shell_status(int wait_status);

/// Why an exec failed, in words, and the status that a shell gives: 127 not found, 126 not executable.
struct ExecFailure {
  std::string what, remedy;
  int status;
};
ExecFailure explain_exec_failure(const std::string &program, int errno_value);

} // namespace buildprint

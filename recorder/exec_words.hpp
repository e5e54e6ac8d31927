#pragma once

#include <string>
#include <vector>

namespace buildprint {

/// A command and its environment as exec(3) takes them, made ready before the moment: execute() allocates
/// nothing.
class ExecWords {
 public:
  /// Keeps pointers into `command`, which has to outlive it.
  ExecWords(const std::vector<std::string> &command, std::vector<std::string> environment);
  ExecWords(const ExecWords &) = delete;
  ExecWords &operator=(const ExecWords &) = delete;

  /// Replaces this process, looking the program up in the PATH of the new environment. Returns only when that
  /// fails, with errno set.
  void execute();

 private:
  std::vector<std::string> environment_;
  std::vector<char *> argv_, envp_;
};

} // namespace buildprint

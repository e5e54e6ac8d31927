#include "recorder/exec_words.hpp"

#include <unistd.h>

#include <utility>

namespace buildprint {

ExecWords::ExecWords(const std::vector<std::string> &command, std::vector<std::string> environment)
    : environment_(std::move(environment)) {
  for (const auto &argument : command) argv_.push_back(const_cast<char *>(argument.c_str()));
  for (auto &entry : environment_) envp_.push_back(entry.data());
  argv_.push_back(nullptr);
  envp_.push_back(nullptr);
}

void ExecWords::execute() {
  environ = envp_.data(); // execvp searches the PATH of this
  ::execvp(argv_[0], argv_.data());
}

} // namespace buildprint

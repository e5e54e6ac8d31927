#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace buildprint::test {

/// What a shell command printed and how it ended. The tests may use git and sh; the product never does.
struct ShellResult {
  int status = 0;
  std::string output;
};

inline ShellResult shell(const std::string &command) {
  FILE *pipe = ::popen(("exec 2>&1; " + command).c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen");
  ShellResult result;
  char buffer[4096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    result.output.append(buffer, got);
  const int status = ::pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

/// A directory that goes with the test, with what a developer does to a repository in it.
class ScratchRepository {
 public:
  ScratchRepository() {
    std::string name = (std::filesystem::temp_directory_path() / "buildprint-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    root_ = std::filesystem::canonical(name);
    path = root_ / "repo";
    std::filesystem::create_directory(path);
    git("init -q -b main");
  }
  ~ScratchRepository() { std::filesystem::remove_all(root_); }
  ScratchRepository(const ScratchRepository &) = delete;
  ScratchRepository &operator=(const ScratchRepository &) = delete;

  /// Output without the last line end; throws when git fails. Independent of the machine's configuration.
  std::string git(const std::string &arguments) { return git_in(path, arguments); }
  std::string git_in(const std::filesystem::path &directory, const std::string &arguments) {
    auto result =
        shell("cd '" + directory.string() +
              "' && GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null git -c user.name=Ann -c "
              "user.email=ann@example.com -c protocol.file.allow=always " +
              arguments);
    if (result.status != 0) throw std::runtime_error("git " + arguments + ": " + result.output);
    if (!result.output.empty() && result.output.back() == '\n') result.output.pop_back();
    return result.output;
  }
  void write(const std::string &file, const std::string &content) {
    std::filesystem::create_directories((path / file).parent_path());
    std::ofstream(path / file, std::ios::binary) << content;
  }
  std::string commit(const std::string &message) {
    git("add -A");
    git("commit -q --allow-empty -m '" + message + "'");
    return git("rev-parse HEAD");
  }
  /// Makes a bare copy `NAME.git` beside the repository and names it `origin` here.
  std::filesystem::path publish() {
    const auto remote = beside("origin.git");
    git("clone -q --bare . '" + remote.string() + "'");
    git("remote add origin '" + remote.string() + "'");
    git("fetch -q origin");
    git("remote set-head origin main");
    return remote;
  }
  std::filesystem::path beside(const std::string &name) const { return root_ / name; }

  std::filesystem::path path;

 private:
  std::filesystem::path root_;
};

} // namespace buildprint::test

#include "recorder/reserved_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

/// The code of a writer that was never given anything, and of one that could not write.
constexpr int k_written = 0, k_failed = 1, k_nothing_came = 2;

bool user_can_write(const fs::path &directory) {
  return ::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

/// Nobody but root could put anything else in the place of a part of it. In a directory that others may write
/// they could move even root's away, unless it is sticky.
bool is_all_roots(const fs::path &directory) {
  fs::path so_far;
  for (const auto &part : fs::absolute(directory).lexically_normal()) {
    so_far /= part;
    struct stat status {};
    if (::lstat(so_far.c_str(), &status) != 0 || status.st_uid != 0 || !S_ISDIR(status.st_mode)) return false;
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (status.st_mode & S_ISVTX) == 0) return false;
  }
  return true;
}

[[noreturn]] void serve(int from, const fs::path &path, const Identity &identity) {
  // In the child: nothing may return or throw out of here.
  int code = k_failed;
  try {
    std::string content;
    char buffer[1 << 16];
    ssize_t got;
    while ((got = ::read(from, buffer, sizeof buffer)) != 0) {
      if (got > 0) content.append(buffer, static_cast<std::size_t>(got));
      if (got < 0 && errno != EINTR) ::_exit(k_failed);
    }
    if (content.empty()) ::_exit(k_nothing_came);
    as_root([&] {
      write_file_atomically(path, content);
      if (::lchown(path.c_str(), identity.uid, identity.gid) == 0) code = k_written;
    });
  } catch (const std::exception &) {
    code = k_failed;
  }
  ::_exit(code);
}

} // namespace

ReservedFile::ReservedFile(fs::path path, const Identity &identity) : path_(std::move(path)) {
  const auto directory = path_.has_parent_path() ? path_.parent_path() : fs::path(".");
  if (user_can_write(directory) || !is_all_roots(directory)) {
    require_writable(path_);
    return;
  }
  as_root([&] { require_writable(path_); });
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw system_error("cannot create a pipe", errno);
  const Fd from(ends[0]);
  to_writer_ = Fd(ends[1]);
  writer_ = ::fork();
  if (writer_ < 0) throw system_error("cannot start a process", errno, "free some processes or memory");
  if (writer_ == 0) {
    to_writer_.reset();
    serve(from.get(), path_, identity);
  }
}

ReservedFile::~ReservedFile() {
  if (writer_ <= 0) return;
  to_writer_.reset();
  ::waitpid(writer_, nullptr, 0);
}

void ReservedFile::write(std::string_view content) {
  if (writer_ <= 0) return write_file_atomically(path_, content);
  while (!content.empty()) {
    const ssize_t written = ::write(to_writer_.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("cannot write " + path_.string(), errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  to_writer_.reset();
  int status = 0;
  while (::waitpid(writer_, &status, 0) < 0 && errno == EINTR) {
  }
  writer_ = -1;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != k_written)
    throw Error("cannot write " + path_.string() + " as root", "check the free space and the permissions");
}

} // namespace buildprint

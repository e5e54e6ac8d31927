#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace buildprint {
namespace {

std::filesystem::path directory_of(const std::filesystem::path &path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

std::string remedy_for(int errno_value, const std::filesystem::path &path) {
  switch (errno_value) {
  case ENOENT:
    if (std::filesystem::is_directory(directory_of(path))) return "write elsewhere";
    return "create the directory first: mkdir -p " + directory_of(path).string();
  case EACCES:
  case EPERM:
    return "check the permissions of " + directory_of(path).string();
  case EROFS:
    return "choose a path on a writable file system";
  case ENOSPC:
  case EDQUOT:
    return "free some space, or write elsewhere";
  default:
    return {};
  }
}

[[noreturn]] void fail_write(const std::filesystem::path &path, int errno_value) {
  throw system_error("cannot write " + path.string(), errno_value, remedy_for(errno_value, path));
}

void write_all(int fd, std::string_view content, const std::filesystem::path &path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_write(path, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

} // namespace

Error system_error(std::string_view what, int errno_value, std::string remedy) {
  return Error(std::string(what) + ": " + std::strerror(errno_value), std::move(remedy));
}

std::string read_file(const std::filesystem::path &path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw system_error("cannot read " + path.string(), errno, "check the path and its permissions");
  std::string content;
  struct stat status {};
  if (::fstat(fd.get(), &status) == 0 && status.st_size > 0)
    content.reserve(static_cast<std::size_t>(status.st_size));
  char buffer[1 << 16];
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("cannot read " + path.string(), errno);
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
  }
}

void write_file_atomically(const std::filesystem::path &path, std::string_view content) {
  std::string temporary = path.string() + ".tmp-XXXXXX";
  const Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) fail_write(path, errno);
  try {
    // mkstemp makes 0600; a result is an ordinary file of the user's.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    if (::fchmod(fd.get(), 0666 & ~mask) != 0) fail_write(path, errno);
    write_all(fd.get(), content, path);
    if (::fsync(fd.get()) != 0 && errno != EINVAL) fail_write(path, errno);
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail_write(path, errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

void require_writable(const std::filesystem::path &path) {
  const auto directory = directory_of(path);
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    throw Error("cannot write " + path.string() + ": it is a directory", "name a file in it");
  if (::stat(directory.c_str(), &status) != 0) fail_write(path, errno);
  if (!S_ISDIR(status.st_mode)) fail_write(path, ENOTDIR);
  if (::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) != 0) fail_write(path, errno);
}

} // namespace buildprint

#include "recorder/directory_resolver.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace buildprint {
namespace {

/// As this process sees it.
std::string path_of(const Fd &fd) {
  std::array<char, 4096> path{};
  const auto link = "/proc/self/fd/" + std::to_string(fd.get());
  const ssize_t size = readlink(link.c_str(), path.data(), path.size());
  return size > 0 && static_cast<std::size_t>(size) < path.size()
             ? std::string(path.data(), static_cast<std::size_t>(size))
             : "";
}

} // namespace

const Fd &DirectoryResolver::root_of(std::uint32_t pid) {
  Fd &root = roots_[pid];
  if (!root) root = Fd(open(("/proc/" + std::to_string(pid) + "/root").c_str(), O_PATH | O_CLOEXEC));
  // A process that has ended meanwhile very likely had the usual root.
  if (!root) root = Fd(open("/", O_PATH | O_CLOEXEC));
  return root;
}

std::string DirectoryResolver::resolve(std::uint32_t pid, const std::string &directory) {
  const auto [known, is_new] = resolved_.try_emplace({pid, directory});
  if (!is_new) return known->second;
  const Fd &root = root_of(pid);
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_CACHED;
  const auto open_directory = [&] {
    return Fd(static_cast<int>(syscall(SYS_openat2, root.get(), directory.c_str(), &how, sizeof how)));
  };
  Fd found = open_directory();
  if (!found && errno == EAGAIN) { // as where following a link would write its time of access
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    found = open_directory();
  }
  if (!found) return {};
  const std::string path = path_of(found), prefix = path_of(root);
  if (prefix == "/" || prefix.empty())
    known->second = path;
  else if (path == prefix || path.starts_with(prefix + '/'))
    known->second = path == prefix ? "/" : path.substr(prefix.size());
  return known->second;
}

void DirectoryResolver::forget() {
  roots_.clear();
  resolved_.clear();
}

} // namespace buildprint

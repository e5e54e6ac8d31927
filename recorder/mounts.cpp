#include "recorder/mounts.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

/// A mount point of the file system's root, from /proc/self/mountinfo (proc(5)).
std::optional<std::string> mount_point(std::string_view type) {
  const std::string mounts = read_file("/proc/self/mountinfo");
  for (const std::string_view line : split(mounts, '\n')) {
    const auto dash = line.find(" - ");
    if (dash == line.npos || !line.substr(dash + 3).starts_with(std::string(type) + ' ')) continue;
    const auto fields = split(line, ' ');
    if (fields.size() > 4 && fields[3] == "/") return std::string(fields[4]);
  }
  return std::nullopt;
}

Fd mount_unseen(const char *type) {
  const Fd context(static_cast<int>(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC)));
  if (!context || syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return Fd();
  return Fd(static_cast<int>(syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, 0)));
}

Fd open_file_system(const char *type, const char *what, const char *remedy) {
  if (const auto mounted = mount_point(type)) {
    Fd fd(open(mounted->c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd) return fd;
  }
  Fd fd = mount_unseen(type);
  if (!fd) throw system_error(std::string("cannot open ") + what, errno, remedy);
  return fd;
}

} // namespace

Fd open_cgroup_root() {
  return open_file_system(
      "cgroup2", "the unified cgroup hierarchy",
      "mount -t cgroup2 none /sys/fs/cgroup/unified; in a container, --privileged or --cgroupns host");
}

Fd open_tracefs() {
  return open_file_system("tracefs", "the kernel's trace events",
                          "mount -t tracefs none /sys/kernel/tracing; in a container, --privileged");
}

} // namespace buildprint

#include "recorder/readiness.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "recorder/probe_client.hpp"

namespace buildprint {
namespace {

using State = Check::State;

Check check_kernel() {
  utsname system{};
  ::uname(&system);
  return {State::ok, "kernel", std::string(system.sysname) + ' ' + system.release + ' ' + system.machine, ""};
}

Check check_types() {
  constexpr const char *k_btf = "/sys/kernel/btf/vmlinux";
  if (::access(k_btf, R_OK) == 0) return {State::ok, "BTF", k_btf, ""};
  return {State::missing, "BTF", std::string(k_btf) + " is missing",
          "use a kernel built with CONFIG_DEBUG_INFO_BTF, as distribution kernels are; in a container, mount "
          "/sys"};
}

Check check_cgroup2() {
  for (const auto line : split(read_file("/proc/self/mounts"), '\n')) {
    const auto fields = split(line, ' ');
    if (fields.size() > 2 && fields[2] == "cgroup2")
      return {State::ok, "cgroup2", "mounted on " + printable(fields[1]), ""};
  }
  return {State::missing, "cgroup2", "is not mounted",
          "mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup/unified"};
}

std::string what_privilege(ProbeAccess access) {
  switch (access) {
  case ProbeAccess::root:
    return "root";
  case ProbeAccess::capabilities:
    return "the capabilities of the binary";
  case ProbeAccess::sudo:
    return "sudo";
  case ProbeAccess::none:
    break;
  }
  return "not root, and sudo is not installed";
}

std::string read_to_the_end(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = ::read(fd, buffer, sizeof buffer)) != 0;) {
    if (got < 0 && errno != EINTR) break;
    if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

Check check_of(const ProgramReadiness &program) {
  return {program.required ? State::missing : State::limited, "program " + program.name,
          program.sees + " are not seen: " + program.reason,
          program.required ? "use Linux 5.17 or newer, configured like a distribution kernel"
                           : "use a newer kernel if these behaviors matter"};
}

/// What stopped the helper: sudo, with its own words, or the probe, as main() prints an Error.
Check failure_of(const std::vector<std::string> &lines, ProbeAccess access) {
  constexpr std::string_view k_error = "buildprint: ", k_remedy = "  try: ";
  Check check{State::missing, "programs", lines.empty() ? "the probe did not start" : lines.front(), ""};
  for (const auto &line : lines) {
    if (line.starts_with(k_error)) check.finding = line.substr(k_error.size());
    if (line.starts_with(k_remedy)) check.remedy = line.substr(k_remedy.size());
  }
  if (access == ProbeAccess::sudo && !lines.empty() && lines.back().starts_with("sudo: "))
    return {State::missing, "privilege", lines.back(),
            "run `sudo buildprint record …`, or let sudo run `buildprint probe` without a password"};
  return check;
}

/// Privilege, and what the kernel makes of each program with it.
std::vector<Check> check_programs() {
  const auto access = probe_access();
  if (access == ProbeAccess::none)
    return {{State::missing, "privilege", what_privilege(access), "run buildprint as root"}};
  PrivilegedHelper helper({"probe", "--programs"});
  const auto text = read_to_the_end(helper.output_fd());
  if (const int status = helper.wait(); status != 0) return {failure_of(helper.last_lines(), access)};
  const auto programs = parse_readiness(text);
  const auto working = std::count_if(programs.begin(), programs.end(), [](const auto &p) { return p.works; });
  std::vector<Check> checks{{State::ok, "privilege", what_privilege(access), ""}};
  checks.push_back({State::ok, "programs",
                    std::to_string(working) + " of " + std::to_string(programs.size()) + " load and attach",
                    ""});
  for (const auto &program : programs)
    if (!program.works) checks.push_back(check_of(program));
  return checks;
}

std::optional<std::string> find_in_path(std::string_view name) {
  const char *path = std::getenv("PATH");
  for (const auto directory : split(path == nullptr ? "" : path, ':')) {
    const auto candidate = std::filesystem::path(directory) / name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return std::nullopt;
}

/// 0, or the errno of a connection to the engine.
int connect_to(const std::string &path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const bool connected =
      ::connect(socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
  return connected ? 0 : errno;
}

Check check_containers() {
  const auto podman = find_in_path("podman");
  if (const auto docker = find_in_path("docker")) {
    const char *host = std::getenv("DOCKER_HOST");
    constexpr std::string_view k_unix = "unix://";
    const std::string address = host == nullptr ? "unix:///var/run/docker.sock" : host;
    if (!address.starts_with(k_unix))
      return {State::limited, "containers", "the Docker engine is not on this machine",
              "run buildprint on the engine's machine"};
    const int error = connect_to(address.substr(k_unix.size()));
    if (error == 0) return {State::ok, "containers", *docker, ""};
    if (!podman)
      return {State::limited, "containers",
              "the Docker engine does not respond: " + std::string(std::strerror(error)),
              error == EACCES ? "join the group docker, or run buildprint with sudo"
                              : "start the engine: sudo systemctl start docker"};
  }
  if (podman) return {State::ok, "containers", *podman, ""};
  return {State::ok, "containers", "neither docker nor podman is installed", ""};
}

} // namespace

std::vector<Check> check_machine() {
  std::vector<Check> checks{check_kernel(), check_types(), check_cgroup2()};
  for (auto &check : check_programs()) checks.push_back(std::move(check));
  checks.push_back(check_containers());
  return checks;
}

std::string render_readiness(const std::vector<ProgramReadiness> &programs) {
  std::string text;
  for (const auto &program : programs)
    text += program.name + '\t' + (program.required ? "required" : "optional") + '\t' +
            (program.works ? "works" : "fails") + '\t' + printable(program.sees) + '\t' +
            printable(program.reason) + '\n';
  return text;
}

std::vector<ProgramReadiness> parse_readiness(std::string_view text) {
  std::vector<ProgramReadiness> programs;
  for (const auto line : split(text, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() != 5) continue;
    programs.push_back({printable(fields[0]), std::string(fields[3]), fields[1] == "required",
                        fields[2] == "works", std::string(fields[4])});
  }
  return programs;
}

} // namespace buildprint

#include "cmd/run_conditions.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/error.hpp"
#include "recorder/run_info.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

unsigned usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1;
}

void keep_cpus(unsigned count) {
  cpu_set_t allowed, kept;
  CPU_ZERO(&allowed);
  CPU_ZERO(&kept);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE && count > 0; ++cpu)
    if (CPU_ISSET(cpu, &allowed)) {
      CPU_SET(cpu, &kept);
      --count;
    }
  ::sched_setaffinity(0, sizeof kept, &kept);
}

bool has_root() {
  uid_t real = 0, effective = 0, saved = 0;
  ::getresuid(&real, &effective, &saved);
  return effective == 0 || saved == 0;
}

fs::path make_directory() {
  auto pattern = (fs::temp_directory_path() / "buildprint-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw system_error("cannot create " + pattern, errno);
  return pattern;
}

/// As cp does it: times, modes and links stay, and where the file system can, nothing is copied at all.
void copy_tree(const fs::path &from, const fs::path &to) {
  const auto source = from.string() + "/.", target = to.string();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execlp("cp", "cp", "-a", "--reflink=auto", source.c_str(), target.c_str(),
             static_cast<char *>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0)
    throw Error("cannot copy " + from.string() + " to " + to.string(),
                "check the free space and the permissions");
}

template <std::size_t Size> const char *pick(const std::array<const char *, Size> &values, unsigned run) {
  return values[(run - 1) % Size];
}

} // namespace

const std::vector<std::string> &variable_axes() {
  static const std::vector<std::string> axes{"umask",  "locale",   "timezone", "cpus",
                                             "tmpdir", "hostname", "load"};
  return axes;
}

RunConditions::RunConditions(const RecordRequest &request, const Identity &identity, unsigned run)
    : identity_(identity), question_(request.question), quiet_(request.output_to_stderr) {
  if (request.copy || (request.vary && run > 1)) made_ = make_directory();
  try {
    if (request.copy) copy_workspace(request, run);
    if (request.vary) vary(request, run);
  } catch (...) {
    std::error_code none;
    fs::remove_all(made_, none);
    throw;
  }
}

RunConditions::~RunConditions() {
  for (const int process : load_) {
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
  }
  std::error_code none;
  if (!left_from_.empty()) fs::current_path(left_from_, none);
  if (!made_.empty()) fs::remove_all(made_, none);
}

// Periods that differ, so that each pair of values meets sooner or later; the first run is as it was found.
void RunConditions::vary(const RecordRequest &request, unsigned run) {
  const auto varies = [&](const char *axis) { return run > 1 && !request.keep.contains(axis); };
  const auto told = [&](const std::string &one) { words_.insert(one); };
  if (varies("umask") && run % 2 == 0) {
    umask_ = request.copy && run % 4 == 0 ? 027 : 002; // what others may not read would stay so in place
    told(umask_ == 027 ? "umask 027" : "umask 002");
  }
  if (varies("locale")) {
    const std::string locale = pick(std::array{"C.UTF-8", "C", "C.UTF-8", "POSIX", "C"}, run);
    set_variable("LC_ALL", locale);
    told("LC_ALL=" + locale);
  }
  if (varies("timezone")) {
    const std::string zone = pick(std::array{"UTC0", "IST-5:30", "AOE12"}, run);
    set_variable("TZ", zone);
    told("TZ=" + zone);
  }
  if (varies("cpus") && usable_cpus() > 1 && run / 2 % 2 == 1) {
    cpus_ = 1;
    told("1 CPU");
  }
  if (varies("hostname") && has_root()) hostname_ = "host-" + std::to_string(run * 7919 % 1000) + ".example";
  if (varies("tmpdir")) {
    const auto directory = made_ / (run % 2 == 0 ? "t" : "t/deep/er");
    fs::create_directories(directory);
    set_variable("TMPDIR", directory.string());
  }
  if (varies("load") && run % 3 == 0) {
    start_load(usable_cpus());
    told("load");
  }
}

void RunConditions::set_variable(const std::string &name, const std::string &value) {
  auto &environment = identity_.environment;
  std::erase_if(environment, [&](const std::string &entry) { return entry.starts_with(name + '='); });
  environment.push_back(name + '=' + value);
}

/// Another path, depth and name each time. The command starts in the copy's counterpart of this directory.
void RunConditions::copy_workspace(const RecordRequest &request, unsigned run) {
  const auto workspace = workspace_of(request.question), here = fs::current_path();
  const auto below = fs::relative(here, workspace);
  if (below.empty() || *below.begin() == "..")
    throw Error("cannot record a copy of " + workspace.string() + " from " + here.string(),
                "run buildprint inside the workspace");
  auto copy = made_ / "w";
  for (unsigned depth = 1; depth < run; ++depth) copy /= "d" + std::to_string(depth * run);
  copy /= "copy" + std::to_string(run);
  fs::create_directories(copy);
  copy_tree(workspace, copy);
  left_from_ = here;
  fs::current_path(copy / below);
  question_.workspace = copy;
}

void RunConditions::start_load(unsigned programs) {
  constexpr int k_niceness = 5;
  const pid_t recorder = ::getpid();
  for (unsigned i = 0; i < programs; ++i) {
    const pid_t child = ::fork();
    if (child < 0) return;
    if (child > 0) {
      load_.push_back(child);
      continue;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != recorder) ::_exit(0);
    [[maybe_unused]] const int niceness = ::nice(k_niceness);
    volatile unsigned burnt = 0;
    while (true) burnt = burnt + 1;
  }
}

void RunConditions::prepare_command() const {
  if (quiet_) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  if (umask_ >= 0) ::umask(static_cast<mode_t>(umask_));
  if (cpus_ > 0) keep_cpus(cpus_);
  if (!hostname_.empty())
    as_root([this] {
      if (::unshare(CLONE_NEWUTS) != 0 || ::sethostname(hostname_.data(), hostname_.size()) != 0)
        throw system_error("cannot change the host name", errno);
    });
}

} // namespace buildprint

#include "recorder/probe_client.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <filesystem>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "recorder/broker.hpp"
#include "recorder/identity.hpp"

namespace buildprint {
namespace {

constexpr std::size_t k_read_bytes = 1 << 18;
constexpr int k_pipe_bytes = 1 << 20;                 // the largest that an ordinary user may have
constexpr auto k_patience = std::chrono::seconds(60); // a sudo that asks the network, a busy machine

// linux/capability.h
constexpr unsigned k_cap_net_admin = 12, k_cap_sys_admin = 21, k_cap_perfmon = 38, k_cap_bpf = 39;

std::uint64_t effective_capabilities() {
  const auto status = read_file("/proc/self/status");
  constexpr std::string_view k_field = "CapEff:\t";
  const auto at = status.find(k_field);
  std::uint64_t set = 0;
  if (at != std::string::npos) {
    const char *digits = status.data() + at + k_field.size();
    std::from_chars(digits, status.data() + status.size(), set, 16);
  }
  return set;
}

bool has_probe_capabilities() {
  const auto set = effective_capabilities();
  const auto has = [&](unsigned bit) { return (set >> bit & 1) != 0; };
  return has(k_cap_net_admin) && (has(k_cap_sys_admin) || (has(k_cap_bpf) && has(k_cap_perfmon)));
}

std::string find_sudo() {
  for (const char *path : {"/usr/bin/sudo", "/bin/sudo", "/usr/local/bin/sudo", "/run/wrappers/bin/sudo"})
    if (::access(path, X_OK) == 0) return path;
  return {};
}

struct Pipe {
  Fd read, write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw system_error("cannot create a pipe", errno);
  return {Fd(ends[0]), Fd(ends[1])};
}

std::vector<std::string> privileged_command(const std::vector<std::string> &arguments) {
  std::vector<std::string> command;
  if (probe_access() == ProbeAccess::none)
    throw Error("recording needs root, and sudo is not installed", "run buildprint as root");
  if (probe_access() == ProbeAccess::sudo) command = {find_sudo(), "-n", "--"};
  command.push_back(std::filesystem::read_symlink("/proc/self/exe").string());
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

[[noreturn]] void become_helper(std::vector<std::string> &command, int input, int output, int errors) {
  ::setpgid(0, 0);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // Root in reserve becomes root altogether: the helper is not the user's to trace or signal.
  if (::geteuid() == 0 && (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0)) ::_exit(127);
  std::vector<char *> argv;
  for (auto &word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

std::vector<std::string> arguments_for(const ProbeOptions &options) {
  std::vector<std::string> arguments{"probe",
                                     "--pid",
                                     std::to_string(options.pid),
                                     "--linger-ms",
                                     std::to_string(options.linger_ms),
                                     "--ring-bytes",
                                     std::to_string(options.ring_bytes)};
  if (!options.files) arguments.emplace_back("--no-files");
  if (options.no_loss) arguments.emplace_back("--no-loss");
  for (const auto &name : options.watched_names) {
    arguments.emplace_back("--watch-name");
    arguments.push_back(name);
  }
  for (const auto &name : options.engine_sockets)
    arguments.insert(arguments.end(), {"--engine-socket", name});
  if (!options.container.empty()) arguments.insert(arguments.end(), {"--container", options.container});
  if (options.slow_reader_us != 0)
    arguments.insert(arguments.end(), {"--slow-reader-us", std::to_string(options.slow_reader_us)});
  return arguments;
}

} // namespace

ProbeAccess probe_access() {
  uid_t real = 0, effective = 0, saved = 0;
  ::getresuid(&real, &effective, &saved);
  if (effective == 0 || saved == 0 || broker() != nullptr) return ProbeAccess::root;
  if (has_probe_capabilities()) return ProbeAccess::capabilities;
  return find_sudo().empty() ? ProbeAccess::none : ProbeAccess::sudo;
}

PrivilegedHelper::PrivilegedHelper(const std::vector<std::string> &arguments) {
  auto input = make_pipe();
  auto output = make_pipe();
  ::fcntl(output.read.get(), F_SETPIPE_SZ, k_pipe_bytes); // the probe keeps what does not fit
  // A file, not a pipe: nobody has to read along.
  errors_ = Fd(::memfd_create("probe-errors", MFD_CLOEXEC));
  if (!errors_) throw system_error("cannot create a memory file", errno);
  if (broker() != nullptr) {
    told_status_ = broker()->start(arguments, input.read.get(), output.write.get(), errors_.get());
    input_ = std::move(input.write);
    output_ = std::move(output.read);
    return;
  }
  auto command = privileged_command(arguments);
  as_root([&] {
    pid_ = ::fork();
    if (pid_ == 0) become_helper(command, input.read.get(), output.write.get(), errors_.get());
  });
  if (pid_ < 0) throw system_error("cannot start the probe", errno, "free some processes or memory");
  input_ = std::move(input.write);
  output_ = std::move(output.read);
}

PrivilegedHelper::~PrivilegedHelper() {
  input_.reset();
  output_.reset();
  wait();
}

int PrivilegedHelper::wait() {
  if (told_status_) {
    while (::read(told_status_.get(), &status_, sizeof status_) < 0 && errno == EINTR) {
    }
    told_status_.reset();
  }
  if (pid_ > 0)
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
  pid_ = -1;
  return status_;
}

std::vector<std::string> PrivilegedHelper::last_lines() const {
  std::string text(4096, '\0');
  const off_t size = ::lseek(errors_.get(), 0, SEEK_END);
  const off_t from = std::max<off_t>(0, size - static_cast<off_t>(text.size()));
  const ssize_t got = ::pread(errors_.get(), text.data(), text.size(), from);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  std::vector<std::string> lines;
  for (const auto line : split(text, '\n'))
    if (!line.empty()) lines.push_back(printable(line));
  return lines;
}

ProbeClient::ProbeClient(const ProbeOptions &options, EventSink sink)
    : helper_(arguments_for(options)), decoder_(std::move(sink)), buffer_(k_read_bytes) {}

bool ProbeClient::receive() {
  ssize_t got;
  do got = ::read(helper_.output_fd(), buffer_.data(), buffer_.size());
  while (got < 0 && errno == EINTR);
  if (got < 0) throw system_error("cannot read from the probe", errno);
  decoder_.feed(std::span(buffer_).first(static_cast<std::size_t>(got)));
  return got > 0;
}

void ProbeClient::wait_until_ready() {
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  while (!decoder_.ready()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd watched{helper_.output_fd(), POLLIN, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0)
      throw Error("the probe was not ready within a minute", "`buildprint doctor` tests each part of it");
    if (!receive() || decoder_.failure()) refuse_to_start();
  }
}

void ProbeClient::refuse_to_start() {
  if (const auto &failure = decoder_.failure()) throw Error(failure->message, failure->remedy);
  const bool by_sudo = probe_access() == ProbeAccess::sudo;
  throw Error(
      "the probe could not start: " + cause_of_death(),
      by_sudo ? "run `sudo buildprint record …` (the command still runs as you), or let sudo run `buildprint "
                "probe` without a password"
              : "`buildprint doctor` shows what is missing");
}

std::string ProbeClient::cause_of_death() {
  const int status = helper_.wait();
  const auto lines = helper_.last_lines();
  if (!lines.empty()) return lines.back();
  if (WIFSIGNALED(status)) return "it was killed by signal " + std::to_string(WTERMSIG(status));
  return "it exited with status " + std::to_string(WEXITSTATUS(status));
}

} // namespace buildprint

#include "recorder/broker.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

constexpr std::size_t k_longest_request = 1 << 16;
constexpr std::size_t k_descriptors = 4; ///< standard streams, and where the status goes

struct Request {
  std::vector<std::string> arguments;
  std::array<int, k_descriptors> descriptors{};
};

/// Room for the descriptors of one message, aligned as cmsg(3) wants it.
union Control {
  cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int) * k_descriptors)];
};

msghdr message_of(iovec &text, Control &control) {
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  return message;
}

/// False at the end of the recorder.
bool receive(int socket, Request &request) {
  std::string text(k_longest_request, '\0');
  iovec part{text.data(), text.size()};
  Control control{};
  auto message = message_of(part, control);
  ssize_t got;
  do got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  const cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (got <= 0 || header == nullptr || header->cmsg_len != CMSG_LEN(sizeof request.descriptors)) return false;
  std::memcpy(request.descriptors.data(), CMSG_DATA(header), sizeof request.descriptors);
  text.resize(static_cast<std::size_t>(got));
  request.arguments.clear();
  for (const auto argument : split(text, '\0')) request.arguments.emplace_back(argument);
  return true;
}

[[noreturn]] void become_program(Request &request) {
  ::setpgid(0, 0);
  for (int stream = 0; stream < 3; ++stream)
    ::dup2(request.descriptors[static_cast<std::size_t>(stream)], stream);
  std::vector<char *> argv{const_cast<char *>("buildprint")};
  for (auto &argument : request.arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  // Nothing else, whoever asks.
  if (request.arguments.front() == "probe") ::execv("/proc/self/exe", argv.data());
  ::_exit(127);
}

/// Starts the program and tells how it ended.
[[noreturn]] void attend(Request &request) {
  const pid_t program = ::fork();
  if (program == 0) become_program(request);
  for (std::size_t stream = 0; stream < 3; ++stream) ::close(request.descriptors[stream]);
  int status = 0;
  while (program > 0 && ::waitpid(program, &status, 0) < 0 && errno == EINTR) {
  }
  const auto told = ::write(request.descriptors[3], &status, sizeof status);
  ::_exit(told == sizeof status ? 0 : 1);
}

[[noreturn]] void serve(int socket) {
  // In the child: nothing may return or throw out of here. It is root altogether, so that nobody else may
  // trace it, and leaves the recorder's signals alone.
  if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0) ::_exit(1);
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // The recorder's pipes, whose end must come when the recorder closes them, are not this process's to hold.
  constexpr int k_kept = 3;
  if (socket != k_kept && ::dup3(socket, k_kept, O_CLOEXEC) < 0) ::_exit(1);
  socket = k_kept;
  ::syscall(SYS_close_range, static_cast<unsigned>(k_kept) + 1, ~0U, 0);
  try {
    Request request;
    while (receive(socket, request)) {
      const pid_t attendant = ::fork();
      if (attendant == 0) attend(request);
      for (const int descriptor : request.descriptors) ::close(descriptor);
      while (::waitpid(-1, nullptr, WNOHANG) > 0) {
      }
    }
  } catch (const std::exception &) {
    ::_exit(1);
  }
  ::_exit(0);
}

std::unique_ptr<Broker> &kept() {
  static std::unique_ptr<Broker> broker;
  return broker;
}

} // namespace

Broker::Broker() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw system_error("cannot create a socket", errno);
  socket_ = Fd(ends[0]);
  const Fd other(ends[1]);
  const uid_t user = ::geteuid();
  if (::seteuid(0) != 0) throw system_error("cannot regain root", errno);
  pid_ = ::fork();
  if (pid_ == 0) {
    socket_.reset();
    serve(other.get());
  }
  const int failure = errno;
  if (::seteuid(user) != 0) throw system_error("cannot switch to the command's user", errno);
  if (pid_ < 0) throw system_error("cannot start a process", failure, "free some processes or memory");
}

Broker::~Broker() {
  socket_.reset();
  ::waitpid(pid_, nullptr, 0);
}

Fd Broker::start(const std::vector<std::string> &arguments, int input, int output, int errors) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw system_error("cannot create a pipe", errno);
  Fd status(ends[0]);
  const Fd told(ends[1]);
  auto text = join(arguments, std::string(1, '\0'));
  const std::array<int, k_descriptors> descriptors{input, output, errors, told.get()};
  iovec part{text.data(), text.size()};
  Control control{};
  auto message = message_of(part, control);
  cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptors);
  std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof descriptors);
  if (text.size() > k_longest_request || ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL) < 0)
    throw system_error("cannot request the probe", errno);
  return status;
}

Broker *broker() {
  return kept().get();
}

void keep_broker(unsigned uid) {
  uid_t real = 0, effective = 0, saved = 0;
  ::getresuid(&real, &effective, &saved);
  if (!kept() && uid != 0 && (effective == 0 || saved == 0)) kept() = std::make_unique<Broker>();
}

} // namespace buildprint

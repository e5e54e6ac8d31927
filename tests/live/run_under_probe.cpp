#include "tests/live/run_under_probe.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <thread>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace buildprint {
namespace {

struct Pipe {
  Fd read_end, write_end;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw system_error("cannot create a pipe", errno);
    read_end = Fd(ends[0]);
    write_end = Fd(ends[1]);
  }
};

[[noreturn]] void become_command(const std::vector<std::string> &command, const Pipe &hold,
                                 const Pipe &output) {
  for (int fd = 3; fd < 64; ++fd)
    if (fd != hold.read_end.get() && fd != output.write_end.get()) close(fd);
  char go = 0;
  if (read(hold.read_end.get(), &go, 1) != 1) _exit(125);
  dup2(output.write_end.get(), STDOUT_FILENO);
  std::vector<char *> argv;
  for (const std::string &argument : command) argv.push_back(const_cast<char *>(argument.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  perror(argv[0]);
  _exit(127);
}

[[noreturn]] void become_probe(const ProbeOptions &options, const Pipe &control, const Pipe &records) {
  dup2(control.read_end.get(), STDIN_FILENO);
  dup2(records.write_end.get(), STDOUT_FILENO);
  for (int fd = 3; fd < 64; ++fd) close(fd);
  _exit(run_probe(options));
}

std::string read_all(const Fd &fd) {
  std::string all;
  std::array<char, 4096> piece{};
  for (ssize_t got; (got = read(fd.get(), piece.data(), piece.size())) > 0;)
    all.append(piece.data(), static_cast<std::size_t>(got));
  return all;
}

} // namespace

ProbedRun run_under_probe(const std::vector<std::string> &command, ProbeOptions options, Reading reading) {
  ProbedRun run;
  Pipe hold, output, control, records;
  const pid_t held = fork();
  if (held == 0) become_command(command, hold, output);
  options.pid = static_cast<std::uint32_t>(held);
  const pid_t probe = fork();
  if (probe == 0) become_probe(options, control, records);
  output.write_end.reset();
  records.write_end.reset();
  control.read_end.reset();

  std::thread reader([&] { run.output = read_all(output.read_end); });
  std::thread waiter;
  std::latch ended(1);
  Decoder decoder([&](const Event &event) { run.events.push_back(event); });
  std::array<std::byte, 65536> piece{};
  for (ssize_t got; (got = read(records.read_end.get(), piece.data(), piece.size())) > 0;) {
    decoder.feed(std::span(piece).first(static_cast<std::size_t>(got)));
    if (decoder.ready() && !waiter.joinable()) {
      if (write(hold.write_end.get(), "", 1) != 1) throw system_error("cannot start the command", errno);
      waiter = std::thread([&] {
        waitpid(held, &run.wait_status, 0);
        control.write_end.reset();
        ended.count_down();
      });
      if (reading == Reading::at_the_end) {
        ended.wait();
        usleep(500'000); // the probe has seen it by then
      }
    }
  }
  if (!waiter.joinable()) kill(held, SIGKILL);
  if (waiter.joinable())
    waiter.join();
  else
    waitpid(held, nullptr, 0);
  reader.join();
  waitpid(probe, nullptr, 0);
  if (decoder.failure()) {
    std::printf("SKIPPED: %s (%s)\n", decoder.failure()->message.c_str(), decoder.failure()->remedy.c_str());
    std::exit(77);
  }
  run.main_process = decoder.main_process();
  run.loss = decoder.loss();
  run.census = decoder.census();
  run.still_running = decoder.still_running();
  run.missing = decoder.missing_programs();
  return run;
}

void say_skipped(const char *why) {
  std::printf("SKIPPED: %s\n", why);
}

} // namespace buildprint

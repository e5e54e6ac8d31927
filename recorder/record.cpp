#include "recorder/record.hpp"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/error.hpp"
#include "recorder/annotate.hpp"
#include "recorder/broker.hpp"
#include "recorder/probe_client.hpp"
#include "recorder/process_tree.hpp"

namespace buildprint {
namespace {

constexpr int k_tick_ms = 200;

using Clock = std::chrono::steady_clock;

/// From the release to the probe's last word: passes signals on, tells the probe of the command's end.
/// Without a command a signal, the time given, or the probe ends it.
class Pump {
 public:
  Pump(HeldCommand *command, std::optional<std::chrono::milliseconds> duration, ProbeClient &probe,
       const Signals &signals)
      : command_(command), probe_(probe), signals_(signals) {
    if (duration) deadline_ = Clock::now() + *duration;
  }

  /// Returns waitpid's status of the command. `probe_died` is called once, where it did.
  int run(const std::function<void()> &tick, const std::function<void()> &probe_died) {
    while (!ended_ || streaming_) {
      pollfd watched[] = {{signals_.fd(), POLLIN, 0},
                          {ended_ || command_ == nullptr ? -1 : command_->ended_fd(), POLLIN, 0},
                          {streaming_ ? probe_.fd() : -1, POLLIN, 0}};
      if (::poll(watched, 3, k_tick_ms) < 0 && errno != EINTR) throw system_error("cannot wait", errno);
      if (watched[0].revents != 0) pass_signals_on();
      if (watched[1].revents != 0) take_end();
      if (watched[2].revents != 0) {
        streaming_ = probe_.receive();
        if (!streaming_ && !probe_.decoder().ended()) probe_died();
      }
      if (command_ == nullptr && !ended_ && (!streaming_ || Clock::now() >= deadline_)) end();
      tick();
    }
    return status_;
  }

 private:
  void pass_signals_on() {
    if (!ended_ && command_ != nullptr) return signals_.pass_on(command_->pid());
    signals_.discard(); // what is left is a matter of seconds, and the recording is worth them
    if (!ended_) end();
  }
  void take_end() {
    status_ = command_->wait();
    end();
  }
  void end() {
    ended_ = true;
    probe_.command_ended();
  }

  HeldCommand *const command_;
  Clock::time_point deadline_ = Clock::time_point::max();
  ProbeClient &probe_;
  const Signals &signals_;
  int status_ = 0;
  bool ended_ = false, streaming_ = true;
};

/// Whom the probe stopped, and can continue no more.
void let_go_on(const ProcessTree &tree) {
  for (const auto &process : tree.living_processes()) ::kill(static_cast<pid_t>(process.pid), SIGCONT);
}

void complete(RunInfo &run, const Decoder &decoder, const ProbeOptions &options) {
  run.main_process = decoder.main_process();
  if (!options.files)
    run.blind_to.emplace_back("files that are read, written, renamed or removed: --no-files");
  for (const auto &program : decoder.missing_programs()) run.blind_to.push_back(program.reason);
}

RunEnd end_of(int status, std::uint64_t duration_ns, const Decoder &decoder, const ProcessTree &tree,
              const ContainerLinker &linker) {
  RunEnd end;
  end.wait_status = status;
  end.duration_ns = duration_ns;
  end.loss = decoder.loss();
  end.loss.unclosed_processes += tree.unclosed(decoder.still_running());
  end.census = decoder.census();
  end.truncated_strings = decoder.truncated_strings();
  for (const auto &process : decoder.still_running())
    if (!linker.is_anothers(process)) end.left_running.push_back(tree.program(process));
  std::sort(end.left_running.begin(), end.left_running.end());
  return end;
}

} // namespace

Recorded record(RunInfo run, const RecordOptions &options, const Identity &identity, const Signals &signals,
                const RecordingSink &sink) {
  std::optional<ProcessTree> tree;
  std::optional<Annotator> annotator;
  std::optional<HeldCommand> command;
  ContainerLinker linker(options.own_container, options.probe.engine_sockets, options.recall_container);
  if (!options.command.empty()) command.emplace(options.command, identity, signals, options.prepare);
  auto probe_options = options.probe;
  if (probe_options.container.empty()) probe_options.pid = static_cast<std::uint32_t>(command->pid());
  const auto take = [&](Event event) {
    if (!linker.add(event)) return;
    tree->add(event);
    annotator->add(std::move(event));
  };
  std::vector<Event> early; // a container that runs already is told together with READY
  ProbeClient probe(probe_options, [&](const Event &event) {
    if (annotator)
      take(event);
    else
      early.push_back(event);
  });
  if (options.more_follow) keep_broker(identity.uid);
  become(identity);
  probe.wait_until_ready();
  complete(run, probe.decoder(), options.probe);
  tree.emplace(run.main_process);
  annotator.emplace(run, options.surroundings, sink.event);
  sink.begin(run);
  for (auto &event : early) take(std::move(event));

  Recorded recorded;
  const auto began = Clock::now();
  if (const auto reason = command ? command->release() : std::nullopt)
    recorded.exec_failure = explain_exec_failure(options.command.front(), *reason);
  Pump pump(command ? &*command : nullptr, options.for_duration, probe, signals);
  const int status = pump.run(sink.tick, [&] {
    if (options.probe.no_loss) let_go_on(*tree);
  });
  const std::chrono::nanoseconds duration = Clock::now() - began;
  annotator->finish();
  recorded.end = end_of(status, static_cast<std::uint64_t>(duration.count()), probe.decoder(), *tree, linker);
  if (!command) recorded.end.left_running.clear(); // it ran before, too
  recorded.container_seen = linker.has_seen_any();
  if (!probe.decoder().ended()) recorded.probe_death = probe.cause_of_death();
  return recorded;
}

} // namespace buildprint

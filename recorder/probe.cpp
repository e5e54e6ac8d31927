#include "recorder/probe.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>
#include <sstream>
#include <string>
#include <unordered_map>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "bpf/event.h"
#include "recorder/bpf_session.hpp"
#include "recorder/directory_resolver.hpp"
#include "recorder/environment.hpp"
#include "recorder/outlet.hpp"
#include "recorder/record_texts.hpp"

namespace buildprint {
namespace {

/// Of one process, while it is put together: more than the kernel lets arguments and environment take.
constexpr std::size_t k_environment_bytes = 8u << 20;
constexpr int k_shortest_wait_ms = 1, k_longest_wait_ms = 10;

std::uint64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(time.tv_nsec);
}

bp_header header_of(std::span<const std::byte> batch) {
  bp_header header{};
  std::memcpy(&header, batch.data(), std::min(sizeof header, batch.size()));
  return header;
}

/// Of a process that runs, as the kernel keeps them: each ends in a NUL byte. Empty when it is gone.
std::string read_arguments(std::uint32_t pid) {
  const Fd file(open(("/proc/" + std::to_string(pid) + "/cmdline").c_str(), O_RDONLY | O_CLOEXEC));
  std::string arguments(k_environment_bytes, '\0');
  const ssize_t size = file ? read(file.get(), arguments.data(), arguments.size()) : 0;
  arguments.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return arguments;
}

volatile sig_atomic_t g_terminated = 0;

class Probe {
 public:
  explicit Probe(const ProbeOptions &options) : options_(options), session_(options) {}
  int run();

 private:
  void say_ready();
  void say_survey();
  bool pump_round(bool last);
  bool keep(std::vector<std::byte> &batch, std::span<const std::byte> record);
  void count(const bp_header &passed_on);
  void pass_on(std::span<const std::byte> record);
  void pass_environment(std::span<const std::byte> record);
  void pass_named_file(std::span<const std::byte> record);
  void pass_look(std::span<const std::byte> record);
  bool wait();
  bool over() const;
  void drain();
  void say_census(const BpfSession::Census &census);
  void say_end();

  const ProbeOptions &options_;
  BpfSession session_;
  Outlet outlet_;
  std::vector<std::byte> files_, lifecycle_;                    ///< read, and not passed on yet
  std::unordered_map<std::uint32_t, std::string> environments_; ///< by thread, while they arrive
  std::vector<std::uint64_t> received_;                         ///< records, by CPU, that were passed on
  std::uint64_t dropped_at_ = 0;
  std::uint64_t held_ = 0;        ///< times that a process was stopped
  std::uint64_t deadline_ns_ = 0; ///< when the command has ended: how long to wait for the rest
  DirectoryResolver directories_;
  int wait_ms_ = k_shortest_wait_ms;
  bool ends_by_itself_ = false; ///< with the last process of a container that was found running
  bool reader_gone_ = false;
};

void Probe::say_ready() {
  std::string missing;
  for (const ProgramReadiness &program : session_.programs()) {
    if (program.works) continue;
    if (program.required)
      throw Error("the kernel rejects the BPF program " + program.name + ", without which " + program.sees +
                      " are not seen: " + program.reason,
                  "`buildprint doctor` shows what is missing");
    missing += program.name + '\t' + program.sees + ": " + program.reason + '\n';
  }
  bp_header header{};
  header.kind = BP_READY;
  if (!options_.container.empty()) session_.follow_container(options_.container);
  const bool found = session_.survey();
  ends_by_itself_ = found;
  if (options_.container.empty()) header.actor = session_.follow(options_.pid);
  if (options_.no_loss && options_.container.empty() && header.actor.pid != options_.pid)
    throw Error("--no-loss cannot stop processes from inside a pid namespace", "drop --no-loss");
  header.time_ns = now_ns();
  const struct { std::uint32_t format, reserved; } body{BP_FORMAT, 0};
  outlet_.append(header, bytes_of(body), {{BP_PART_PROGRAMS, missing}});
  if (found) say_survey();
}

/// The moment a record of the survey is about: when its process began.
std::uint64_t began_ns(std::span<const std::byte> record) {
  bp_fork fork{};
  std::memcpy(&fork, record.data(), std::min(sizeof fork, record.size()));
  return fork.header.kind == BP_FORK ? fork.child_start_ns : fork.header.actor.start_ns;
}

/// Parents before their children: the kernel lists processes by number. Whatever has happened since follows.
void Probe::say_survey() {
  session_.read_lifecycle([&](auto record) { return keep(lifecycle_, record); });
  std::vector<std::span<const std::byte>> surveyed;
  std::vector<std::byte> since;
  for (std::span<const std::byte> rest = lifecycle_; !rest.empty();) {
    const bp_header header = header_of(rest);
    const auto record = rest.first(header.size);
    if (header.surveyed != 0)
      surveyed.push_back(record);
    else
      since.insert(since.end(), record.begin(), record.end());
    rest = rest.subspan(header.size);
  }
  std::stable_sort(surveyed.begin(), surveyed.end(),
                   [](const auto &one, const auto &other) { return began_ns(one) < began_ns(other); });
  for (const auto record : surveyed) {
    const bp_header header = header_of(record);
    count(header);
    const std::string argv = header.kind == BP_EXEC ? read_arguments(header.surveyed) : "";
    if (header.kind == BP_EXEC && argv.empty())
      continue; // it has ended since: what it ran has no name any more
    outlet_.append_extended(record, {{BP_PART_ARGV, argv}});
  }
  lifecycle_ = std::move(since);
}

bool Probe::keep(std::vector<std::byte> &batch, std::span<const std::byte> record) {
  const bp_header header = header_of(record);
  record = record.first(header.size); // what was reserved may be larger
  if (options_.drop_every != 0 && ++dropped_at_ % options_.drop_every == 0) return true;
  batch.insert(batch.end(), record.begin(), record.end());
  if (options_.slow_reader_us != 0) usleep(options_.slow_reader_us);
  return batch.size() < Outlet::k_held_bytes / 2;
}

/// Only when it goes to the reader: what is read and then stays here is missed like what stays in a ring.
void Probe::count(const bp_header &passed_on) {
  if (passed_on.cpu >= received_.size()) received_.resize(passed_on.cpu + 1u);
  ++received_[passed_on.cpu];
}

/// Merges the two rings by time. A process's exec comes before its file events: up to the moment before
/// the files were read, everything that happened earlier has been read from both; where a ring was not read
/// to its end, up to its last record. True when both were. The last rounds take what there is, room or not.
bool Probe::pump_round(bool last) {
  const std::uint64_t before_ns = last ? UINT64_MAX : now_ns();
  if (!last && !outlet_.has_room()) return false;
  const bool all_files = session_.read_files([&](auto record) { return keep(files_, record); });
  const bool all = session_.read_lifecycle([&](auto record) { return keep(lifecycle_, record); });
  if (all && all_files) held_ += session_.let_go_on();
  const bool busy = !files_.empty() || !lifecycle_.empty();
  wait_ms_ = busy ? k_shortest_wait_ms : std::min(wait_ms_ + 1, k_longest_wait_ms);
  std::span<const std::byte> files = files_, lifecycle = lifecycle_;
  while (!files.empty() || !lifecycle.empty()) {
    if ((files.empty() && !all_files) || (lifecycle.empty() && !all)) break;
    const bp_header file = header_of(files), other = header_of(lifecycle);
    const bool is_file = lifecycle.empty() || (!files.empty() && file.time_ns < other.time_ns);
    if (!is_file && other.time_ns > before_ns) break;
    auto &from = is_file ? files : lifecycle;
    const auto size = is_file ? file.size : other.size;
    pass_on(from.first(size));
    from = from.subspan(size);
  }
  directories_.forget();
  lifecycle_.erase(lifecycle_.begin(), lifecycle_.end() - static_cast<std::ptrdiff_t>(lifecycle.size()));
  files_.erase(files_.begin(), files_.end() - static_cast<std::ptrdiff_t>(files.size()));
  return all && all_files;
}

void Probe::pass_on(std::span<const std::byte> record) {
  const bp_header header = header_of(record);
  count(header);
  if (header.kind == BP_ENVIRONMENT) return pass_environment(record);
  if (header.kind == BP_FILE) return pass_named_file(record);
  if (header.kind == BP_INSPECT) return pass_look(record);
  if (header.kind == BP_EXIT) environments_.erase(header.actor.tid);
  outlet_.append(record);
}

/// The raw, absolute directory of a path that came as it was given; empty when it came resolved.
std::string directory_of(const RecordTexts &texts, bp_part_name path, bp_part_name directory) {
  if (texts.raw(path).empty() || texts.is_components(path)) return {};
  std::string given = texts.raw(path);
  if (!given.starts_with('/')) given = texts.raw_path(directory) + '/' + given;
  while (given.size() > 1 && given.ends_with('/')) given.pop_back();
  return given.substr(0, std::max<std::size_t>(given.rfind('/'), 1));
}

/// A rename into a directory behind a symbolic link reaches what the link stands for.
void Probe::pass_named_file(std::span<const std::byte> record) {
  const bp_header header = header_of(record);
  RecordTexts texts;
  bp_file file{};
  if (header.parts < sizeof file || !texts.add(record.subspan(header.parts))) return outlet_.append(record);
  std::memcpy(&file, record.data(), sizeof file);
  const auto resolved = [&](bp_part_name path, bp_part_name directory) {
    const std::string parent = directory_of(texts, path, directory);
    return parent.empty() ? parent : directories_.resolve(header.actor.pid, parent);
  };
  const std::string parent = resolved(BP_PART_PATH, BP_PART_DIRECTORY);
  const std::string target =
      file.access == BP_ACCESS_SYMLINK ? "" : resolved(BP_PART_TARGET, BP_PART_TARGET_DIRECTORY);
  outlet_.append_extended(record, {{BP_PART_RESOLVED, parent}, {BP_PART_TARGET_RESOLVED, target}});
}

/// Some calls name their target by number only: whom that is, the kernel's side cannot find out.
void Probe::pass_look(std::span<const std::byte> record) {
  bp_inspect look{};
  if (record.size() < sizeof look || header_of(record).parts < record.size()) return outlet_.append(record);
  std::memcpy(&look, record.data(), sizeof look);
  std::error_code gone;
  const auto exe = std::filesystem::read_symlink("/proc/" + std::to_string(look.target_pid) + "/exe", gone);
  outlet_.append_extended(record, {{BP_PART_EXE, gone ? std::string() : exe.string()}});
}

void Probe::pass_environment(std::span<const std::byte> record) {
  const bp_header header = header_of(record);
  std::string &block = environments_[header.actor.tid];
  bool complete = false;
  for (auto rest = record.subspan(header.parts); rest.size() >= sizeof(bp_part);) {
    bp_part part{};
    std::memcpy(&part, rest.data(), sizeof part);
    if ((part.flags & BP_PART_CONTINUES) == 0) block.clear();
    const auto text = rest.subspan(sizeof part, part.size);
    if (block.size() < k_environment_bytes)
      block.append(reinterpret_cast<const char *>(text.data()), text.size());
    complete = (part.flags & BP_PART_LAST) != 0;
    rest = rest.subspan(sizeof part + part.size);
  }
  if (!complete) return;
  bp_header text = header;
  text.kind = BP_TEXT;
  outlet_.append(text, {}, {{BP_PART_ENVIRONMENT, recordable_environment(block)}});
  environments_.erase(header.actor.tid);
}

/// Waits for the clock, for standard input, or for the reader. False when the command has ended.
bool Probe::wait() {
  pollfd watched[] = {{deadline_ns_ == 0 ? STDIN_FILENO : -1, POLLIN, 0},
                      {outlet_.empty() ? -1 : STDOUT_FILENO, POLLOUT, 0}};
  if (poll(watched, 2, wait_ms_) < 0 && errno != EINTR) throw system_error("cannot wait", errno);
  if (watched[0].revents != 0) deadline_ns_ = now_ns() + options_.linger_ms * 1'000'000ull;
  if (g_terminated != 0 && deadline_ns_ == 0) deadline_ns_ = now_ns();
  return deadline_ns_ == 0;
}

bool Probe::over() const {
  if (ends_by_itself_ && session_.living() <= 0) return true;
  return reader_gone_ || (deadline_ns_ != 0 && (session_.living() <= 0 || now_ns() >= deadline_ns_));
}

std::string lines_of(const auto &counts) {
  std::ostringstream lines;
  for (const auto &[what, count] : counts) lines << what << '\t' << count << '\n';
  return lines.str();
}

void Probe::say_census(const BpfSession::Census &census) {
  std::string cpus;
  for (std::size_t cpu = 0; cpu < census.sent.size(); ++cpu) {
    const auto sent = census.sent[cpu], received = cpu < received_.size() ? received_[cpu] : 0;
    if (sent != 0 || received != 0)
      cpus += std::to_string(cpu) + '\t' + std::to_string(sent) + '\t' + std::to_string(received) + '\n';
  }
  bp_header header{};
  header.kind = BP_CENSUS;
  header.time_ns = now_ns();
  outlet_.append(header, {},
                 {{BP_PART_CPUS, cpus},
                  {BP_PART_NO_ROOM, lines_of(census.no_room)},
                  {BP_PART_SKIPPED, lines_of(census.skipped)},
                  {BP_PART_HELD, held_ == 0 ? std::string() : std::to_string(held_)}});
}

/// The rings grow no more: however slow the reader, it gets all that is here, unless it has gone.
void Probe::drain() {
  fcntl(STDOUT_FILENO, F_SETFL, 0);
  bool all = false;
  for (int round = 0; round < 3 || !all; ++round) {
    usleep(1000); // programs that are running now still send, and stop processes
    held_ += session_.let_go_on();
    if (!outlet_.flush()) return;
    all = pump_round(true);
  }
}

void Probe::say_end() {
  usleep(1000); // a process's sockets are closed behind its exit
  pump_round(false);
  // What ends while the processes that go on are listed tells so: each one has an end, or is on the list.
  session_.stop(BP_ENDS);
  usleep(1000); // programs that are running now still send
  std::vector<bp_actor> still;
  if (session_.living() > 0) still = session_.still_running();
  session_.stop(BP_NOTHING);
  drain();
  bp_end end{};
  end.header.time_ns = now_ns();
  for (const bp_actor &actor : still) {
    end.header.kind = BP_STILL;
    end.header.actor = actor;
    outlet_.append(end.header, {}, {});
  }
  const auto census = session_.census(received_);
  say_census(census);
  std::copy(census.counters.begin(), census.counters.end(), end.counters);
  end.header.kind = BP_END;
  end.header.size = sizeof end;
  end.header.actor = {};
  end.records = outlet_.records();
  end.still_running = static_cast<std::uint32_t>(still.size());
  outlet_.append(bytes_of(end));
}

/// Detaching takes the kernel about 80 ms a tracepoint (it waits until no CPU can be in it): a child that
/// outlives this process closes the last descriptors, so that nobody waits for it.
void leave_detaching_behind() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  if (fork() != 0) return;
  close(ends[1]);
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  close(STDERR_FILENO);
  char end = 0;
  while (read(ends[0], &end, 1) < 0 && errno == EINTR) {
  }
  _exit(0);
}

int Probe::run() {
  say_ready();
  while (!over()) {
    reader_gone_ = !outlet_.flush();
    wait();
    pump_round(false);
  }
  say_end();
  const bool told = outlet_.flush();
  leave_detaching_behind();
  return told ? 0 : 1;
}

void set_up_process() {
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, [](int) { g_terminated = 1; });
  fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
}

int say_error(const Error &error) {
  Outlet outlet;
  bp_header header{};
  header.kind = BP_ERROR;
  outlet.append(header, {}, {{BP_PART_MESSAGE, error.what()}, {BP_PART_REMEDY, error.remedy()}});
  fcntl(STDOUT_FILENO, F_SETFL, 0);
  outlet.flush();
  return 1;
}

} // namespace

int run_probe(const ProbeOptions &options) {
  set_up_process();
  try {
    // Never destroyed: see leave_detaching_behind.
    return (new Probe(options))->run();
  } catch (const Error &error) {
    return say_error(error);
  }
}

} // namespace buildprint

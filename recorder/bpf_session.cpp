#include "recorder/bpf_session.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <string_view>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "recorder/mounts.hpp"
#include "recorder/programs.hpp"

extern "C" {
extern const unsigned char recorder_bpf_start[], recorder_bpf_end[];
}

namespace buildprint {
namespace {

/// The last thing that libbpf complained about.
std::string &last_complaint() {
  static std::string text;
  return text;
}

int keep_complaint(libbpf_print_level level, const char *format, va_list arguments) {
  if (level != LIBBPF_WARN) return 0;
  char line[512];
  std::vsnprintf(line, sizeof line, format, arguments);
  std::string_view text = line;
  // The advice on memory locks is wrong for every kernel that has BTF, and the log is for developers.
  if (text.find("memlock") == text.npos && text.find("-- BEGIN PROG LOAD LOG --") == text.npos)
    last_complaint() = text.substr(0, text.find('\n'));
  return 0;
}

struct ObjectCloser {
  void operator()(bpf_object *object) const { bpf_object__close(object); }
};
using Object = std::unique_ptr<bpf_object, ObjectCloser>;

struct LinkDestroyer {
  void operator()(bpf_link *link) const { bpf_link__destroy(link); }
};
using Link = std::unique_ptr<bpf_link, LinkDestroyer>;

struct RingFreer {
  void operator()(ring_buffer *ring) const { ring_buffer__free(ring); }
};
using Ring = std::unique_ptr<ring_buffer, RingFreer>;

struct Unmapper {
  void operator()(bp_control *control) const { munmap(control, sizeof *control); }
};

std::uint32_t ring_size(std::uint32_t wanted) {
  auto size = static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE));
  while (size < wanted && size < (1u << 30)) size *= 2;
  return size;
}

Object open_object(const ProbeOptions &options) {
  const auto size = static_cast<std::size_t>(recorder_bpf_end - recorder_bpf_start);
  Object object(bpf_object__open_mem(recorder_bpf_start, size, nullptr));
  if (!object) throw system_error("cannot open the BPF programs", errno);
  for (const char *name : {"lifecycle", "files"})
    if (bpf_map *map = bpf_object__find_map_by_name(object.get(), name))
      bpf_map__set_max_entries(map, ring_size(options.ring_bytes));
  return object;
}

Error cannot_load(int error, const std::string &reason) {
  if (error == EPERM) // a verifier that refuses a program says EACCES
    return Error("the kernel refuses the recorder's BPF programs: " + reason,
                 "run as root, through sudo, or give the binary CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN; in a "
                 "container also --cap-add SYS_ADMIN");
  return Error("the kernel does not take the recorder's BPF programs: " + reason,
               "`buildprint doctor` says what is missing");
}

int record_read(void *context, void *data, std::size_t size) {
  const auto &reader = *static_cast<const BpfSession::Reader *>(context);
  return reader({static_cast<const std::byte *>(data), size}) ? 0 : -1;
}

} // namespace

struct BpfSession::State {
  Object object;
  std::vector<ProgramReadiness> programs;
  std::vector<Link> links;
  std::map<std::string, Link, std::less<>> iterators; ///< by program
  Fd cgroup, tracefs;
  Ring lifecycle, files;
  Reader reader; ///< of the read that is going on
  std::unique_ptr<bp_control, Unmapper> control;

  void load(const ProbeOptions &options);
  void load_one_by_one(const ProbeOptions &options);
  void attach();
  bool attach_program(const ProgramReadiness &candidate);
  bool attach_to_calls(bpf_program *program, std::string_view calls);
  void map_control();
  void name_files(const std::vector<std::string> &names);
  void name_sockets(const std::vector<std::string> &names);
  bool iterate(std::string_view program);
  Ring make_ring(const char *name);
  int map_fd(const char *name) const { return bpf_object__find_map_fd_by_name(object.get(), name); }
};

void BpfSession::State::load(const ProbeOptions &options) {
  if (!std::filesystem::exists("/sys/kernel/btf/vmlinux"))
    throw Error(
        "this kernel does not describe its types: /sys/kernel/btf/vmlinux is missing",
        "use a kernel from 5.17 that is built with CONFIG_DEBUG_INFO_BTF (every current distribution's is)");
  object = open_object(options);
  bpf_program *program = nullptr;
  bpf_object__for_each_program(program, object.get()) {
    const ProgramEntry &entry = program_entry(bpf_program__name(program));
    if (entry.files && !options.files)
      bpf_program__set_autoload(program, false);
    else
      programs.push_back({std::string(entry.name), std::string(entry.sees), entry.required, true, {}});
  }
  const int error = -bpf_object__load(object.get());
  if (error == EPERM) throw cannot_load(error, last_complaint());
  if (error != 0) load_one_by_one(options);
}

/// Feature probes lie (libbpf's says that tp_btf does not work where fentry does not), so each program is
/// tried alone; those that load are then loaded together.
void BpfSession::State::load_one_by_one(const ProbeOptions &options) {
  for (ProgramReadiness &candidate : programs) {
    Object trial = open_object(options);
    bpf_program *program = nullptr;
    bpf_object__for_each_program(program, trial.get())
        bpf_program__set_autoload(program, candidate.name == bpf_program__name(program));
    last_complaint().clear();
    const int error = -bpf_object__load(trial.get());
    candidate.works = error == 0;
    if (error != 0) candidate.reason = last_complaint().empty() ? std::strerror(error) : last_complaint();
  }
  object = open_object(options);
  for (const ProgramReadiness &candidate : programs)
    bpf_program__set_autoload(bpf_object__find_program_by_name(object.get(), candidate.name.c_str()),
                              candidate.works);
  if (const int error = -bpf_object__load(object.get())) throw cannot_load(error, last_complaint());
}

/// A program at the end of each of the system calls that this kernel has.
bool BpfSession::State::attach_to_calls(bpf_program *program, std::string_view calls) {
  const std::size_t before = links.size();
  if (!tracefs) tracefs = open_tracefs();
  for (const std::string_view call : split(calls, ' ')) {
    const auto path = "events/syscalls/sys_exit_" + std::string(call) + "/id";
    const Fd id_file(openat(tracefs.get(), path.c_str(), O_RDONLY | O_CLOEXEC));
    char id[32] = {};
    if (!id_file || read(id_file.get(), id, sizeof id - 1) <= 0) continue;
    perf_event_attr event{};
    event.type = PERF_TYPE_TRACEPOINT;
    event.size = sizeof event;
    event.config = std::strtoull(id, nullptr, 10);
    // Whatever the CPU and the process: the program is bound to the tracepoint, not to the event.
    const long fd = syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0) return false;
    Link link(bpf_program__attach_perf_event(program, static_cast<int>(fd)));
    if (!link) return false;
    links.push_back(std::move(link));
  }
  return links.size() > before;
}

bool BpfSession::State::attach_program(const ProgramReadiness &candidate) {
  bpf_program *program = bpf_object__find_program_by_name(object.get(), candidate.name.c_str());
  const std::string_view calls = program_entry(candidate.name).calls;
  if (!calls.empty()) return attach_to_calls(program, calls);
  const bool on_cgroup = std::string_view(bpf_program__section_name(program)).starts_with("cgroup");
  if (on_cgroup && !cgroup) cgroup = open_cgroup_root();
  Link link(on_cgroup ? bpf_program__attach_cgroup(program, cgroup.get()) : bpf_program__attach(program));
  const bool attached = link != nullptr;
  const bool iterates = std::string_view(bpf_program__section_name(program)).starts_with("iter");
  (iterates ? iterators[candidate.name] : links.emplace_back()) = std::move(link);
  return attached;
}

void BpfSession::State::attach() {
  for (ProgramReadiness &candidate : programs) {
    if (!candidate.works) continue;
    last_complaint().clear();
    errno = 0;
    try {
      candidate.works = attach_program(candidate);
      if (!candidate.works)
        candidate.reason = last_complaint().empty() ? std::strerror(errno) : last_complaint();
    } catch (const Error &error) {
      candidate.works = false;
      candidate.reason =
          std::string(error.what()) + (error.remedy().empty() ? "" : "; try: " + error.remedy());
    }
  }
}

void BpfSession::State::name_files(const std::vector<std::string> &names) {
  constexpr std::size_t k_name_bytes = 64; // struct watched_name of bpf/files.bpf.h
  for (const std::string &name : names) {
    if (name.empty() || name.size() >= k_name_bytes)
      throw Error("a watched name has 1 to 63 bytes: '" + name + "'");
    // A name of 63 bytes has its bit at 64, which is 0's: the program masks alike.
    control->watched_lengths[static_cast<unsigned char>(name.front())] |= 1ull << ((name.size() + 1) % 64);
    std::array<char, k_name_bytes> key{};
    std::copy(name.begin(), name.end(), key.begin());
    const char value = 1;
    if (bpf_map_update_elem(map_fd("watched_names"), key.data(), &value, BPF_ANY) != 0)
      throw system_error("cannot watch for files named " + name, errno, "shorten the list: 1,024 names fit");
  }
}

void BpfSession::State::name_sockets(const std::vector<std::string> &names) {
  std::array<char, 32> key{}; // struct socket_name of bpf/containers.bpf.h
  for (const std::string &name : names) {
    if (name.size() >= key.size()) continue; // no engine's own
    key = {};
    std::copy(name.begin(), name.end(), key.begin());
    const char value = 1;
    if (bpf_map_update_elem(map_fd("engine_sockets"), key.data(), &value, BPF_ANY) != 0)
      throw system_error("cannot watch for the socket " + name, errno);
  }
}

/// Runs a program for each task of the machine. False where it could not be run.
bool BpfSession::State::iterate(std::string_view program) {
  const auto link = iterators.find(program);
  if (link == iterators.end() || !link->second) return false;
  const Fd iterator(bpf_iter_create(bpf_link__fd(link->second.get())));
  char nothing[1];
  return iterator && read(iterator.get(), nothing, sizeof nothing) >= 0;
}

void BpfSession::State::map_control() {
  bpf_map *map = nullptr;
  bpf_object__for_each_map(map, object.get()) {
    if (!std::string_view(bpf_map__name(map)).ends_with(".bss")) continue;
    void *memory = mmap(nullptr, sizeof(bp_control), PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
    if (memory == MAP_FAILED) throw system_error("cannot map the control block of the BPF programs", errno);
    control.reset(static_cast<bp_control *>(memory));
  }
  if (!control) throw Error("the BPF object has no control block");
}

Ring BpfSession::State::make_ring(const char *name) {
  const int fd = map_fd(name);
  if (fd < 0) return nullptr;
  Ring ring(ring_buffer__new(fd, record_read, &reader, nullptr));
  if (!ring) throw system_error("cannot map the ring buffer of the BPF programs", errno);
  return ring;
}

BpfSession::BpfSession(const ProbeOptions &options) : state_(std::make_unique<State>()) {
  libbpf_set_print(keep_complaint);
  state_->load(options);
  state_->map_control();
  state_->control->without_files = options.files ? 0 : 1;
  state_->name_files(options.watched_names);
  state_->name_sockets(options.engine_sockets);
  state_->lifecycle = state_->make_ring("lifecycle");
  state_->files = state_->make_ring("files");
  state_->attach();
}

BpfSession::~BpfSession() = default;

const std::vector<ProgramReadiness> &BpfSession::programs() const {
  return state_->programs;
}

bp_actor BpfSession::follow(std::uint32_t pid) {
  const std::string failed = "cannot follow process " + std::to_string(pid);
  const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) throw system_error(failed, errno);
  state_->control->living = 1;
  const int key = pidfd.get();
  const bp_task task{};
  if (bpf_map_update_elem(state_->map_fd("tasks"), &key, &task, BPF_ANY) != 0)
    throw system_error(failed, errno);
  if (!state_->iterate("find_first")) throw system_error(failed, errno);
  if (state_->control->first.pid == 0) throw Error(failed + ": it is gone");
  return state_->control->first;
}

void BpfSession::follow_container(const std::string &id) {
  const std::uint8_t whose = BP_OURS;
  if (id.size() != BP_CONTAINER_ID ||
      bpf_map_update_elem(state_->map_fd("containers"), id.data(), &whose, BPF_ANY) != 0)
    throw Error("cannot follow the container " + printable(id) + ": that is no whole id");
}

bool BpfSession::survey() {
  constexpr int k_most_passes = 16; // a container that forks faster than tasks are listed is never whole
  for (int pass = 0; pass < k_most_passes; ++pass) {
    const std::uint32_t before = state_->control->adopted;
    if (!state_->iterate("survey") || state_->control->adopted == before) break;
  }
  return state_->control->adopted > 0;
}

int BpfSession::living() const {
  return __atomic_load_n(&state_->control->living, __ATOMIC_SEQ_CST);
}

std::vector<bp_actor> BpfSession::still_running() const {
  std::vector<bp_actor> found;
  std::error_code ignored; // a directory of /proc may go away while it is listed
  for (const auto &entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd) continue;
    const int key = pidfd.get();
    bp_task task{};
    if (bpf_map_lookup_elem(state_->map_fd("tasks"), &key, &task) == 0 && task.exited == 0)
      found.push_back({task.pid, task.pid, task.start_ns, {}});
  }
  return found;
}

void BpfSession::read_files(const Reader &reader) {
  if (!state_->files) return;
  state_->reader = reader;
  ring_buffer__consume(state_->files.get());
}

void BpfSession::read_lifecycle(const Reader &reader) {
  state_->reader = reader;
  ring_buffer__consume(state_->lifecycle.get());
}

void BpfSession::stop() {
  __atomic_store_n(&state_->control->stopped, 1, __ATOMIC_SEQ_CST);
}

BpfSession::Counters BpfSession::counters(std::uint64_t read) const {
  Counters sum{};
  std::uint64_t sent = 0;
  std::vector<std::uint64_t> of_cpus(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  for (std::uint32_t counter = 0; counter <= BP_COUNTERS; ++counter) {
    if (bpf_map_lookup_elem(state_->map_fd("counters"), &counter, of_cpus.data()) != 0)
      throw system_error("cannot read the loss counters", errno);
    for (const std::uint64_t value : of_cpus) (counter < BP_COUNTERS ? sum[counter] : sent) += value;
  }
  sum[BP_LOST_SEQUENCE] = sent - std::min(sent, read);
  bpf_program *program = nullptr;
  bpf_object__for_each_program(program, state_->object.get()) {
    bpf_prog_info info{};
    std::uint32_t size = sizeof info;
    if (bpf_program__fd(program) >= 0 && bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0)
      sum[BP_LOST_SKIPPED] += info.recursion_misses;
  }
  return sum;
}

std::vector<ProgramReadiness> probe_readiness() {
  return BpfSession(ProbeOptions{}).programs();
}

} // namespace buildprint

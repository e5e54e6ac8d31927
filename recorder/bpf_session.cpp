#include "recorder/bpf_session.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
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
#include <numeric>
#include <string_view>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "recorder/complaint.hpp"
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
  va_list again;
  va_copy(again, arguments);
  std::string text(static_cast<std::size_t>(std::max(std::vsnprintf(nullptr, 0, format, again), 0)), '\0');
  va_end(again);
  std::vsnprintf(text.data(), text.size() + 1, format, arguments);
  if (auto complaint = complaint_in(text); !complaint.empty()) last_complaint() = std::move(complaint);
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
  if (options.process_slots != 0)
    bpf_map__set_max_entries(bpf_object__find_map_by_name(object.get(), "processes"), options.process_slots);
  if (options.container_slots != 0)
    bpf_map__set_max_entries(bpf_object__find_map_by_name(object.get(), "containers"),
                             options.container_slots);
  return object;
}

Error cannot_load(int error, const std::string &reason) {
  if (error == EPERM) // a verifier that refuses a program says EACCES
    return Error("the kernel does not permit loading the BPF programs: " + reason,
                 "run as root or with sudo, or give the binary CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN; in a "
                 "container, add --cap-add SYS_ADMIN");
  return Error("the kernel rejects the BPF programs: " + reason, "`buildprint doctor` shows what is missing");
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
  void watch(const char *map, const void *key, const std::string &name);
  void name_files(const std::vector<std::string> &names);
  void name_sockets(const std::vector<std::string> &names);
  bool iterate(std::string_view program);
  Ring make_ring(const char *name);
  int map_fd(const char *name) const { return bpf_object__find_map_fd_by_name(object.get(), name); }
};

void BpfSession::State::load(const ProbeOptions &options) {
  if (!std::filesystem::exists("/sys/kernel/btf/vmlinux"))
    throw Error("this kernel has no BTF (/sys/kernel/btf/vmlinux is missing)",
                "use Linux 5.17 or newer, built with CONFIG_DEBUG_INFO_BTF, as distribution kernels are");
  object = open_object(options);
  bpf_program *program = nullptr;
  bpf_object__for_each_program(program, object.get()) {
    using Loaded = ProgramEntry::Loaded;
    const ProgramEntry &entry = program_entry(bpf_program__name(program));
    if ((entry.loaded == Loaded::unless_no_files && !options.files) ||
        (entry.loaded == Loaded::for_no_loss && !options.no_loss))
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

void BpfSession::State::watch(const char *map, const void *key, const std::string &name) {
  const char value = 1;
  if (bpf_map_update_elem(map_fd(map), key, &value, BPF_ANY) != 0)
    throw system_error("cannot watch for files named " + name, errno,
                       "shorten the list to 1,024 names, 256 prefixes and 256 suffixes");
}

/// The keys of bpf/files.bpf.h: a whole name, "PREFIX*", "*SUFFIX".
void BpfSession::State::name_files(const std::vector<std::string> &names) {
  constexpr std::size_t k_name_bytes = 64, k_prefix_bytes = 32, k_suffix_bytes = 8;
  for (const std::string &name : names) {
    const bool prefix = name.ends_with('*'), suffix = name.starts_with('*');
    const std::string text = name.substr(suffix ? 1 : 0, name.size() - (prefix || suffix ? 1 : 0));
    const auto most = prefix ? k_prefix_bytes : suffix ? k_suffix_bytes : k_name_bytes - 1;
    if (text.empty() || text.size() > most || text.find('*') != text.npos)
      throw Error("cannot watch for files named " + name,
                  "give a name of up to 63 bytes, PREFIX* with up to 32, or *SUFFIX with up to 8");
    struct {
      std::uint32_t bits;
      char text[k_name_bytes];
    } key{};
    key.bits = static_cast<std::uint32_t>(8 * text.size());
    if (suffix) {
      std::copy(text.rbegin(), text.rend(), key.text);
      control->watches_suffixes = 1;
      watch("watched_suffixes", &key, name);
    } else {
      std::copy(text.begin(), text.end(), key.text);
      const auto first = static_cast<unsigned char>(text.front());
      if (prefix) {
        control->watched_firsts[first / 64] |= 1ull << (first % 64);
        watch("watched_prefixes", &key, name);
      } else {
        // A name of 63 bytes has its bit at 64, which is 0's: the program masks alike.
        control->watched_lengths[first] |= 1ull << ((text.size() + 1) % 64);
        watch("watched_names", key.text, name);
      }
    }
  }
}

void BpfSession::State::name_sockets(const std::vector<std::string> &names) {
  std::array<char, 32> key{}; // struct socket_name of bpf/engines.bpf.h
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
  // What one execution alone sends, up to 6 MiB of arguments and environment, goes into the rest.
  if (options.no_loss) state_->control->hold_from = ring_size(options.ring_bytes) / 4;
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
  const bp_container_owner owner{.whose = BP_OURS, .asker_pid = 0, .asker_start_ns = 0};
  if (id.size() != BP_CONTAINER_ID ||
      bpf_map_update_elem(state_->map_fd("containers"), id.data(), &owner, BPF_ANY) != 0)
    throw Error("cannot follow the container " + printable(id) +
                ": it is not a full id of 64 hexadecimal digits");
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

bool BpfSession::read_files(const Reader &reader) {
  if (!state_->files) return true;
  state_->reader = reader;
  return ring_buffer__consume(state_->files.get()) >= 0;
}

bool BpfSession::read_lifecycle(const Reader &reader) {
  state_->reader = reader;
  return ring_buffer__consume(state_->lifecycle.get()) >= 0;
}

std::size_t BpfSession::let_go_on() {
  if (state_->control->hold_from == 0) return 0;
  std::vector<std::uint32_t> pids;
  std::uint32_t pid = 0;
  for (const std::uint32_t *before = nullptr; bpf_map_get_next_key(state_->map_fd("held"), before, &pid) == 0;
       before = &pids.back())
    pids.push_back(pid);
  for (const auto held : pids) {
    bpf_map_delete_elem(state_->map_fd("held"), &held); // first: hold_back() of bpf/record.bpf.h says why
    kill(static_cast<pid_t>(held), SIGCONT);
  }
  return pids.size();
}

void BpfSession::stop(bp_stop how) {
  __atomic_store_n(&state_->control->stopped, static_cast<std::uint32_t>(how), __ATOMIC_SEQ_CST);
}

BpfSession::Census BpfSession::census(const std::vector<std::uint64_t> &received) const {
  constexpr std::uint32_t k_sent = BP_COUNTERS, k_no_room = BP_COUNTERS + 1, k_kinds = 32; // bpf/record.bpf.h
  Census census;
  std::vector<std::uint64_t> of_cpus(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  for (std::uint32_t key = 0; key < k_no_room + k_kinds; ++key) {
    if (bpf_map_lookup_elem(state_->map_fd("counters"), &key, of_cpus.data()) != 0)
      throw system_error("cannot read the loss counters", errno);
    const auto sum = std::accumulate(of_cpus.begin(), of_cpus.end(), std::uint64_t{0});
    if (key < k_sent)
      census.counters[key] = sum;
    else if (key == k_sent)
      census.sent = of_cpus;
    else if (sum != 0)
      census.no_room[static_cast<std::uint16_t>(key - k_no_room)] = sum;
  }
  for (std::size_t cpu = 0; cpu < census.sent.size(); ++cpu) {
    const std::uint64_t sent = census.sent[cpu], here = cpu < received.size() ? received[cpu] : 0;
    census.counters[BP_LOST_SEQUENCE] += std::max(sent, here) - std::min(sent, here);
  }
  bpf_program *program = nullptr;
  bpf_object__for_each_program(program, state_->object.get()) {
    bpf_prog_info info{};
    std::uint32_t size = sizeof info;
    if (bpf_program__fd(program) < 0) continue; // not loaded
    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) != 0)
      throw system_error("cannot read how many runs the kernel skipped of a BPF program", errno);
    census.counters[BP_LOST_SKIPPED] += info.recursion_misses;
    if (info.recursion_misses != 0) census.skipped[bpf_program__name(program)] = info.recursion_misses;
  }
  return census;
}

std::vector<ProgramReadiness> probe_readiness() {
  ProbeOptions every_program;
  every_program.no_loss = true;
  return BpfSession(every_program).programs();
}

} // namespace buildprint

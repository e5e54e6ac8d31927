// What fingerprinting costs: canonicalizing a recording file, merging, and reading large fingerprints; each
// beside the cost of only reading the same file.
//
//   bench_fingerprint [EVENTS]      (default 2,000,000)

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>

#include "fingerprint/canonicalize.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/merge.hpp"
#include "recorder/recording_file.hpp"

using namespace buildprint;

namespace {

/// Of this process's time on a core: what else the machine does is not counted.
template <typename Work> double seconds(Work work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const double start = now();
  work();
  return now() - start;
}

long peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

/// A build that never ends: shells that start compilers, which write files and connect.
void write_recording(const std::filesystem::path &path, std::uint64_t events) {
  RunInfo run;
  run.name = "bench";
  run.roots = {{"/home/ann/shop", "$WS"}, {"/tmp", "$TMP"}, {"/home/ann", "$HOME"}};
  run.main_process = {1, 1};
  run.builder_uid = 1000;
  run.resolvers = {"192.0.2.53"};
  RecordingWriter writer(path, run);
  const Credentials user{1000, 1000, 1000, 1000, 0, 0};
  std::uint64_t now = 0;
  const auto write = [&](ProcessKey actor, EventBody body) {
    writer.write({++now, actor, user, std::move(body)});
  };
  const auto exec = [](const std::string &exe, std::vector<std::string> argv) {
    Exec event;
    event.exe = event.invoked = exe;
    event.cwd = "/home/ann/shop";
    event.argv = std::move(argv);
    event.mode = 0100755;
    return event;
  };
  write({1, 1}, exec("/usr/bin/make", {"make"}));
  for (std::uint32_t job = 0; now < events; ++job) {
    const ProcessKey shell{10 + job * 2, now}, gcc{11 + job * 2, now};
    const auto number = std::to_string(job);
    write({1, 1}, Fork{shell});
    write(shell, exec("/usr/bin/dash", {"sh", "-c", "gcc -c file" + number + ".c"}));
    write(shell, Fork{gcc});
    write(gcc, exec("/usr/bin/gcc", {"gcc", "-c", "file" + number + ".c"}));
    for (int file = 0; file < 10; ++file)
      write(gcc, FileUse{FileAccess::create,
                         "/home/ann/shop/build/" + number + "/part" + std::to_string(file) + ".o",
                         {},
                         false,
                         {}});
    write(gcc,
          NameAnswer{
              NameSource::dns, "cache.example", "A", {"203.0.113.9"}, {"192.0.2.53", 53}, Transport::udp});
    write(gcc, Connect{Transport::tcp, {"203.0.113.9", 443}});
    write(gcc, Exit{0});
    write(shell, Exit{0});
  }
  write({1, 1}, Exit{0});
  writer.finish({});
}

Fingerprint large(std::size_t behaviors, std::size_t salt) {
  Fingerprint fingerprint;
  fingerprint.name = "bench", fingerprint.rules = "1-bench";
  for (std::size_t i = 0; i < behaviors; ++i) {
    char program[48];
    std::snprintf(program, sizeof program, "/usr/bin/tool-%08zu", i * 2 + (i % 97 == salt % 97));
    fingerprint.behaviors.push_back(
        {Kind::exec, "builder", {"/usr/bin/make", "/usr/bin/sh -c", program}, "", 1, false, ""});
  }
  return fingerprint;
}

void bench_recording(std::uint64_t events) {
  const auto path =
      std::filesystem::temp_directory_path() / ("fingerprint-bench-" + std::to_string(::getpid()));
  write_recording(path, events);
  std::uint64_t read = 0;
  const double only_reading = seconds([&] {
    read_recording(
        path, [](const RunInfo &) {}, [&](const Event &) { ++read; });
  });
  const long before = peak_mib();
  const double all = seconds([&] { canonicalize_file(path, builtin_rules()); });
  const auto rate = [&](double time) { return static_cast<double>(read) / time / 1e6; };
  std::printf("read only        %6.2f s  %5.2f M events/s\n", only_reading, rate(only_reading));
  std::printf("read + canonical %6.2f s  %5.2f M events/s  peak memory %ld MiB, before %ld MiB\n", all,
              rate(all), peak_mib(), before);
  std::printf("canonical alone  %6.2f s  %5.2f M events/s\n", all - only_reading, rate(all - only_reading));
  std::filesystem::remove(path);
}

void bench_fingerprints() {
  std::vector<Fingerprint> runs;
  for (std::size_t i = 0; i < 100; ++i) runs.push_back(large(10'000, i));
  const std::vector<std::string> names(runs.size(), "run");
  std::printf("merge 100 x 10,000 behaviors      %6.3f s\n",
              seconds([&] { merge(runs, MergeAs::runs, names); }));
  const auto a = render_fingerprint(large(100'000, 1)), b = render_fingerprint(large(100'000, 2));
  std::printf("read two of 100,000 behaviors     %6.3f s\n", seconds([&] {
                parse_fingerprint(a, "a");
                parse_fingerprint(b, "b");
              }));
}

} // namespace

int main(int argc, char **argv) {
  bench_recording(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2'000'000);
  bench_fingerprints();
}

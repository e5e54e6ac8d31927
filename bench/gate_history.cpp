// Prints a git fast-import stream: COMMITS commits on main that leave the fingerprint alone or, VERSIONS
// times, evenly spread, add one behavior to it; the first has BEHAVIORS. The last line of standard error is
// what a pull request's run would do: the path of a fingerprint with three more.
//   gate_history COMMITS VERSIONS BEHAVIORS RUN.json | git fast-import
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/file.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/rules.hpp"

namespace {

using namespace buildprint;

Behavior numbered(int number) {
  Behavior behavior;
  behavior.kind = number % 3 == 0 ? Kind::connect : Kind::exec;
  behavior.user = "builder";
  char index[16];
  std::snprintf(index, sizeof index, "%06d", number);
  behavior.lineage = {"$WS/ci", "/usr/bin/make", "/usr/bin/sh -c", std::string("$WS/tools/step-") + index};
  if (behavior.kind == Kind::connect) behavior.object = std::string("host-") + index + ".example:443/tcp";
  return behavior;
}

void add(Fingerprint &fingerprint, int number) {
  const auto behavior = numbered(number);
  auto &all = fingerprint.behaviors;
  all.insert(std::lower_bound(all.begin(), all.end(), behavior, key_less), behavior);
}

void print_commit(int number, const std::string &path, const std::string &content) {
  const std::string message = "Change " + std::to_string(number);
  std::printf("commit refs/heads/main\ncommitter Ann <ann@example.com> %d +0000\ndata %zu\n%s\n",
              1600000000 + number * 60, message.size(), message.c_str());
  std::printf("M 100644 inline %s\ndata %zu\n", path.c_str(), content.size());
  std::fwrite(content.data(), 1, content.size(), stdout);
  std::putchar('\n');
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  const int commits = std::atoi(argv[1]), versions = std::atoi(argv[2]), behaviors = std::atoi(argv[3]);
  Fingerprint fingerprint;
  fingerprint.name = "bench";
  fingerprint.rules = builtin_rules().id();
  for (int i = 0; i < behaviors; ++i) add(fingerprint, i);
  const int step = commits / versions;
  int next = behaviors;
  for (int i = 0; i < commits; ++i) {
    if (i % step == 0 && i / step < versions) {
      if (i > 0) add(fingerprint, next++);
      print_commit(i, ".buildprint/bench.json", render_fingerprint(fingerprint));
    } else {
      print_commit(i, "src/file-" + std::to_string(i % 500) + ".c", std::to_string(i));
    }
  }
  for (int i = 0; i < 3; ++i) add(fingerprint, next++);
  write_file_atomically(argv[4], render_fingerprint(fingerprint));
  return 0;
}

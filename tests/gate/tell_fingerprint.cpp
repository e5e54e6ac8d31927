// Writes the fingerprint of workload "unit" that is told in a line a behavior, "KIND A > B [-> OBJECT]", for
// the tests that are no C++ program.
#include <cstdio>

#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/rules.hpp"
#include "tests/diff/tell.hpp"

int main(int argc, char **argv) {
  using namespace buildprint;
  std::vector<std::string> lines;
  for (int i = 1; i < argc; ++i) {
    const std::string line = argv[i];
    const auto space = line.find(' ');
    lines.push_back(line.substr(0, space) + " builder: " + line.substr(space + 1));
  }
  auto fingerprint = tell::fingerprint(lines);
  fingerprint.name = "unit";
  fingerprint.rules = builtin_rules().id();
  std::fputs(render_fingerprint(fingerprint).c_str(), stdout);
}

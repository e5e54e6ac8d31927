// Whom a recording talks to where somebody tries to hide it, and how much room the answer takes.

#include <algorithm>
#include <cstdio>

#include "tests/fingerprint/lines.hpp"

using namespace buildprint;

namespace {

/// A run in which one address has many names.
CanonicalRun run_with_names(int count) {
  Scene scene;
  auto curl = scene.command("/usr/bin/curl");
  for (int i = 0; i < count; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "n%05d.example", i);
    curl.answer(name, {"203.0.113.66"});
  }
  curl.connect("203.0.113.66", 443);
  return canonicalize(scene.recording(), builtin_rules());
}

} // namespace

TEST_CASE("R9 names the first of many names that share an address, in order, and counts the rest") {
  const auto doubt = [](int count) { return run_with_names(count).notices.front(); };
  const std::string eight = "203.0.113.66 stands for n00000.example, n00001.example, n00002.example, "
                            "n00003.example, n00004.example, n00005.example, n00006.example, n00007.example";
  CHECK(doubt(8) == eight + ": which of them was meant is not known");
  CHECK(doubt(9) == eight + " and 1 more: which of them was meant is not known");
  CHECK(doubt(500) == eight + " and 492 more: which of them was meant is not known");
}

TEST_CASE("R9 tells each of many names that share an address, and none of them carries all others") {
  const auto run = run_with_names(500);
  CHECK(std::count_if(run.fingerprint.behaviors.begin(), run.fingerprint.behaviors.end(),
                      [](const Behavior &one) { return one.kind == Kind::connect; }) == 500);
  for (const auto &evidence : run.evidence)
    for (const auto &rewrite : evidence.rewrites) CHECK(rewrite.before.size() < 300);
}

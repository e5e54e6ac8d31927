#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "fingerprint/canonicalize.hpp"
#include "tests/catch.hpp"
#include "tests/support/scene.hpp"

namespace buildprint {

/// One line a behavior: "exec builder make > gcc" or "connect builder make > gcc: HOST:443/tcp".
inline std::vector<std::string> lines_of(const Recording &recording, const Rules &rules = builtin_rules()) {
  std::vector<std::string> lines;
  for (const auto &b : canonicalize(recording, rules).fingerprint.behaviors)
    lines.push_back(std::string(to_string(b.kind)) + ' ' + b.user + ' ' + text_of(b.lineage) +
                    (b.object.empty() ? "" : ": " + b.object.text()));
  return lines;
}

/// Whether a scene shows `line`; where not, the test's message lists what it shows.
inline bool shows(Scene &scene, const std::string &line) {
  const auto lines = lines_of(scene.recording());
  const bool found = std::find(lines.begin(), lines.end(), line) != lines.end();
  if (!found)
    for (const auto &one : lines) UNSCOPED_INFO(one);
  return found;
}

} // namespace buildprint

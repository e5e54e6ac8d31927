#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "fingerprint/fingerprint.hpp"
#include "fingerprint/rules.hpp"
#include "recorder/recording.hpp"

namespace buildprint {

/// One step of a rule: what stood there, what it became.
struct Rewrite {
  std::string rule; ///< "R1"
  std::string before, after;
};

/// What stands behind one behavior of one recording: for the reader, never part of the key.
struct Evidence {
  std::vector<std::string> raw;  ///< at most three command lines, addresses or paths, as seen
  std::vector<Rewrite> rewrites; ///< in order, for the first raw value
  std::uint64_t count = 0;
  std::uint64_t first_ns = 0, last_ns = 0;
};

struct CanonicalRun {
  Fingerprint fingerprint;
  std::vector<Evidence> evidence;   ///< parallel to fingerprint.behaviors
  std::vector<std::string> notices; ///< names that are not certain, in words
};

/// Recording → CausalGraph → Fingerprint, event by event: memory grows with distinct behaviors and live
/// processes, not with events.
class Canonicalizer {
 public:
  Canonicalizer(const RunInfo &run, const Rules &rules);
  ~Canonicalizer();
  void add(const Event &event);
  /// So far, for progress.
  std::uint64_t processes() const;
  std::uint64_t behaviors() const;
  CanonicalRun finish(const RunEnd &end);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

CanonicalRun canonicalize(const Recording &recording, const Rules &rules);

/// A recording file, in memory that does not grow with it. Throws Error as read_recording() does.
CanonicalRun canonicalize_file(const std::filesystem::path &recording, const Rules &rules);

} // namespace buildprint

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fingerprint/fingerprint.hpp"
#include "recorder/recording.hpp"

namespace buildprint {

/// What a recording says about itself, and what going through its events again shows.
struct CompletenessFacts {
  RunInfo run;
  RunEnd end;
  std::uint64_t events = 0;
  std::uint64_t processes = 0; ///< that the events tell of
  std::uint64_t unclosed = 0;  ///< of them, without a beginning, or without an end though not left running
  std::vector<std::string> notices; ///< names that are not certain
  Fingerprint fingerprint;
};

/// All that is known on what was lost, cut or could not be seen, in words.
std::string render_completeness(const CompletenessFacts &facts);

/// What a fingerprint alone holds of that.
std::string render_completeness(const Fingerprint &fingerprint);

} // namespace buildprint

#include "recorder/recording.hpp"

namespace buildprint {

bool Loss::none() const {
  return describe().empty();
}

std::vector<std::string> Loss::describe() const {
  const std::pair<std::uint64_t, const char *> counters[] = {
      {ring_full, "records found no room in the ring buffer"},
      {map_full, "processes or sockets could not be followed: a kernel map was full"},
      {unreadable, "reads of kernel or process memory failed"},
      {skipped_programs, "runs of a probe program were skipped by the kernel"},
      {sequence_gaps, "records were sent by the kernel and never arrived"},
      {undecodable, "records arrived malformed"},
      {unclosed_processes, "processes began without an end or ended without a beginning"},
  };
  std::vector<std::string> lines;
  for (const auto &[count, what] : counters)
    if (count != 0) lines.push_back(std::to_string(count) + " " + what);
  if (probe_died) lines.emplace_back("the probe ended before the recording did");
  return lines;
}

} // namespace buildprint

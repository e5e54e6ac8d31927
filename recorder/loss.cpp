#include "recorder/recording.hpp"

namespace buildprint {

bool Loss::none() const {
  return describe().empty();
}

std::vector<std::string> Loss::describe() const {
  const std::pair<std::uint64_t, const char *> counters[] = {
      {ring_full, "records did not fit into the ring buffer"},
      {map_full, "entries did not fit into a BPF map"},
      {unreadable, "reads of kernel or process memory failed"},
      {skipped_programs, "runs of a BPF program were skipped by the kernel"},
      {sequence_gaps, "records were sent by the kernel and did not arrive"},
      {undecodable, "records arrived malformed"},
      {unclosed_processes, "processes have no exit or no start"},
  };
  std::vector<std::string> lines;
  for (const auto &[count, what] : counters)
    if (count != 0) lines.push_back(std::to_string(count) + " " + what);
  if (probe_died) lines.emplace_back("the probe ended before the recording did");
  return lines;
}

} // namespace buildprint

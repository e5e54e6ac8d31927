#include "recorder/complaint.hpp"

#include "base/text.hpp"

namespace buildprint {

std::string complaint_in(std::string_view warning) {
  constexpr std::string_view k_log_begins = "-- BEGIN PROG LOAD LOG --\n",
                             k_log_ends = "-- END PROG LOAD LOG --";
  // The advice on memory locks is wrong for every kernel that has BTF; that it failed is known.
  for (const std::string_view hollow : {"memlock", "failed to load"})
    if (warning.find(hollow) != warning.npos) return {};
  const auto log = warning.find(k_log_begins);
  if (log == warning.npos) return printable(warning.substr(0, warning.find('\n')));
  // The verdict is the last line above the statistics.
  std::string verdict;
  for (const auto line : split(warning.substr(log + k_log_begins.size()), '\n')) {
    if (line.starts_with("processed ") || line.starts_with(k_log_ends)) break;
    if (!line.empty()) verdict = "the kernel's verifier: " + printable(line);
  }
  return verdict;
}

} // namespace buildprint

#include "reports/completeness.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace buildprint {
namespace {

/// "60,002"
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

/// One line of the account: a name of fixed width, and what is to be said.
void tell(std::string &out, std::string_view name, const std::string &what) {
  constexpr std::size_t k_width = 13;
  out += "  " + std::string(name) + std::string(k_width - std::min(k_width, name.size()), ' ') + what + '\n';
}

void tell_parts(std::string &out, const std::map<std::string, std::uint64_t> &parts) {
  for (const auto &[what, count] : parts) tell(out, "", grouped(count) + " of " + what);
}

void tell_list(std::string &out, std::string_view title, const std::vector<std::string> &lines) {
  if (lines.empty()) return;
  (out += title) += '\n';
  for (const auto &line : lines) out += "  " + line + '\n';
}

std::string verdict(bool complete, const std::vector<std::string> &because) {
  if (complete) return "complete: nothing was lost\n";
  std::string text = "incomplete:\n";
  for (const auto &reason : because) text += "  " + reason + '\n';
  return text;
}

void tell_records(std::string &out, const RunEnd &end) {
  std::uint64_t sent = 0, received = 0;
  for (const auto &cpu : end.census.records) sent += cpu.sent, received += cpu.received;
  if (end.census.records.empty())
    tell(out, "records", "not counted by this recording");
  else
    tell(out, "records", grouped(sent) + " sent by the kernel, " + grouped(received) + " arrived");
  for (const auto &cpu : end.census.records)
    tell(out, "  CPU " + std::to_string(cpu.cpu),
         grouped(cpu.sent) + " sent, " + grouped(cpu.received) + " arrived");
}

void tell_losses(std::string &out, const RunEnd &end) {
  const auto &loss = end.loss;
  tell_records(out, end);
  tell(out, "gaps", grouped(loss.sequence_gaps) + " records sent and not arrived");
  tell(out, "no room", grouped(loss.ring_full) + " records found the ring buffer full");
  tell_parts(out, end.census.no_room);
  tell(out, "maps full", grouped(loss.map_full) + " processes or sockets could not be followed");
  tell(out, "skipped",
       grouped(loss.skipped_programs) + " runs of a probe program were skipped by the kernel");
  tell_parts(out, end.census.skipped);
  tell(out, "unreadable", grouped(loss.unreadable) + " reads of kernel or process memory failed");
  tell(out, "malformed", grouped(loss.undecodable) + " records could not be decoded");
  tell(out, "probe", loss.probe_died ? "ended before the recording did" : "said that it was done");
}

void tell_tree(std::string &out, const CompletenessFacts &facts) {
  const auto &left = facts.end.left_running;
  tell(out, "processes",
       grouped(facts.processes) + ", of which " + grouped(left.size()) + " still ran at the end");
  tell(out, "tree",
       facts.unclosed == 0 && facts.end.loss.unclosed_processes == 0
           ? "closed: each has a beginning and an end"
           : grouped(std::max(facts.unclosed, facts.end.loss.unclosed_processes)) +
                 " without a beginning or an end");
}

} // namespace

std::string render_completeness(const CompletenessFacts &facts) {
  std::string out = verdict(facts.fingerprint.complete, facts.fingerprint.incomplete_because);
  out += "what was counted\n";
  tell(out, "events", grouped(facts.events));
  tell_tree(out, facts);
  tell_losses(out, facts.end);
  out += "no loss\n";
  tell(out, "cut", grouped(facts.end.truncated_strings) + " texts were too long, and are marked");
  tell(out, "held", grouped(facts.end.census.held) + " times a process was stopped until there was room");
  tell(out, "repeats", grouped(facts.end.census.repeats) + " file uses may have been sent again");
  if (facts.run.blind_to.empty()) out += "every program of the probe was attached\n";
  tell_list(out, "not seen, because a program of the probe was not attached", facts.run.blind_to);
  std::vector<std::string> gaps;
  for (const auto &gap : facts.fingerprint.coverage_gaps)
    if (!gap.starts_with("not recorded: ")) gaps.push_back(gap);
  tell_list(out, "not followed", gaps);
  tell_list(out, "names that are not certain", facts.notices);
  return out;
}

std::string render_completeness(const Fingerprint &fingerprint) {
  std::string out = verdict(fingerprint.complete, fingerprint.incomplete_because);
  tell_list(out, "not seen or not followed", fingerprint.coverage_gaps);
  return out + "The counters stand in the recording, which `record --recording FILE` keeps.\n";
}

} // namespace buildprint

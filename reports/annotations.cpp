#include <map>

#include "reports/inert.hpp"
#include "reports/place.hpp"
#include "reports/reports.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

// GitHub shows ten annotations of each level a step and drops the others without a word.
constexpr std::size_t k_most_of_a_level = 10;

/// Data of a workflow command: what could end the command is percent-encoded, as actions/toolkit does.
std::string escaped_data(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == '\r')
      out += "%0D";
    else if (c == '\n')
      out += "%0A";
    else
      out += c;
  }
  return out;
}

/// A property's value: besides, what could end it.
std::string escaped_property(std::string_view text) {
  std::string out;
  for (const char c : escaped_data(text)) {
    if (c == ':')
      out += "%3A";
    else if (c == ',')
      out += "%2C";
    else
      out += c;
  }
  return out;
}

std::string_view command_of(Level level) {
  return level == Level::error ? "error" : level == Level::warning ? "warning" : "notice";
}

std::string annotation(std::string_view command, const Place *place, const std::string &title,
                       const std::string &text) {
  const std::string out = "::" + std::string(command) + " ";
  std::string rest;
  if (place != nullptr)
    rest = "file=" + escaped_property(place->file) + ",line=" + std::to_string(place->line) + ",";
  rest += "title=" + escaped_property(title) + "::" + escaped_data(text);
  return out + without_workflow_commands(rest) + "\n";
}

std::string text_of(const Finding &finding) {
  std::string text;
  for (const auto &item : finding.behaviors) text += describe(item.behavior) + "\n";
  if (!finding.more.empty()) text += "and " + counted(finding.more.size(), "more new behavior") + "\n";
  if (finding.package) text += "by " + describe(*finding.package) + "\n";
  return text + "accept: " + accept_command(finding);
}

} // namespace

/// Workflow commands of GitHub Actions, to be written to the job's log by the action itself: the one report
/// in which "::" at the start of a line is meant.
std::string render_annotations(const Diff &diff, const RenderOptions &options) {
  const Places places(diff, options);
  std::string out;
  if (diff.verdict == Verdict::incomplete || diff.verdict == Verdict::no_baseline) {
    std::string because;
    for (const auto &reason : diff.because) because += inert(reason, 400) + "\n";
    out += annotation("error", nullptr, headline(diff), because);
  }
  std::map<Level, std::size_t> total, written;
  for (const auto &finding : diff.findings) ++total[finding.level];
  if (!out.empty()) ++total[Level::error], ++written[Level::error];
  for (const auto &finding : diff.findings) {
    auto &count = written[finding.level];
    const std::size_t all = total[finding.level];
    if (count == k_most_of_a_level) continue;
    const bool stands_for_rest = ++count == k_most_of_a_level && all > k_most_of_a_level;
    if (stands_for_rest) {
      out += annotation(command_of(finding.level), nullptr, "buildprint",
                        "and " + counted(all - k_most_of_a_level + 1, "more finding") +
                            " of this level: see the summary");
      continue;
    }
    const Place place = places.of(finding);
    out += annotation(command_of(finding.level), &place, inert(finding.title, 200), text_of(finding));
  }
  return out;
}

} // namespace buildprint

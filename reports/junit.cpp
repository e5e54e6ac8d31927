#include <set>

#include "base/text.hpp"
#include "reports/findings_view.hpp"
#include "reports/inert.hpp"
#include "reports/layout.hpp"
#include "reports/reports.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

/// Inert text has no character that XML 1.0 forbids; what is left are its own marks.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&apos;";
      break;
    default:
      out += c;
    }
  }
  return out;
}

struct Case {
  std::string name;
  std::string element; ///< "failure" or "error"; empty = passed
  std::string summary, body;
};

std::string joined(const std::vector<std::string> &lines) {
  return join(lines, "\n");
}

std::string body_of(const Finding &finding) {
  std::string body;
  for (const auto &row : view_of(finding, true, 100, k_rows_of_finding).rows)
    body += (row.is_new.empty() ? "  " : "+ ") + row.branch + elide_chain(row.programs, 100) +
            (row.programs.empty() || row.action.empty() ? "" : "  ") + row.action + "\n";
  if (finding.package) body += "by " + describe(*finding.package) + "\n";
  if (finding.where) body += "at " + describe(*finding.where) + "\n";
  for (const auto &reason : finding.why) body += "why: " + inert(reason.text, 400) + "\n";
  return body + "accept: " + accept_command(finding) + "\n";
}

/// What the run must be before its findings mean anything.
std::vector<Case> conditions(const Diff &diff) {
  std::vector<std::string> because;
  for (const auto &reason : diff.because) because.push_back(inert(reason, 400));
  Case complete{"the recording is complete", "", "", ""}, baseline{"there is a baseline", "", "", ""};
  if (diff.verdict == Verdict::incomplete)
    complete = {complete.name, "error", headline(diff), joined(because)};
  if (diff.verdict == Verdict::no_baseline)
    baseline = {baseline.name, "error", headline(diff), joined(because)};
  return {complete, baseline};
}

/// One passed case for each lineage that is as it was, where the caller has the fingerprint.
void add_known(std::vector<Case> &cases, const Diff &diff, const Fingerprint &head) {
  std::set<std::string> lineages;
  for (const auto &behavior : head.behaviors) lineages.insert(inert(text_of(behavior.lineage), 300));
  for (const auto &finding : diff.findings)
    for (const auto *item : all_behaviors(finding))
      lineages.erase(inert(text_of(item->behavior.lineage), 300));
  for (const auto &lineage : lineages) cases.push_back({lineage, "", "", ""});
}

std::string render(const Case &test, const std::string &suite) {
  std::string out = "    <testcase classname=\"" + suite + "\" name=\"" + xml(test.name) + "\" time=\"0\"";
  if (test.element.empty()) return out + "/>\n";
  return out + ">\n      <" + test.element + " message=\"" + xml(test.summary) + "\" type=\"new behavior\">" +
         xml(test.body) + "</" + test.element + ">\n    </testcase>\n";
}

} // namespace

std::string render_junit(const Diff &diff, const RenderOptions &options) {
  std::vector<Case> cases = conditions(diff);
  for (const auto &finding : diff.findings)
    cases.push_back({inert(finding.title, 300), "failure",
                     std::string(to_string(finding.level)) + ", score " + std::to_string(finding.score),
                     body_of(finding)});
  if (options.head != nullptr) add_known(cases, diff, *options.head);
  const std::string suite = "buildprint." + xml(inert(diff.head.name, 120));
  std::string body;
  for (const auto &test : cases) body += render(test, suite);
  const std::string errors =
      std::to_string(diff.verdict == Verdict::incomplete || diff.verdict == Verdict::no_baseline ? 1 : 0);
  const std::string counts = "tests=\"" + std::to_string(cases.size()) + "\" failures=\"" +
                             std::to_string(diff.findings.size()) + "\" errors=\"" + errors + "\"";
  return without_workflow_commands(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"buildprint\" " + counts +
      ">\n  <testsuite name=\"" + suite + "\" " + counts + " time=\"0\">\n" + body +
      "  </testsuite>\n</testsuites>\n");
}

} // namespace buildprint

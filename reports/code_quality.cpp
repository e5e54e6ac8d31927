#include <nlohmann/json.hpp>

#include "reports/inert.hpp"
#include "reports/place.hpp"
#include "reports/reports.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

using Json = nlohmann::ordered_json;

std::string_view severity_of(Level level) {
  return level == Level::error ? "critical" : level == Level::warning ? "major" : "minor";
}

Json issue(const std::string &description, const std::string &check, const std::string &fingerprint,
           std::string_view severity, const Place &place) {
  return {{"description", description},
          {"check_name", check},
          {"fingerprint", fingerprint},
          {"severity", severity},
          {"location", {{"path", place.file}, {"lines", {{"begin", place.line}}}}}};
}

} // namespace

/// GitLab's Code Quality report. Its merge-request widget shows the difference to the target branch by
/// `fingerprint`, so that has to be as stable as the finding.
std::string render_code_quality(const Diff &diff, const RenderOptions &options) {
  const Places places(diff, options);
  Json issues = Json::array();
  for (const auto &finding : diff.findings) {
    const std::string kind(finding.behaviors.empty() ? "behavior"
                                                     : to_string(finding.behaviors.front().behavior.kind));
    issues.push_back(issue(inert(finding.title, 400), "new-" + kind, inert(finding.id, 64),
                           severity_of(finding.level), places.of(finding)));
  }
  if (diff.verdict == Verdict::incomplete || diff.verdict == Verdict::no_baseline)
    issues.push_back(issue(headline(diff), std::string(to_string(diff.verdict)),
                           std::string(to_string(diff.verdict)) + ":" + inert(diff.head.name, 120), "blocker",
                           {fingerprint_file(diff, options), 1}));
  return json_without_workflow_commands(issues.dump(1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

} // namespace buildprint

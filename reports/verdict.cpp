#include <nlohmann/json.hpp>

#include "reports/attestation.hpp"
#include "reports/inert.hpp"
#include "reports/place.hpp"
#include "reports/reports.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

using Json = nlohmann::ordered_json;

/// A resource descriptor needs a uri, a digest or its content.
Json side_descriptor(const Side &side) {
  return {{"name", inert(side.name, 120)},
          {"uri", "buildprint:" + uri_of(inert(side.source.empty() ? side.name : side.source, 400))},
          {"annotations",
           {{"fingerprint", inert(side.digest, 64)}, {"runs", side.runs}, {"behaviors", side.behaviors}}}};
}

bool only_notes(const Diff &diff) {
  for (const auto &finding : diff.findings)
    if (finding.level != Level::note) return false;
  return true;
}

} // namespace

/// in-toto's test-result predicate. Not the summary (svr): that lists only properties that hold, and it needs
/// the time, which would make two reports of one build differ.
std::string render_verdict(const Diff &diff, const RenderOptions &options) {
  Json warned = Json::array(), failed = Json::array();
  for (const auto &finding : diff.findings)
    (finding.level == Level::note ? warned : failed)
        .push_back(inert(finding.id, 64) + " " + inert(finding.title, 400));
  for (const auto &reason : diff.because) failed.push_back(inert(reason, 400));
  const bool passed = diff.verdict == Verdict::same;
  const bool warns = diff.verdict == Verdict::new_behavior && only_notes(diff);
  const Json predicate{
      {"result", passed  ? "PASSED"
                 : warns ? "WARNED"
                         : "FAILED"},
      {"configuration", Json::array({side_descriptor(diff.base), side_descriptor(diff.head)})},
      {"passedTests", passed ? Json::array({"no new behavior"}) : Json::array()},
      {"warnedTests", std::move(warned)},
      {"failedTests", std::move(failed)}};
  return attested("https://in-toto.io/attestation/test-result/v0.1",
                  predicate.dump(1, ' ', false, Json::error_handler_t::replace), options.subjects);
}

} // namespace buildprint

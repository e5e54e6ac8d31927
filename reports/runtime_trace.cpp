#include <nlohmann/json.hpp>

#include "reports/attestation.hpp"
#include "reports/fingerprint_reports.hpp"
#include "reports/inert.hpp"
#include "reports/place.hpp"

namespace buildprint {
namespace {

using Json = nlohmann::ordered_json;

Json lineage_json(const Behavior &behavior) {
  Json out = Json::array();
  for (const auto &program : behavior.lineage) out.push_back(inert(program.text()));
  return out;
}

Json event_json(const Behavior &behavior) {
  Json out{{"eventType", to_string(behavior.kind)},
           {"behaviorId", behavior_id(behavior)},
           {"user", inert(behavior.user)},
           {"lineage", lineage_json(behavior)}};
  if (!behavior.object.empty()) out["object"] = inert(behavior.object.text());
  return out;
}

/// A file in the predicate is a resource descriptor: it needs a uri, a digest or its content.
Json file_json(const Behavior &behavior) {
  return {{"name", inert(behavior.object.text())},
          {"uri", "buildprint:" + uri_of(behavior.object.text())},
          {"annotations", event_json(behavior)}};
}

bool is_network(Kind kind) {
  return kind == Kind::connect || kind == Kind::listen || kind == Kind::resolve;
}

} // namespace

/// in-toto runtime-trace v0.1. What its `monitorLog` holds is the monitor's own matter; here an entry is a
/// behavior of the fingerprint, so that two attestations of an unchanged build are equal.
std::string render_runtime_trace(const Fingerprint &fingerprint, const std::vector<Subject> &subjects) {
  Json process = Json::array(), network = Json::array(), files = Json::array();
  for (const auto &behavior : fingerprint.behaviors) {
    if (is_network(behavior.kind))
      network.push_back(event_json(behavior));
    else if (behavior.kind == Kind::read || behavior.kind == Kind::write)
      files.push_back(file_json(behavior));
    else
      process.push_back(event_json(behavior));
  }
  const Json predicate{
      {"monitor",
       {{"type", "buildprint:fingerprint/1"},
        {"tracePolicy", {{"rules", inert(fingerprint.rules)}, {"complete", fingerprint.complete}}}}},
      // A fingerprint names no machine, so the host is one that does not matter.
      {"monitoredProcess",
       {{"hostID", "buildprint:any-host"},
        {"type", "buildprint:command"},
        {"event", inert(fingerprint.name)}}},
      {"monitorLog",
       {{"process", std::move(process)}, {"network", std::move(network)}, {"fileAccess", std::move(files)}}},
      {"fingerprint",
       {{"digest", fingerprint.digest()}, {"runs", fingerprint.runs}, {"labels", fingerprint.labels}}}};
  return attested("https://in-toto.io/attestation/runtime-trace/v0.1",
                  predicate.dump(1, ' ', false, Json::error_handler_t::replace), subjects);
}

} // namespace buildprint

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "reports/inert.hpp"
#include "reports/reports.hpp"

namespace buildprint {
namespace {

using Json = nlohmann::ordered_json;

Json behavior_json(const Behavior &behavior) {
  Json out{{"id", behavior_id(behavior)},
           {"kind", to_string(behavior.kind)},
           {"user", behavior.user},
           {"lineage", texts_of(behavior.lineage)}};
  if (behavior.kind != Kind::exec) out["object"] = behavior.object.text();
  if (behavior.optional) out["optional"] = true;
  if (!behavior.package.empty()) out["package"] = behavior.package;
  return out;
}

Json new_behavior_json(const NewBehavior &item) {
  Json out = behavior_json(item.behavior);
  out["novelty"] = item.novelty;
  out["seen"] = item.seen;
  if (item.evidence.raw.empty()) return out;
  out["raw"] = join(item.evidence.raw, "\n");
  out["count"] = item.evidence.count;
  if (item.evidence.rewrites.empty()) return out;
  Json &rewrites = out["rewrites"] = Json::array();
  for (const auto &step : item.evidence.rewrites)
    rewrites.push_back({{"rule", step.rule}, {"before", step.before}, {"after", step.after}});
  return out;
}

template <class Range, class ToJson> Json array_of(const Range &range, ToJson to_json) {
  Json out = Json::array();
  for (const auto &item : range) out.push_back(to_json(item));
  return out;
}

Json package_json(const Package &package) {
  Json out{{"manager", package.manager},
           {"name", package.name},
           {"version", package.version},
           {"stage", package.stage}};
  if (!package.base_version.empty()) out["base_version"] = package.base_version;
  return out;
}

Json finding_json(const Finding &finding) {
  Json out{{"id", finding.id},
           {"score", finding.score},
           {"level", to_string(finding.level)},
           {"title", finding.title}};
  if (!finding.behaviors.empty()) out["cause"] = new_behavior_json(finding.behaviors.front());
  out["why"] = array_of(finding.why, [](const Reason &reason) {
    return Json{{"points", reason.points}, {"text", reason.text}};
  });
  out["capabilities"] = finding.capabilities;
  out["techniques"] = finding.techniques;
  if (finding.package) out["package"] = package_json(*finding.package);
  if (finding.where) out["where"] = {{"file", finding.where->file}, {"line", finding.where->line}};
  out["behaviors"] = array_of(finding.behaviors, new_behavior_json);
  out["more"] = array_of(finding.more, new_behavior_json);
  return out;
}

Json side_json(const Side &side) {
  return {{"name", side.name},
          {"source", side.source},
          {"digest", side.digest},
          {"runs", side.runs},
          {"behaviors", side.behaviors}};
}

Json accepted_json(const Accepted &accepted) {
  Json out = new_behavior_json(accepted.behavior);
  out["reason"] = accepted.reason;
  if (!accepted.owner.empty()) out["owner"] = accepted.owner;
  if (!accepted.expires.empty()) out["expires"] = accepted.expires;
  out["by_this_change"] = accepted.by_this_change;
  return out;
}

Json change_json(const Change &change) {
  return {{"what", change.what}, {"title", change.title}, {"details", change.details}};
}

Json moved_json(const Moved &moved) {
  Json out = behavior_json(moved.head);
  out["base_lineage"] = texts_of(moved.base_lineage);
  return out;
}

} // namespace

std::string render_json(const Diff &diff, const RenderOptions &) {
  const Json out{{"format", "buildprint/diff/1"},
                 {"verdict", to_string(diff.verdict)},
                 {"because", diff.because},
                 {"base", side_json(diff.base)},
                 {"head", side_json(diff.head)},
                 {"findings", array_of(diff.findings, finding_json)},
                 {"accepted", array_of(diff.accepted, accepted_json)},
                 {"changed", array_of(diff.changed, change_json)},
                 {"moved", array_of(diff.moved, moved_json)},
                 {"absent", array_of(diff.absent, behavior_json)},
                 {"notices", diff.notices}};
  return json_without_workflow_commands(out.dump(1, ' ', true, Json::error_handler_t::replace)) + "\n";
}

} // namespace buildprint

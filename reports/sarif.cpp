#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "reports/inert.hpp"
#include "reports/place.hpp"
#include "reports/reports.hpp"
#include "reports/sarif_rules.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

using Json = nlohmann::ordered_json;

// GitHub's limits: it rejects runs of more results, keeps the first 5,000 (the gravest stand first here, so
// only those need their paths), and shows no more tags and path steps than these.
constexpr std::size_t k_most_results = 25'000, k_most_with_paths = 5'000, k_most_tags = 10,
                      k_most_steps = 1'000;
constexpr std::size_t k_longest_text = 1'000;

std::string dumped(const Json &value) {
  return json_without_workflow_commands(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// Message texts are Markdown-like for viewers ("[text](1)" is a link to a related location), and "{0}" is a
/// placeholder; both are escaped as SARIF 2.1.0, 3.11.5 and 3.11.6, ask.
std::string message(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']')
      (out += '\\') += c;
    else if (c == '{' || c == '}')
      (out += c) += c;
    else
      out += c;
  }
  return out;
}

Json location_of(const Place &place) {
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", uri_of(place.file)}, {"uriBaseId", "%SRCROOT%"}}},
            {"region",
             {{"startLine", place.line}, {"startColumn", 1}, {"endLine", place.line}, {"endColumn", 2}}}}}};
}

/// One path of the alert: each program of the lineage one level deeper, then what the last one did. All
/// steps are at the finding's place. Written as text: a report can have hundreds of thousands of steps.
std::string flow_of(const NewBehavior &item, const std::string &place, std::size_t most_steps) {
  const auto &lineage = item.behavior.lineage;
  std::string steps;
  const auto add = [&](const std::string &text, std::size_t level, bool is_new) {
    steps += steps.empty() ? "{\"location\":" : ",{\"location\":";
    steps.append(place, 0, place.size() - 1) += ",\"message\":{\"text\":" + json_quote(message(text)) + "}}";
    steps += ",\"nestingLevel\":" + std::to_string(level);
    steps += is_new ? ",\"importance\":\"essential\"}" : "}";
  };
  const bool is_exec = item.behavior.kind == Kind::exec;
  const std::size_t shown = std::min(lineage.size(), most_steps);
  for (std::size_t i = lineage.size() - shown; i < lineage.size(); ++i) {
    const bool is_new = is_exec && i + 1 == lineage.size();
    add((is_new ? "new: " : "") + inert(lineage[i].text(), 300), i, is_new);
  }
  if (!is_exec) add("new: " + describe_action(item.behavior), lineage.size(), true);
  return "{\"threadFlows\":[{\"locations\":[" + steps + "]}]}";
}

std::string flows_of(const Finding &finding, const Place &place) {
  const Json step_place{{"physicalLocation",
                         {{"artifactLocation", {{"uri", uri_of(place.file)}, {"uriBaseId", "%SRCROOT%"}}},
                          {"region", {{"startLine", place.line}}}}}};
  const std::string place_text = dumped(step_place);
  std::string flows;
  for (const auto &item : finding.behaviors)
    (flows += flows.empty() ? "" : ",") +=
        flow_of(item, place_text, k_most_steps / finding.behaviors.size() - 1);
  return json_without_workflow_commands(std::move(flows));
}

std::string text_of(const Finding &finding) {
  std::string text = inert(finding.title, 300) + ".";
  if (finding.package) text += " By " + describe(*finding.package) + ".";
  for (const auto &item : finding.behaviors) text += "\n- " + describe(item.behavior);
  if (!finding.more.empty()) text += "\n- and " + counted(finding.more.size(), "more new behavior");
  return text + "\nExpected? " + accept_command(finding);
}

struct UsedRules {
  std::map<std::pair<Kind, Level>, std::size_t> index; ///< in the order of first use
  std::vector<SarifRule> rules;

  std::size_t of(Kind kind, Level level, const std::vector<std::string> &techniques) {
    const auto [at, is_first] = index.try_emplace({kind, level}, rules.size());
    if (is_first) rules.push_back(sarif_rule(kind, level));
    auto &tags = rules[at->second].tags;
    for (const auto &technique : techniques) {
      const std::string tag = "external/mitre/" + inert(technique, 20);
      if (tags.size() < k_most_tags && std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    }
    return at->second;
  }
};

/// GitHub keeps an alert open, closes and re-opens it by this one fingerprint. It would otherwise hash the
/// file's line, and two behaviors on one line would be one alert.
Json fingerprints_of(const Behavior &cause) {
  return {{"primaryLocationLineHash", behavior_id(cause).substr(0, 16) + ":1"}};
}

std::string result_of(const Finding &finding, const Places &places, UsedRules &rules, bool with_paths) {
  const Behavior &cause = finding.behaviors.front().behavior;
  const Kind kind = gravest_kind(finding);
  const Place place = places.of(finding);
  const std::size_t rule = rules.of(kind, finding.level, finding.techniques);
  std::string result = dumped({{"ruleId", sarif_rule_id(kind, finding.level)},
                               {"ruleIndex", rule},
                               {"level", to_string(finding.level)},
                               {"message", {{"text", message(text_of(finding))}}},
                               {"locations", Json::array({location_of(place)})},
                               {"partialFingerprints", fingerprints_of(cause)},
                               {"rank", std::min(finding.score * 5, 100)}});
  if (!with_paths) return result;
  result.back() = ',';
  return result + "\"codeFlows\":[" + flows_of(finding, place) + "]}";
}

std::string result_of(const Accepted &accepted, const Places &places, UsedRules &rules) {
  const Behavior &behavior = accepted.behavior.behavior;
  const std::size_t rule = rules.of(behavior.kind, Level::note, {});
  return dumped(
      {{"ruleId", sarif_rule_id(behavior.kind, Level::note)},
       {"ruleIndex", rule},
       {"level", "note"},
       {"message", {{"text", message("Accepted: " + describe(behavior) + ".")}}},
       {"locations", Json::array({location_of(places.of(behavior))})},
       {"partialFingerprints", fingerprints_of(behavior)},
       {"suppressions", Json::array({{{"kind", "external"},
                                      {"status", "accepted"},
                                      {"justification", inert(accepted.reason, k_longest_text)}}})}});
}

Json rule_json(const SarifRule &rule, Level level) {
  return {{"id", rule.id},
          {"name", rule.name},
          {"shortDescription", {{"text", rule.summary}}},
          {"fullDescription", {{"text", rule.description}}},
          {"help", {{"text", rule.help}, {"markdown", rule.help_markdown}}},
          {"defaultConfiguration", {{"level", to_string(level)}}},
          {"properties",
           {{"tags", rule.tags},
            {"precision", "high"},
            {"problem.severity", level == Level::note ? "recommendation" : to_string(level)},
            {"security-severity", rule.security_severity}}}};
}

Json driver_json(const UsedRules &rules, const RenderOptions &options) {
  Json list = Json::array();
  std::vector<Level> levels(rules.rules.size());
  for (const auto &[key, at] : rules.index) levels[at] = key.second;
  for (std::size_t i = 0; i < levels.size(); ++i) list.push_back(rule_json(rules.rules[i], levels[i]));
  return {{"name", "buildprint"},
          {"semanticVersion", options.version},
          {"informationUri", "https://github.com/buildprint/buildprint"},
          {"rules", std::move(list)}};
}

Json invocation_json(const Diff &diff) {
  const bool complete = diff.verdict == Verdict::same || diff.verdict == Verdict::new_behavior;
  Json notifications = Json::array();
  for (const auto &reason : diff.because)
    notifications.push_back({{"level", complete ? "warning" : "error"},
                             {"message", {{"text", message(inert(reason, k_longest_text))}}}});
  return {{"executionSuccessful", complete}, {"toolExecutionNotifications", std::move(notifications)}};
}

} // namespace

std::string render_sarif(const Diff &diff, const RenderOptions &options) {
  const Places places(diff, options);
  UsedRules rules;
  // A result at a time: only its text is kept, so that 25,000 of them need no tree of millions of nodes.
  std::string results;
  std::size_t count = 0;
  const auto add = [&](const std::string &result) {
    results += count++ == 0 ? "\n" : ",\n";
    results += result;
  };
  for (const auto &finding : diff.findings)
    if (!finding.behaviors.empty() && count < k_most_results)
      add(result_of(finding, places, rules, count < k_most_with_paths));
  if (options.include_accepted)
    for (const auto &accepted : diff.accepted)
      if (count < k_most_results) add(result_of(accepted, places, rules));
  // The run's id names the workload, so that several workloads of one repository do not close each other's
  // alerts.
  const Json details{{"id", "buildprint/" + inert(diff.head.name, 120) + "/"}};
  return "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n"
         "\"tool\":{\"driver\":" +
         dumped(driver_json(rules, options)) + "},\n\"automationDetails\":" + dumped(details) +
         ",\n\"columnKind\":\"unicodeCodePoints\",\n\"originalUriBaseIds\":{\"%SRCROOT%\":{\"description\":{"
         "\"text\":"
         "\"The repository.\"}}},\n\"invocations\":[" +
         dumped(invocation_json(diff)) + "],\n\"results\":[" + results + "]\n}]}\n";
}

} // namespace buildprint

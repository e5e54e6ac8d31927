#include "reports/html_data.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "reports/inert.hpp"
#include "reports/words.hpp"

namespace buildprint {

namespace {

using Json = nlohmann::ordered_json;

/// What became of a behavior between base and head; the page knows the numbers.
enum class State : int { known, fresh, moved, accepted, absent };

constexpr int k_none = -1;

/// All texts of a page may have these bytes together; longer ones give way, step by step.
constexpr std::size_t k_text_budget = 1'800'000;
constexpr std::size_t k_text_limits[] = {8192, 2048, 512, 256, 128, 64};
/// Of texts that are told once, as sentences.
constexpr std::size_t k_title_limit = 480;

class Texts {
 public:
  int add(std::string_view text) {
    const auto [known, added] = index_.try_emplace(std::string(text), static_cast<int>(texts_.size()));
    if (added) texts_.push_back(&known->first);
    return known->second;
  }

  Json finish() const {
    const std::size_t limit = affordable_limit();
    Json out = Json::array();
    for (const auto *text : texts_) out.push_back(inert(*text, limit));
    return out;
  }

 private:
  std::size_t affordable_limit() const {
    for (const std::size_t limit : k_text_limits) {
      std::size_t sum = 0;
      for (const auto *text : texts_) sum += std::min(text->size(), limit);
      if (sum <= k_text_budget) return limit;
    }
    return std::end(k_text_limits)[-1];
  }

  std::unordered_map<std::string, int> index_; // its keys do not move
  std::vector<const std::string *> texts_;
};

struct KeyLess {
  bool operator()(const Behavior &a, const Behavior &b) const { return key_less(a, b); }
};

/// Collects lineages, behaviors and evidence, each once.
class PageData {
 public:
  Texts texts;

  int node(const Lineage &lineage) {
    int parent = k_none;
    for (const auto &program : lineage) {
      const auto [known, added] =
          nodes_.try_emplace({parent, texts.add(program.text())}, static_cast<int>(nodes_.size()));
      if (added) lineage_.push_back({parent, known->first.second});
      parent = known->second;
    }
    return parent;
  }

  int add(const Behavior &behavior, State state, const Evidence *evidence = nullptr) {
    const auto [known, added] = behaviors_.try_emplace(behavior, static_cast<int>(rows_.size()));
    if (!added) {
      auto &row = rows_[static_cast<std::size_t>(known->second)];
      if (state != State::known) row[k_state_column] = static_cast<int>(state);
      if (evidence != nullptr && row[k_evidence_column] == k_none) row[k_evidence_column] = add(*evidence);
      return known->second;
    }
    rows_.push_back(
        Json::array({behavior_id(behavior), static_cast<int>(behavior.kind), node(behavior.lineage),
                     texts.add(behavior.user), texts.add(behavior.object.text()), behavior.seen,
                     texts.add(behavior.package), behavior.optional ? 1 : 0, static_cast<int>(state),
                     evidence == nullptr ? k_none : add(*evidence)}));
    return known->second;
  }

  /// `evidence` is parallel to the behaviors, empty or null.
  void add(const Fingerprint &fingerprint, const std::vector<Evidence> *evidence) {
    for (std::size_t i = 0; i < fingerprint.behaviors.size(); ++i) {
      const bool told = evidence != nullptr && i < evidence->size();
      add(fingerprint.behaviors[i], State::known, told ? &(*evidence)[i] : nullptr);
    }
  }

  /// REQUIRES: nothing is added afterwards.
  void finish(Json &page) const {
    page["lineage"] = lineage_;
    page["behaviors"] = rows_;
    page["evidence"] = evidence_;
    page["texts"] = texts.finish();
  }

 private:
  static constexpr std::size_t k_state_column = 8, k_evidence_column = 9;

  int add(const Evidence &evidence) {
    if (evidence.count == 0 && evidence.raw.empty()) return k_none;
    Json raw = Json::array(), rewrites = Json::array();
    for (const auto &text : evidence.raw) raw.push_back(texts.add(text));
    for (const auto &step : evidence.rewrites)
      rewrites.push_back(Json::array({texts.add(step.rule), texts.add(step.before), texts.add(step.after)}));
    evidence_.push_back(Json::array({std::move(raw), std::move(rewrites), evidence.count,
                                     evidence.first_ns / 1000, evidence.last_ns / 1000}));
    return static_cast<int>(evidence_.size()) - 1;
  }

  std::map<std::pair<int, int>, int> nodes_;
  std::map<Behavior, int, KeyLess> behaviors_;
  std::vector<std::pair<int, int>> lineage_;
  Json rows_ = Json::array(), evidence_ = Json::array();
};

Json inert_texts(const std::vector<std::string> &texts) {
  Json out = Json::array();
  for (const auto &text : texts) out.push_back(inert(text, k_title_limit));
  return out;
}

std::string inert_title(std::string_view text) {
  return inert(text, k_title_limit);
}

Json about(const Fingerprint &fingerprint) {
  Json labels = Json::array(), attributes = Json::array();
  for (const auto &[name, value] : fingerprint.labels)
    labels.push_back({inert_title(name), inert_title(value)});
  for (const auto &fact : fingerprint.attributes)
    attributes.push_back({inert_title(fact.subject), inert_title(fact.name), inert_title(fact.value)});
  return {{"rules", inert_title(fingerprint.rules)},
          {"digest", fingerprint.digest()},
          {"runs", fingerprint.runs},
          {"complete", fingerprint.complete},
          {"because", inert_texts(fingerprint.incomplete_because)},
          {"labels", std::move(labels)},
          {"attributes", std::move(attributes)},
          {"gaps", inert_texts(fingerprint.coverage_gaps)}};
}

Json about(const Side &side) {
  return {{"name", inert_title(side.name)},
          {"source", inert_title(side.source)},
          {"digest", inert_title(side.digest)},
          {"runs", side.runs},
          {"behaviors", side.behaviors}};
}

Json new_behaviors(PageData &data, const std::vector<NewBehavior> &behaviors) {
  Json out = Json::array();
  for (const auto &fresh : behaviors)
    out.push_back(Json::array({data.add(fresh.behavior, State::fresh, &fresh.evidence),
                               describe_novelty(fresh.novelty), inert_title(fresh.seen)}));
  return out;
}

Json finding_data(PageData &data, const Finding &finding) {
  Json why = Json::array();
  for (const auto &reason : finding.why)
    why.push_back(Json::array({reason.points, inert_title(reason.text)}));
  Json out = {{"id", inert_title(finding.id)},
              {"score", finding.score},
              {"level", to_string(finding.level)},
              {"title", inert_title(finding.title)},
              {"why", std::move(why)},
              {"firsts", inert_texts(finding.capabilities)},
              {"techniques", inert_texts(finding.techniques)},
              {"behaviors", new_behaviors(data, finding.behaviors)},
              {"more", new_behaviors(data, finding.more)},
              {"accept", accept_command(finding)}};
  if (finding.package)
    out["package"] = {{"manager", inert_title(finding.package->manager)},
                      {"name", inert_title(finding.package->name)},
                      {"version", inert_title(finding.package->version)},
                      {"stage", inert_title(finding.package->stage)},
                      {"before", inert_title(finding.package->base_version)}};
  if (finding.where)
    out["where"] = {{"file", inert_title(finding.where->file)}, {"line", finding.where->line}};
  return out;
}

Json diff_data(PageData &data, const Diff &diff, const RenderOptions &options) {
  Json next = Json::array();
  for (const auto &step : next_steps(diff, options))
    next.push_back({{"when", step.when}, {"command", step.command}, {"then", step.then}});
  Json out = {{"verdict", to_string(diff.verdict)},
              {"because", inert_texts(diff.because)},
              {"base", about(diff.base)},
              {"head", about(diff.head)},
              {"notices", inert_texts(diff.notices)},
              {"next", std::move(next)},
              {"whole", options.base != nullptr && options.head != nullptr},
              {"timed", options.evidence != nullptr && !options.evidence->empty()}};
  Json findings = Json::array(), accepted = Json::array(), changed = Json::array(), moved = Json::array(),
       absent = Json::array();
  for (const auto &finding : diff.findings) findings.push_back(finding_data(data, finding));
  for (const auto &one : diff.accepted)
    accepted.push_back(
        {{"behavior", data.add(one.behavior.behavior, State::accepted, &one.behavior.evidence)},
         {"reason", inert_title(one.reason)},
         {"owner", inert_title(one.owner)},
         {"expires", inert_title(one.expires)},
         {"here", one.by_this_change}});
  for (const auto &one : diff.changed)
    changed.push_back({{"what", inert_title(one.what)},
                       {"title", inert_title(one.title)},
                       {"details", inert_texts(one.details)}});
  for (const auto &one : diff.moved)
    moved.push_back(
        {{"behavior", data.add(one.head, State::moved)}, {"from", inert_texts(texts_of(one.base_lineage))}});
  for (const auto &one : diff.absent) absent.push_back(data.add(one, State::absent));
  out["findings"] = std::move(findings);
  out["accepted"] = std::move(accepted);
  out["changed"] = std::move(changed);
  out["moved"] = std::move(moved);
  out["absent"] = std::move(absent);
  return out;
}

} // namespace

std::string html_page_data(const Diff &diff, const RenderOptions &options) {
  PageData data;
  Json page = {{"view", "diff"},
               {"name", inert_title(diff.head.name.empty() ? diff.base.name : diff.head.name)}};
  if (options.head != nullptr) {
    page["run"] = about(*options.head);
    data.add(*options.head, options.evidence);
  }
  page["diff"] = diff_data(data, diff, options);
  data.finish(page);
  return json_without_workflow_commands(page.dump());
}

std::string html_page_data(const Fingerprint &fingerprint, const std::vector<Evidence> &evidence) {
  PageData data;
  data.add(fingerprint, &evidence);
  Json page = {{"view", "run"}, {"name", inert_title(fingerprint.name)}, {"run", about(fingerprint)}};
  data.finish(page);
  return json_without_workflow_commands(page.dump());
}

} // namespace buildprint

#include "diff/compare.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "diff/align.hpp"
#include "diff/attribution.hpp"
#include "diff/changes.hpp"
#include "diff/findings.hpp"
#include "diff/known.hpp"
#include "diff/score.hpp"
#include "diff/shape.hpp"

namespace buildprint {
namespace {

Side side_of(const Fingerprint &fingerprint) {
  return {fingerprint.name, {}, fingerprint.digest(), fingerprint.runs, fingerprint.behaviors.size()};
}

std::string label(const Fingerprint &fingerprint, const std::string &name) {
  const auto found = fingerprint.labels.find(name);
  return found == fingerprint.labels.end() ? std::string() : found->second;
}

/// Why the two say nothing about each other; empty when they do.
std::vector<std::string> incomparable(const Fingerprint &base, const Fingerprint &head) {
  std::vector<std::string> reasons;
  if (base.rules != head.rules)
    reasons.push_back("made with other canonical rules (base " + base.rules + ", head " + head.rules +
                      "): make the base again with 'buildprint fingerprint RECORDING', or record it anew");
  const auto before = label(base, "arch"), now = label(head, "arch");
  if (!before.empty() && !now.empty() && before != now)
    reasons.push_back("recorded on another architecture (base " + before + ", head " + now +
                      "): keep a baseline for each");
  return reasons;
}

void add_incomplete(const Fingerprint &side, const std::string &which, std::vector<std::string> &because) {
  if (side.complete) return;
  if (side.incomplete_because.empty()) because.push_back(which + " is incomplete");
  for (const auto &reason : side.incomplete_because) because.push_back(which + " is incomplete: " + reason);
}

void add_notices(const Fingerprint &base, const Fingerprint &head, std::vector<std::string> &notices) {
  if (base.name != head.name)
    notices.push_back("the names differ: base is \"" + base.name + "\", head is \"" + head.name + "\"");
  for (const auto &[name, value] : head.labels)
    if (const auto before = label(base, name); !before.empty() && before != value && name != "arch")
      notices.push_back("the label " + name + " differs: base has " + before + ", head has " + value);
  for (const auto &gap : head.coverage_gaps)
    if (std::find(base.coverage_gaps.begin(), base.coverage_gaps.end(), gap) == base.coverage_gaps.end())
      notices.push_back("not followed: " + gap);
}

/// In file order, whatever order the behaviors are kept in.
BehaviorRefs sorted_refs(const std::vector<Behavior> &behaviors) {
  BehaviorRefs refs;
  refs.reserve(behaviors.size());
  for (const auto &behavior : behaviors) refs.push_back(&behavior);
  const auto less = [](const Behavior *a, const Behavior *b) { return key_less(*a, *b); };
  if (!std::is_sorted(refs.begin(), refs.end(), less)) std::sort(refs.begin(), refs.end(), less);
  return refs;
}

struct Rest {
  BehaviorRefs base, head; ///< what only that side has word for word
};

Rest split(const BehaviorRefs &base, const BehaviorRefs &head) {
  Rest rest;
  auto b = base.begin();
  auto h = head.begin();
  while (b != base.end() || h != head.end()) {
    if (h == head.end() || (b != base.end() && key_less(**b, **h))) {
      rest.base.push_back(*b++);
    } else if (b == base.end() || key_less(**h, **b)) {
      rest.head.push_back(*h++);
    } else {
      ++b, ++h;
    }
  }
  return rest;
}

/// What the head does not do any more, whatever the deeper ancestry.
BehaviorRefs absent_of(const Rest &rest, const BehaviorRefs &head) {
  if (rest.base.empty()) return {};
  KeyIndex there(k_compared_depth);
  there.reserve(head.size());
  for (const auto *behavior : head) there.add(*behavior);
  there.sort();
  BehaviorRefs absent;
  for (const auto *behavior : rest.base)
    if (there.find(*behavior) == nullptr) absent.push_back(behavior);
  return absent;
}

/// The base's attributes, writers of programs in the head's terms.
std::vector<Attribute> told_attributes(const Fingerprint &base, const Alignment &alignment) {
  auto attributes = base.attributes;
  for (const auto &renaming : alignment.renamed) {
    Rewriter rewriter(renaming);
    for (auto &attribute : attributes) {
      if (attribute.name != k_written_by) continue;
      attribute.subject = rewriter(Program::parse(attribute.subject)).text();
      attribute.value = text_of(rewriter(parse_lineage_text(attribute.value)));
    }
  }
  return attributes;
}

/// Who wrote what a program is, where the base does not say the same.
std::vector<Attribute> new_writers(const Fingerprint &base, const Fingerprint &head) {
  std::set<Attribute> known;
  for (const auto &attribute : base.attributes)
    if (attribute.name == k_written_by) known.insert(attribute);
  std::vector<Attribute> writers;
  for (const auto &attribute : head.attributes)
    if (attribute.name == k_written_by && !known.contains(attribute)) writers.push_back(attribute);
  return writers;
}

class Comparison {
 public:
  Comparison(const Fingerprint &base, const Fingerprint &head, const Policy &policy,
             const std::vector<Evidence> &evidence)
      : base_(base), head_(head), policy_(policy), evidence_(evidence) {}

  Diff run();

 private:
  NewBehavior item_of(const Behavior &behavior, int novelty) const;
  std::vector<NewBehavior> accept_by_policy(std::vector<NewBehavior> fresh);
  void add_user_change(const Alignment &alignment, const Capabilities &before);
  void add_denied();
  void conclude();

  const Fingerprint &base_, &head_;
  const Policy &policy_;
  const std::vector<Evidence> &evidence_;
  Diff diff_;
};

NewBehavior Comparison::item_of(const Behavior &behavior, int novelty) const {
  NewBehavior item{behavior, novelty, std::to_string(behavior.seen) + "/" + std::to_string(head_.runs), {}};
  const auto index = static_cast<std::size_t>(&behavior - head_.behaviors.data());
  if (index < evidence_.size()) item.evidence = evidence_[index];
  return item;
}

/// Takes out what the policy allows, into `accepted`.
std::vector<NewBehavior> Comparison::accept_by_policy(std::vector<NewBehavior> fresh) {
  std::vector<NewBehavior> left;
  for (auto &item : fresh) {
    const auto ruling = rule_on_new(policy_, item.behavior, head_.name);
    if (ruling.decision != Decision::allow) {
      left.push_back(std::move(item));
      continue;
    }
    Accepted accepted{std::move(item), "the policy allows this kind", {}, {}, false};
    if (ruling.entry != nullptr) {
      accepted.reason = ruling.entry->reason;
      accepted.owner = ruling.entry->owner;
      accepted.expires = ruling.entry->expires;
    }
    diff_.accepted.push_back(std::move(accepted));
  }
  return left;
}

/// The whole run as another user: one finding of one behavior, everything else was compared as that user.
void Comparison::add_user_change(const Alignment &alignment, const Capabilities &before) {
  if (alignment.user_now.empty()) return;
  const auto start =
      std::find_if(head_.behaviors.begin(), head_.behaviors.end(), [&](const Behavior &behavior) {
        return behavior.kind == Kind::exec && behavior.lineage.size() == 1 &&
               behavior.user == alignment.user_now;
      });
  auto left = accept_by_policy({item_of(*start, 3)});
  if (left.empty()) return;
  auto finding = build_finding(std::move(left), before);
  finding.title = "the whole build runs as " + alignment.user_now + ", before as " + alignment.user_before;
  constexpr int k_gained = 4, k_changed = 1, k_novelty = 3;
  finding.score = (alignment.user_now == "root" ? k_gained : k_changed) * k_novelty;
  finding.why = {{finding.score, alignment.user_now == "root"
                                     ? "rights gained, for everything that the build does"
                                     : "another user, for everything that the build does"}};
  finding.level = level_of(finding.score);
  diff_.findings.push_back(std::move(finding));
}

/// Known behaviors that the policy denies: one finding for each entry.
void Comparison::add_denied() {
  if (policy_.deny.empty()) return;
  std::unordered_set<std::string> told;
  for (const auto &finding : diff_.findings)
    for (const auto *list : {&finding.behaviors, &finding.more})
      for (const auto &item : *list) told.insert(behavior_id(item.behavior));
  std::unordered_map<const PolicyEntry *, std::vector<NewBehavior>> by_entry;
  for (const auto &behavior : head_.behaviors)
    if (const auto *entry = denied(policy_, behavior, head_.name))
      if (told.count(behavior_id(behavior)) == 0) by_entry[entry].push_back(item_of(behavior, 1));
  const Capabilities before(base_.behaviors);
  for (const auto &entry : policy_.deny) {
    const auto found = by_entry.find(&entry);
    if (found == by_entry.end()) continue;
    auto finding = build_finding(std::move(found->second), before);
    finding.title = "denied by the policy: " + finding.title;
    finding.why.insert(finding.why.begin(), Reason{0, "known, but the policy denies it: " + entry.reason});
    finding.level = Level::error;
    diff_.findings.push_back(std::move(finding));
  }
}

void Comparison::conclude() {
  add_incomplete(base_, "base", diff_.because);
  add_incomplete(head_, "head", diff_.because);
  const bool fails = std::any_of(diff_.findings.begin(), diff_.findings.end(), [&](const Finding &finding) {
    return fails_gate(policy_, finding, head_.name);
  });
  diff_.verdict = !diff_.because.empty() ? Verdict::incomplete
                  : fails                ? Verdict::new_behavior
                                         : Verdict::same;
}

Diff Comparison::run() {
  diff_.base = side_of(base_);
  diff_.head = side_of(head_);
  add_notices(base_, head_, diff_.notices);
  if (auto reasons = incomparable(base_, head_); !reasons.empty()) {
    diff_.verdict = Verdict::no_baseline;
    diff_.because = std::move(reasons);
    return std::move(diff_);
  }
  const auto head = sorted_refs(head_.behaviors);
  auto rest = split(sorted_refs(base_.behaviors), head);
  const auto alignment = align(base_, head_, rest.base, rest.head);
  const auto &told = alignment.base.empty() ? base_.behaviors : alignment.base;
  if (!alignment.base.empty()) rest = split(sorted_refs(told), head);
  diff_.changed = alignment.changed;

  auto absent = absent_of(rest, head);
  if (!rest.head.empty() || !alignment.user_now.empty()) {
    const Known known(told);
    const Capabilities before(told);
    std::vector<NewBehavior> fresh;
    for (const auto *behavior : rest.head) {
      if (const auto *same = known.find(*behavior))
        diff_.moved.push_back({*behavior, same->lineage});
      else
        fresh.push_back(item_of(*behavior, known.novelty(*behavior)));
    }
    for (auto &note : tell_shape_changes(fresh, told, known, absent))
      diff_.changed.push_back(std::move(note));
    diff_.findings = build_findings(accept_by_policy(std::move(fresh)), before, new_writers(base_, head_));
    add_user_change(alignment, before);
  }
  if (head_.complete) // else what was not seen says nothing
    for (const auto *behavior : absent) diff_.absent.push_back(*behavior);
  add_denied();
  add_versions(diff_.findings, base_, head_);
  for (auto &note : attribute_changes(told_attributes(base_, alignment), head_.attributes))
    diff_.changed.push_back(std::move(note));
  for (auto &notice : policy_notices(policy_, base_, head_)) diff_.notices.push_back(std::move(notice));
  conclude();
  return std::move(diff_);
}

} // namespace

Diff compare(const Fingerprint &base, const Fingerprint &head, const Policy &policy,
             const std::vector<Evidence> &evidence) {
  return Comparison(base, head, policy, evidence).run();
}

} // namespace buildprint

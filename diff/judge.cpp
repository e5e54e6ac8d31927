#include "diff/judge.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "diff/acceptance.hpp"
#include "diff/compare.hpp"

namespace buildprint {
namespace {

const PolicyEntry *entry_of(const Policy &policy, const Behavior &behavior, const std::string &workload) {
  for (const auto &entry : policy.accepted)
    if (!expired(entry, policy.today) && matches(entry, behavior, workload)) return &entry;
  return nullptr;
}

/// Behaviors are sorted in every fingerprint.
bool knows(const std::optional<Fingerprint> &fingerprint, const Behavior &behavior) {
  return fingerprint &&
         std::binary_search(fingerprint->behaviors.begin(), fingerprint->behaviors.end(), behavior, key_less);
}

/// What `head` does, the base does not know, and the change says is accepted.
std::vector<Behavior> claimed(const Baseline &baseline, const OwnClaims &claims, const Fingerprint &head) {
  std::vector<Behavior> result;
  for (const auto &behavior : head.behaviors) {
    if (knows(baseline.fingerprint, behavior)) continue;
    if (!knows(claims.fingerprint, behavior) && entry_of(claims.policy, behavior, head.name) == nullptr)
      continue;
    if (denied(baseline.policy, behavior, head.name) == nullptr) result.push_back(behavior);
  }
  return result;
}

Accepted by_this_change(const NewBehavior &item, const OwnClaims &claims, const std::string &workload) {
  Accepted accepted{item, "no reason given", {}, {}, true};
  if (const auto *entry = entry_of(claims.policy, item.behavior, workload)) {
    accepted.reason = entry->reason;
    accepted.owner = entry->owner;
    accepted.expires = entry->expires;
  }
  return accepted;
}

/// Those of the claimed behaviors that are really new: not merely moved, renamed or allowed by the base.
std::vector<Accepted> accepted_of(const Diff &diff, const std::vector<Behavior> &claims_on,
                                  const OwnClaims &claims) {
  std::vector<Accepted> accepted;
  for (const auto &finding : diff.findings)
    for (const auto *list : {&finding.behaviors, &finding.more})
      for (const auto &item : *list)
        if (std::binary_search(claims_on.begin(), claims_on.end(), item.behavior, key_less))
          accepted.push_back(by_this_change(item, claims, diff.head.name));
  return accepted;
}

std::string counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " new behavior" : " new behaviors");
}

Diff without_baseline(const Baseline &baseline, const Fingerprint &head) {
  Diff diff;
  diff.verdict = head.complete ? Verdict::no_baseline : Verdict::incomplete;
  for (const auto &reason : head.incomplete_because) diff.because.push_back("head is incomplete: " + reason);
  const auto whose = head.name + (baseline.others.empty() ? "" : " for " + in_words(head.labels));
  diff.because.push_back(baseline.commit
                             ? "there is no baseline of " + whose + " at " +
                                   baseline.commit->id.substr(0, 12) + " (" + baseline.commit->found_as + ")"
                             : "there is no baseline of " + whose + ": nothing is committed yet");
  if (!baseline.others.empty())
    diff.because.push_back("its baselines were made elsewhere: " + join(baseline.others, ", "));
  diff.base.name = head.name;
  diff.base.source = baseline.source;
  diff.head = {head.name, {}, head.digest(), head.runs, head.behaviors.size()};
  return diff;
}

Diff compare_with(const Fingerprint &base, const Baseline &baseline, const Fingerprint &head,
                  const std::vector<Evidence> &evidence) {
  Diff diff = compare(base, head, baseline.policy, evidence);
  diff.base.source = baseline.source;
  return diff;
}

/// A change that brings the whole baseline in: the first one of a workload, or one under another name.
Diff first_baseline(const Baseline &baseline, const OwnClaims &claims, const Fingerprint &head,
                    const std::vector<Evidence> &evidence) {
  Diff diff = compare_with(*claims.fingerprint, baseline, head, evidence);
  diff.base.source = fingerprint_path(claims.stem) + " of this change";
  diff.because.push_back("the baseline itself is new in this change, all " +
                         std::to_string(claims.fingerprint->behaviors.size()) +
                         " behaviors of it: nobody has held it against anything");
  return diff;
}

Diff with_claims(const Baseline &baseline, const OwnClaims &claims, const Fingerprint &head,
                 const std::vector<Evidence> &evidence, SelfAcceptance self_acceptance) {
  Diff diff = compare_with(*baseline.fingerprint, baseline, head, evidence);
  const auto claims_on = claimed(baseline, claims, head);
  auto accepted = accepted_of(diff, claims_on, claims);
  if (accepted.empty()) return diff;
  if (self_acceptance == SelfAcceptance::refused) {
    diff.because.push_back("this change accepts " + counted(accepted.size()) +
                           " itself, which --no-self-accept refuses: an earlier change has to");
    return diff;
  }
  const auto side = diff.base;
  diff = compare_with(with_behaviors(*baseline.fingerprint, head, claims_on), baseline, head, evidence);
  diff.base = side;
  diff.because.push_back("this change accepts " + counted(accepted.size()) + " itself");
  diff.accepted.insert(diff.accepted.end(), accepted.begin(), accepted.end());
  return diff;
}

} // namespace

Diff judge(const Baseline &baseline, const OwnClaims &claims, const Fingerprint &head,
           const std::vector<Evidence> &evidence, SelfAcceptance self_acceptance) {
  Diff diff = baseline.fingerprint ? with_claims(baseline, claims, head, evidence, self_acceptance)
              : claims.fingerprint && self_acceptance == SelfAcceptance::listed
                  ? first_baseline(baseline, claims, head, evidence)
                  : without_baseline(baseline, head);
  diff.because.insert(diff.because.end(), claims.remarks.begin(), claims.remarks.end());
  return diff;
}

} // namespace buildprint

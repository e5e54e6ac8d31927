#include "diff/findings.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "diff/attribution.hpp"
#include "diff/grouping.hpp"
#include "diff/importance.hpp"
#include "diff/score.hpp"
#include "diff/techniques.hpp"
#include "diff/titles.hpp"

namespace buildprint {

std::string finding_id(const Behavior &cause) {
  return xxh3_128_hex("finding:" + behavior_id(cause)).substr(0, 16);
}

Finding build_finding(std::vector<NewBehavior> items, const Capabilities &before) {
  Finding finding;
  finding.behaviors = std::move(items);
  order_for_reader(finding.behaviors);
  // Named after its cause, which is no other finding's: what else it reaches may change, the name stays.
  finding.id = finding_id(finding.behaviors.front().behavior);
  score(finding);
  finding.title = title_of(finding);
  finding.capabilities = before.first_in(finding);
  finding.techniques = techniques_of(finding);
  finding.package = package_of(finding);
  const auto shown =
      std::min(k_shown_behaviors, finding.behaviors.size() - further_names(finding.behaviors).size());
  if (finding.behaviors.size() > shown) {
    const auto rest = finding.behaviors.begin() + static_cast<std::ptrdiff_t>(shown);
    finding.more.assign(std::make_move_iterator(rest), std::make_move_iterator(finding.behaviors.end()));
    finding.behaviors.erase(rest, finding.behaviors.end());
  }
  return finding;
}

std::vector<Finding> build_findings(std::vector<NewBehavior> fresh, const Capabilities &before,
                                    const std::vector<Attribute> &written_by) {
  std::vector<Finding> findings;
  for (const auto &members : group(fresh, written_by)) {
    std::vector<NewBehavior> items;
    for (const auto n : members) items.push_back(std::move(fresh[n]));
    findings.push_back(build_finding(std::move(items), before));
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding &a, const Finding &b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.capabilities.size() != b.capabilities.size()) return a.capabilities.size() > b.capabilities.size();
    return key_less(a.behaviors.front().behavior, b.behaviors.front().behavior);
  });
  return findings;
}

} // namespace buildprint

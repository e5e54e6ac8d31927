#include "fingerprint/stability.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <utility>

#include "base/text.hpp"

namespace buildprint {
namespace {

constexpr double k_accepted_chance = 0.05;
constexpr std::uint32_t k_most_runs = 10'000;

/// Behaviors that vary by themselves. A program that was started in one run only brings all that it did
/// along: that is one branch, however many lines it has.
struct Branches {
  double once = 0, twice = 0;
};

Branches branches_of(const Fingerprint &merged) {
  std::map<Lineage, std::uint32_t> programs;
  for (const auto &behavior : merged.behaviors)
    if (behavior.kind == Kind::exec && behavior.seen <= 2) programs[behavior.lineage] = behavior.seen;
  Branches branches;
  for (const auto &behavior : merged.behaviors) {
    if (behavior.seen > 2 || behavior.seen >= merged.runs) continue;
    auto cause = behavior.lineage;
    if (behavior.kind == Kind::exec && !cause.empty()) cause.pop_back();
    const auto program = programs.find(cause);
    if (program != programs.end() && program->second == behavior.seen) continue;
    (behavior.seen == 1 ? branches.once : branches.twice) += 1;
  }
  return branches;
}

/// A = (T-1)·Q1 / ((T-1)·Q1 + 2·Q2): 1 - A is the sample's own estimate of how often a rare branch is taken.
/// A single branch never has both a Q1 and a Q2, so that Q2 has a floor: one branch seen once then shrinks by
/// T/(T+3/2), the mean of 1 - p for p^(-1/2), Jeffreys' prior for the rate of rare events.
double shrinkage(const Branches &branches, double runs) {
  const double floor = 0.75 * (runs - 1) / runs;
  const double once = (runs - 1) * branches.once;
  return once / (once + 2 * std::max(branches.twice, floor));
}

/// Runs until fewer than one rebuild in twenty shows anything new: each makes the rest smaller by
/// `shrinkage`.
std::uint32_t runs_needed(double expected_new, double shrinkage) {
  const double accepted = -std::log(1 - k_accepted_chance);
  if (shrinkage <= 0 || shrinkage >= 1) return 0;
  const double more = std::log(accepted / expected_new) / std::log(shrinkage);
  return more > 0 && more < k_most_runs ? static_cast<std::uint32_t>(std::ceil(more)) : 0;
}

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, share < 0.1 ? "%.1f %%" : "%.0f %%", share * 100);
  return text;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.2g" : "%.0f", value);
  return text;
}

/// A behavior with one field blanked; of the field only how deep a path it is, and under what.
struct Hole {
  std::string rest, field, top;
  std::ptrdiff_t depth = 0;
  friend auto operator<=>(const Hole &, const Hole &) = default;
};

/// What several values have in common at both ends.
std::string around(const std::vector<std::string> &values) {
  std::size_t front = values.front().size(), back = front;
  for (const auto &value : values) {
    const auto mismatch =
        std::mismatch(values.front().begin(), values.front().end(), value.begin(), value.end());
    front = std::min(front, static_cast<std::size_t>(mismatch.first - values.front().begin()));
    const auto from_end =
        std::mismatch(values.front().rbegin(), values.front().rend(), value.rbegin(), value.rend());
    back = std::min(back, static_cast<std::size_t>(from_end.first - values.front().rbegin()));
  }
  std::size_t shortest = values.front().size();
  for (const auto &value : values) shortest = std::min(shortest, value.size());
  if (front + back > shortest) back = shortest - front;
  return values.front().substr(0, front) + "<…>" + values.front().substr(values.front().size() - back);
}

/// "tool-([a-z0-9]{6})" for the one path segment in which the values differ.
std::string suggestion(const std::vector<std::string> &values) {
  const auto common = around(values);
  const auto hole = common.find("<…>");
  const auto slash = common.rfind('/', hole);
  if (!common.starts_with('$') || slash == std::string::npos) return {};
  const auto end = common.find('/', hole);
  const auto directory = common.substr(0, slash);
  const auto prefix = common.substr(slash + 1, hole - slash - 1);
  const auto suffix = common.substr(hole + std::string_view("<…>").size(),
                                    end == std::string::npos ? std::string::npos : end - hole - 5);
  std::size_t shortest = std::string::npos, longest = 0;
  bool digits = true;
  for (const auto &value : values) {
    const auto length = value.size() - (common.size() - std::string_view("<…>").size());
    const auto random = std::string_view(value).substr(hole, length);
    if (random.find('/') != std::string_view::npos || random.empty()) return {};
    digits = digits && random.find_first_not_of("0123456789") == std::string_view::npos;
    shortest = std::min(shortest, length);
    longest = std::max(longest, length);
  }
  auto quantity = '{' + std::to_string(shortest);
  if (longest != shortest) quantity += ',' + std::to_string(longest);
  const auto pattern = prefix + '(' + (digits ? "[0-9]" : "[A-Za-z0-9_]") + quantity + "})" + suffix;
  return "{\"name\": \"NAME\", \"tool\": \"TOOL\", \"under\": " + json_quote(directory) +
         ", \"pattern\": " + json_quote(pattern) + ", \"example\": " +
         json_quote(values.front().substr(slash + 1, values.front().find('/', slash + 1) - slash - 1)) + '}';
}

} // namespace

Stability stability_of(const Fingerprint &merged) {
  Stability stability;
  stability.runs = merged.runs;
  for (const auto &behavior : merged.behaviors) {
    stability.once += behavior.seen == 1 && merged.runs > 1;
    stability.twice += behavior.seen == 2 && merged.runs > 2;
  }
  const double runs = merged.runs;
  if (stability.once == 0) stability.upper_chance = 1 - std::pow(0.05, 1 / runs);
  // A token that is new in every run: all of it was seen once, and at least once a run.
  const auto branches = branches_of(merged);
  stability.looks_random = merged.runs >= 3 && stability.twice == 0 && branches.once >= runs;
  const double kept = stability.looks_random || merged.runs < 2 ? 1 : shrinkage(branches, runs);
  stability.expected_new = stability.once / runs * kept;
  stability.chance_of_new = 1 - std::exp(-stability.expected_new);
  if (stability.chance_of_new > k_accepted_chance && !stability.looks_random)
    stability.more_runs = runs_needed(stability.expected_new, kept);
  return stability;
}

std::vector<RandomField> random_fields(const Fingerprint &merged) {
  struct Filling {
    std::vector<std::string> values;
    std::vector<std::size_t> behaviors;
  };
  std::map<Hole, Filling> holes;
  for (std::size_t at = 0; at < merged.behaviors.size(); ++at) {
    const auto &behavior = merged.behaviors[at];
    if (behavior.seen * 2 > merged.runs || merged.runs < 2) continue;
    const auto blank = [&](const std::string &field, const Behavior &one, std::string value) {
      const auto depth = std::count(value.begin(), value.end(), '/');
      auto &filling = holes[{behavior_id(one), field, value.substr(0, value.find('/', 1)), depth}];
      filling.values.push_back(std::move(value));
      filling.behaviors.push_back(at);
    };
    if (!behavior.object.empty()) {
      auto without = behavior;
      without.object = {};
      blank("object", without, behavior.object.text());
    }
    for (std::size_t i = 0; i < behavior.lineage.size(); ++i) {
      auto without = behavior;
      without.lineage[i] = {};
      blank("lineage element " + std::to_string(i + 1), without, behavior.lineage[i].text());
    }
  }
  std::vector<RandomField> fields;
  for (auto &[hole, filling] : holes) {
    const auto &name = hole.field; // clang 14 captures no structured bindings
    const auto &values = filling.values;
    if (values.size() < 2 || values.size() < merged.runs) continue;
    // What a program of a random name does differs in the same element as its start: one field.
    const auto common = around(values);
    const auto same = std::find_if(fields.begin(), fields.end(), [&](const RandomField &field) {
      return field.field == name && field.around == common;
    });
    if (same != fields.end()) {
      same->behaviors.insert(same->behaviors.end(), filling.behaviors.begin(), filling.behaviors.end());
      continue;
    }
    RandomField field;
    field.field = name;
    field.around = common;
    field.values = static_cast<std::uint32_t>(values.size());
    field.suggested_rule = suggestion(values);
    field.examples.assign(values.begin(), values.begin() + std::min<std::ptrdiff_t>(3, std::ssize(values)));
    field.behaviors = std::move(filling.behaviors);
    fields.push_back(std::move(field));
  }
  return fields;
}

std::string in_words(const Stability &stability) {
  auto text = std::to_string(stability.runs) + (stability.runs == 1 ? " run: " : " runs: ");
  if (stability.runs == 1) return text + "nothing is known of what varies; record more";
  if (stability.once == 0)
    return text + "no behavior was seen only once; with 95 % confidence at most " +
           percent(stability.upper_chance) + " of unchanged rebuilds show something new";
  text += "about " + number(stability.expected_new) + " new lines on an unchanged rebuild (" +
          percent(stability.chance_of_new) + " would show something new)";
  if (stability.looks_random) return text + "; more runs will not help: something in them is random";
  if (stability.more_runs > 0)
    text += "; " + std::to_string(stability.more_runs) + " more runs would bring that to 5 %";
  return text;
}

std::string in_words(const RandomField &field) {
  auto text =
      field.field + " looks random: " + field.around + ", " + std::to_string(field.values) + " values\n";
  for (const auto &example : field.examples) text += "  " + example + '\n';
  if (!field.suggested_rule.empty())
    text += "  a rule that would join them, if NAME and TOOL are right: " + field.suggested_rule + '\n';
  return text;
}

} // namespace buildprint

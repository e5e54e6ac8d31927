#include "fingerprint/merge.hpp"

#include <algorithm>
#include <queue>
#include <set>

#include "base/error.hpp"

namespace buildprint {
namespace {

std::string in_words(const std::map<std::string, std::string> &labels) {
  std::string text;
  for (const auto &[name, value] : labels) text += (text.empty() ? "" : ", ") + name + '=' + value;
  return text.empty() ? "none" : text;
}

void require_same(const Fingerprint &first, const Fingerprint &other, const std::string &first_source,
                  const std::string &source) {
  const auto refuse = [&](const std::string &what, const std::string &one, const std::string &two,
                          const std::string &remedy) {
    throw Error("cannot merge " + first_source + " and " + source + ": their " + what + " differ (" + one +
                    " and " + two + ')',
                remedy);
  };
  if (first.name != other.name)
    refuse("names", '"' + first.name + '"', '"' + other.name + '"',
           "merge fingerprints of one workload only");
  if (first.rules != other.rules)
    refuse("rules", first.rules, other.rules,
           "make them anew with one buildprint: 'buildprint fingerprint RECORDING -o FILE'");
  if (first.labels != other.labels)
    refuse("labels", in_words(first.labels), in_words(other.labels), "keep a baseline for each environment");
}

/// Where one input's sorted lines have been read to.
struct Cursor {
  const Fingerprint *input;
  std::size_t at;
  const Behavior &behavior() const { return input->behaviors[at]; }
};

void absorb(Behavior &into, const Behavior &other, MergeAs as) {
  into.seen = as == MergeAs::runs ? into.seen + other.seen : std::max(into.seen, other.seen);
  into.optional = into.optional && other.optional;
  if (into.package != other.package) into.package.clear();
}

std::vector<Behavior> united_behaviors(std::span<const Fingerprint> inputs, MergeAs as) {
  const auto later = [](const Cursor &a, const Cursor &b) { return key_less(b.behavior(), a.behavior()); };
  std::priority_queue<Cursor, std::vector<Cursor>, decltype(later)> open(later);
  for (const auto &input : inputs)
    if (!input.behaviors.empty()) open.push({&input, 0});
  std::vector<Behavior> united;
  while (!open.empty()) {
    auto cursor = open.top();
    open.pop();
    if (!united.empty() && same_key(united.back(), cursor.behavior()))
      absorb(united.back(), cursor.behavior(), as);
    else
      united.push_back(cursor.behavior());
    if (++cursor.at < cursor.input->behaviors.size()) open.push(cursor);
  }
  return united;
}

/// The lines of all, once each, sorted.
template <typename Line>
std::vector<Line> united_lines(std::span<const Fingerprint> inputs, std::vector<Line> Fingerprint::*lines) {
  std::set<Line> united;
  for (const auto &input : inputs) united.insert((input.*lines).begin(), (input.*lines).end());
  return {united.begin(), united.end()};
}

} // namespace

Fingerprint merge(std::span<const Fingerprint> inputs, MergeAs as, const std::vector<std::string> &sources) {
  if (inputs.empty()) throw Error("nothing to merge", "name at least one fingerprint");
  Fingerprint merged;
  const auto &first = inputs.front();
  merged.name = first.name;
  merged.rules = first.rules;
  merged.labels = first.labels;
  merged.runs = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto &input = inputs[i];
    require_same(first, input, sources.at(0), sources.at(i));
    merged.runs = as == MergeAs::runs ? merged.runs + input.runs : std::max(merged.runs, input.runs);
    merged.complete = merged.complete && input.complete;
  }
  merged.behaviors = united_behaviors(inputs, as);
  merged.attributes = united_lines(inputs, &Fingerprint::attributes);
  merged.coverage_gaps = united_lines(inputs, &Fingerprint::coverage_gaps);
  merged.incomplete_because = united_lines(inputs, &Fingerprint::incomplete_because);
  return merged;
}

} // namespace buildprint

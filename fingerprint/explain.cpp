#include "fingerprint/explain.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "fingerprint/rules.hpp"

namespace buildprint {
namespace {

std::string seconds(std::uint64_t ns) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", static_cast<double>(ns) / 1e9);
  return text;
}

constexpr std::size_t k_most_explained = 20;

/// A behavior, and where it was seen.
struct Meant {
  const Behavior *behavior;
  std::vector<std::pair<const ExplainedRun *, std::size_t>> places; ///< the run, and its position there
};

bool holds(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

bool does(const Behavior &behavior, std::string_view what) {
  return holds(behavior.object.text(), what) ||
         (!behavior.lineage.empty() && holds(behavior.lineage.back().text(), what));
}

bool is_below(const Behavior &behavior, std::string_view what) {
  return holds(text_of(behavior.lineage), what);
}

template <typename IsMeant>
std::map<std::string, Meant> those_meant(std::span<const ExplainedRun> runs, const IsMeant &is_meant) {
  std::map<std::string, Meant> meant;
  for (const auto &run : runs) {
    const auto &behaviors = run.run.fingerprint.behaviors;
    for (std::size_t i = 0; i < behaviors.size(); ++i)
      if (is_meant(behaviors[i]))
        meant.try_emplace(behavior_id(behaviors[i]), Meant{&behaviors[i], {}})
            .first->second.places.emplace_back(&run, i);
  }
  return meant;
}

/// "seen in 2 of 3 runs: a.recording, c.recording"
std::string support_of(const Meant &meant, std::span<const ExplainedRun> runs) {
  std::uint32_t all = 0, seen = 0;
  for (const auto &run : runs) all += run.run.fingerprint.runs;
  std::vector<std::string> sources;
  for (const auto &[run, at] : meant.places) {
    const auto here = run->run.fingerprint.behaviors[at].seen;
    seen += here;
    sources.push_back(printable(run->source));
    if (run->run.fingerprint.runs > 1)
      sources.back() +=
          " (" + std::to_string(here) + " of " + std::to_string(run->run.fingerprint.runs) + ')';
  }
  return "seen in " + std::to_string(seen) + " of " + std::to_string(all) + (all == 1 ? " run" : " runs") +
         (runs.size() > 1 ? ": " + join(sources, ", ") : "");
}

std::string describe(const Meant &meant, std::span<const ExplainedRun> runs) {
  const auto &behavior = *meant.behavior;
  std::string out =
      behavior_id(behavior) + "\n  " + std::string(to_string(behavior.kind)) + " as " + behavior.user;
  if (!behavior.object.empty()) out += "  " + behavior.object.text();
  for (std::size_t i = 0; i < behavior.lineage.size(); ++i)
    out += "\n    " + std::string(2 * i, ' ') + behavior.lineage[i].text();
  out += "\n  " + support_of(meant, runs);
  if (behavior.optional) out += ", known to come and go";
  if (!behavior.package.empty()) out += "\n  on behalf of " + behavior.package;
  return out + '\n';
}

std::string describe(const Evidence &evidence) {
  std::string out = "  " + std::to_string(evidence.count) +
                    (evidence.count == 1 ? " time, at " : " times, from ") + seconds(evidence.first_ns);
  if (evidence.count > 1) out += " to " + seconds(evidence.last_ns);
  out += "\n  raw\n";
  for (const auto &raw : evidence.raw) out += "    " + raw + '\n';
  if (evidence.rewrites.empty()) return out;
  out += "  rules\n";
  for (const auto &rewrite : evidence.rewrites) {
    const auto title = rule_title(rewrite.rule);
    out += "    " + rewrite.rule + (title.empty() ? "" : " (" + std::string(title) + ')') + "\n      " +
           rewrite.before + "\n      → " + rewrite.after + '\n';
  }
  return out;
}

} // namespace

std::string explain(std::span<const ExplainedRun> runs, std::string_view what) {
  std::map<std::string, Meant> meant;
  if (what.size() >= k_least_digits)
    meant = those_meant(runs, [&](const Behavior &one) { return behavior_id(one).starts_with(what); });
  for (const auto &in_line : {does, is_below})
    if (meant.empty()) meant = those_meant(runs, [&](const Behavior &one) { return in_line(one, what); });
  if (meant.empty() || what.empty())
    throw Error("no behavior has an id that begins with \"" + printable(what) + "\", or that in its line",
                "'buildprint show FILE' shows the lines, with --format json their ids, too");
  std::string out;
  std::size_t told = 0;
  for (const auto &[id, one] : meant) {
    if (told++ == k_most_explained)
      return out + "\nand " + std::to_string(meant.size() - k_most_explained) +
             " more: say more of the line, or an id\n";
    if (!out.empty()) out += '\n';
    out += describe(one, runs);
    const auto seen = std::find_if(one.places.begin(), one.places.end(), [](const auto &place) {
      return place.second < place.first->run.evidence.size();
    });
    if (seen == one.places.end())
      out += "  raw values: explain the recording instead (record --recording FILE)\n";
    else
      out += describe(seen->first->run.evidence[seen->second]);
  }
  return out;
}

} // namespace buildprint

#include "fingerprint/explain.hpp"

#include <cstdio>

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

std::string describe(const Behavior &behavior, std::uint32_t runs) {
  std::string out =
      behavior_id(behavior) + "\n  " + std::string(to_string(behavior.kind)) + " as " + behavior.user;
  if (!behavior.object.empty()) out += "  " + behavior.object;
  for (std::size_t i = 0; i < behavior.lineage.size(); ++i)
    out += "\n    " + std::string(2 * i, ' ') + behavior.lineage[i];
  out += "\n  seen in " + std::to_string(behavior.seen) + " of " + std::to_string(runs) +
         (runs == 1 ? " run" : " runs");
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

std::string explain(const CanonicalRun &run, std::string_view id) {
  std::string out;
  const auto &behaviors = run.fingerprint.behaviors;
  for (std::size_t i = 0; i < behaviors.size(); ++i) {
    if (!behavior_id(behaviors[i]).starts_with(id)) continue;
    if (!out.empty()) out += '\n';
    out += describe(behaviors[i], run.fingerprint.runs);
    out += i < run.evidence.size()
               ? describe(run.evidence[i])
               : "  raw values: explain the recording instead (record --recording FILE)\n";
  }
  if (out.empty())
    throw Error("no behavior has an id that begins with \"" + printable(id) + '"',
                "'buildprint show FILE --format json' lists the ids");
  return out;
}

} // namespace buildprint

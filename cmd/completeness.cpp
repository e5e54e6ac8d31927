#include "cmd/completeness.hpp"

#include <optional>

#include "cmd/load_side.hpp"
#include "cmd/rules_in_force.hpp"
#include "recorder/process_tree.hpp"
#include "recorder/recording_file.hpp"
#include "reports/completeness.hpp"

namespace buildprint {

std::string completeness_text(const std::filesystem::path &path) {
  if (!is_recording(path)) return render_completeness(load_side(path).fingerprint);
  const auto rules = rules_in_force();
  CompletenessFacts facts;
  std::optional<Canonicalizer> canonicalizer;
  std::optional<ProcessTree> tree;
  facts.end = read_recording(
      path,
      [&](const RunInfo &run) {
        facts.run = run;
        canonicalizer.emplace(run, rules);
        tree.emplace(run.main_process);
      },
      [&](const Event &event) {
        ++facts.events;
        tree->add(event);
        canonicalizer->add(event);
      });
  auto run = canonicalizer->finish(facts.end);
  facts.fingerprint = std::move(run.fingerprint);
  facts.notices = std::move(run.notices);
  facts.processes = tree->processes();
  const auto open = tree->unclosed({}), left = std::uint64_t{facts.end.left_running.size()};
  facts.unclosed = open > left ? open - left : left - open;
  return render_completeness(facts);
}

} // namespace buildprint

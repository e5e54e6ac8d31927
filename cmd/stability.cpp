#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/load_side.hpp"
#include "fingerprint/merge.hpp"
#include "fingerprint/stability.hpp"

namespace buildprint {
namespace {

struct StabilityOptions {
  std::vector<std::string> files;
};

std::string unstable_lines(const Fingerprint &merged) {
  std::string text;
  for (const auto &behavior : merged.behaviors) {
    if (behavior.seen >= merged.runs) continue;
    text += "  " + std::to_string(behavior.seen) + '/' + std::to_string(merged.runs) + "  " +
            std::string(to_string(behavior.kind)) + ' ' + join(behavior.lineage, " > ");
    if (!behavior.object.empty()) text += "  " + behavior.object;
    text += behavior.optional ? "  (known to come and go)\n" : "\n";
  }
  return text;
}

int run_stability(const StabilityOptions &options) {
  std::vector<Fingerprint> runs;
  for (const auto &file : options.files) runs.push_back(load_side(file).fingerprint);
  const auto merged = merge(runs, MergeAs::runs, options.files);
  if (merged.runs < 2)
    throw Error("one run says nothing about what varies", "name several runs, or a merged fingerprint");
  auto text = in_words(stability_of(merged)) + '\n';
  const auto unstable = unstable_lines(merged);
  text += unstable.empty() ? "every behavior is in every run\n" : "not in every run:\n" + unstable;
  for (const auto &field : random_fields(merged)) text += in_words(field);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return unstable.empty() ? k_exit_same : k_exit_new;
}

} // namespace

void add_stability(CLI::App &app, Action &action) {
  auto options = std::make_shared<StabilityOptions>();
  auto *command = app.add_subcommand("stability", "Say which behaviors vary between unchanged runs, and why");
  command->add_option("FILE", options->files, "Fingerprints or recordings of unchanged runs, or a merged one")
      ->required();
  command->footer("Exit status: 0 when every behavior is in every run, 1 when not, 2 error.\n\n"
                  "Examples:\n"
                  "  buildprint stability run1.json run2.json run3.json\n"
                  "  buildprint stability baseline.json");
  command->callback([options, &action] { action = [options] { return run_stability(*options); }; });
}

} // namespace buildprint

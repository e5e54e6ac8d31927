#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/load_side.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/merge.hpp"
#include "fingerprint/stability.hpp"

namespace buildprint {
namespace {

struct MergeOptions {
  std::vector<std::string> inputs;
  std::string output;
  bool shards = false;
};

/// Each file once: a run that is named twice is still one run.
std::vector<std::string> distinct(const std::vector<std::string> &paths) {
  std::vector<std::string> files;
  std::set<std::filesystem::path> seen;
  for (const auto &path : paths) {
    if (seen.insert(std::filesystem::weakly_canonical(path)).second)
      files.push_back(path);
    else
      std::fprintf(stderr, "buildprint: %s is listed twice and counted once\n", printable(path).c_str());
  }
  return files;
}

int run_merge(const MergeOptions &options) {
  if (!options.output.empty()) require_writable(options.output);
  const auto files = distinct(options.inputs);
  std::vector<Fingerprint> inputs;
  for (const auto &path : files) inputs.push_back(load_side(path).fingerprint);
  const auto merged = merge(inputs, options.shards ? MergeAs::shards : MergeAs::runs, files);
  const auto text = render_fingerprint(merged);
  if (options.output.empty())
    std::fwrite(text.data(), 1, text.size(), stdout);
  else
    write_file_atomically(options.output, text);
  if (!options.shards) std::fprintf(stderr, "%s\n", in_words(stability_of(merged)).c_str());
  return k_exit_same;
}

} // namespace

void add_merge(CLI::App &app, Action &action) {
  auto options = std::make_shared<MergeOptions>();
  auto *command =
      app.add_subcommand("merge", "Merge several runs, or the shards of one run, into one fingerprint");
  command->add_option("FILE", options->inputs, "Fingerprints or recordings of one workload")->required();
  command->add_option("-o,--output", options->output, "Write to FILE instead of standard output")
      ->type_name("FILE");
  command->add_flag("--shards", options->shards, "The files are parts of one run, not separate runs");
  command->footer("Nothing is dropped: a behavior seen in one run of five stays, with \"seen\":1.\n\n"
                  "Examples:\n"
                  "  buildprint merge run1.json run2.json run3.json -o baseline.json\n"
                  "  buildprint merge --shards shard-*.json -o suite.json");
  command->callback([options, &action] { action = [options] { return run_merge(*options); }; });
}

} // namespace buildprint

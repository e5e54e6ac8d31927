#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "base/file.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/rules_in_force.hpp"
#include "fingerprint/canonicalize.hpp"
#include "fingerprint/fingerprint_json.hpp"

namespace buildprint {
namespace {

struct FingerprintOptions {
  std::string recording, output, rules;
};

int run_fingerprint(const FingerprintOptions &options) {
  if (!options.output.empty()) require_writable(options.output);
  const auto text =
      render_fingerprint(canonicalize_file(options.recording, rules_in_force(options.rules)).fingerprint);
  if (options.output.empty())
    std::fwrite(text.data(), 1, text.size(), stdout);
  else
    write_file_atomically(options.output, text);
  return k_exit_same;
}

} // namespace

void add_fingerprint(CLI::App &app, Action &action) {
  auto options = std::make_shared<FingerprintOptions>();
  auto *command =
      app.add_subcommand("fingerprint", "Compute the fingerprint of a recording, without running anything");
  command->add_option("RECORDING", options->recording, "A file written by 'buildprint record --recording'")
      ->required();
  command->add_option("-o,--output", options->output, "Write to FILE instead of standard output")
      ->type_name("FILE");
  command->add_option("--rules", options->rules, "The project's rules (default: .buildprint/rules.json)")
      ->type_name("FILE");
  command->footer("Examples:\n"
                  "  buildprint fingerprint tests.recording -o tests.json\n"
                  "  buildprint fingerprint tests.recording --rules new-rules.json | diff tests.json -");
  command->callback([options, &action] { action = [options] { return run_fingerprint(*options); }; });
}

} // namespace buildprint

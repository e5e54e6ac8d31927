#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/load_side.hpp"
#include "fingerprint/explain.hpp"

namespace buildprint {
namespace {

struct ExplainOptions {
  std::string file, id;
};

int run_explain(const ExplainOptions &options) {
  auto side = load_side(options.file);
  const auto text = explain({std::move(side.fingerprint), std::move(side.evidence), {}}, options.id);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return k_exit_same;
}

} // namespace

void add_explain(CLI::App &app, Action &action) {
  auto options = std::make_shared<ExplainOptions>();
  auto *command =
      app.add_subcommand("explain", "Show what a behavior was before the rules, and which rules it met");
  command
      ->add_option("FILE", options->file, "A recording; of a fingerprint only the behavior itself is known")
      ->required();
  command->add_option("ID", options->id, "The behavior's id, or its first digits")->required();
  command->footer("Examples:\n"
                  "  buildprint explain tests.recording 9c1f03");
  command->callback([options, &action] { action = [options] { return run_explain(*options); }; });
}

} // namespace buildprint

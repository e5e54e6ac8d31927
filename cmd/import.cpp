#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "base/file.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/rules.hpp"
#include "reports/spyderbat.hpp"

namespace buildprint {
namespace {

struct ImportOptions {
  std::string file, output, builder = "builder";
};

int run_import(const ImportOptions &options) {
  if (!options.output.empty()) require_writable(options.output);
  const Fingerprint imported =
      import_spyderbat(read_file(options.file), options.file, {options.builder, builtin_rules().id()});
  const std::string text = render_fingerprint(imported);
  if (options.output.empty())
    std::fwrite(text.data(), 1, text.size(), stdout);
  else
    write_file_atomically(options.output, text);
  for (const auto &gap : imported.coverage_gaps) std::fprintf(stderr, "buildprint: %s\n", gap.c_str());
  return k_exit_same;
}

} // namespace

void add_import(CLI::App &app, Action &action) {
  auto options = std::make_shared<ImportOptions>();
  auto *command = app.add_subcommand("import", "Convert a Spyderbat fingerprint (YAML)");
  command->add_option("FILE", options->file, "A SpyderbatFingerprint, -Baseline or -Policy")->required();
  command->add_option("--builder", options->builder, "The effective user that becomes builder")
      ->capture_default_str()
      ->type_name("USER");
  command->add_option("-o,--output", options->output, "Write to FILE instead of standard output")
      ->type_name("FILE");
  command->footer(
      "Examples:\n"
      "  buildprint import web.yaml -o web.json\n"
      "  spyctl get fingerprints -o yaml web > web.yaml && buildprint import web.yaml --builder www-data");
  command->callback([options, &action] { action = [options] { return run_import(*options); }; });
}

} // namespace buildprint

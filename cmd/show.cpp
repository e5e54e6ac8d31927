#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cmd/commands.hpp"
#include "cmd/completeness.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/load_side.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/stability.hpp"
#include "fingerprint/tree.hpp"
#include "reports/attestation.hpp"
#include "reports/fingerprint_reports.hpp"
#include "reports/html.hpp"

namespace buildprint {
namespace {

struct ShowOptions {
  std::string file, output;
  std::string format = "tree";
  std::vector<std::string> subjects;
  std::string service;
  bool completeness = false;
};

std::string tree_of(const LoadedSide &side) {
  return render_tree(side.fingerprint);
}
std::string json_of(const LoadedSide &side) {
  return render_fingerprint(side.fingerprint);
}
std::string html_of(const LoadedSide &side) {
  return render_html(side.fingerprint, side.evidence);
}

/// How stable the runs are, and what looks random in them.
std::string stability_text(const LoadedSide &side) {
  auto text = in_words(stability_of(side.fingerprint)) + '\n';
  for (const auto &field : random_fields(side.fingerprint)) text += in_words(field);
  return text;
}

struct ShowFormat {
  std::string_view name;
  std::string (*render)(const LoadedSide &);
};

constexpr std::array k_formats{
    ShowFormat{"tree", tree_of},
    ShowFormat{"json", json_of},
    ShowFormat{"html", html_of},
    ShowFormat{"stability", stability_text},
};

/// The formats above, then those that reports/ has for a fingerprint alone.
std::string render(const LoadedSide &side, const ShowOptions &options) {
  for (const auto &format : k_formats)
    if (format.name == options.format) return format.render(side);
  std::vector<Subject> subjects;
  for (const auto &subject : options.subjects) subjects.push_back(parse_subject(subject));
  return find_fingerprint_report(options.format)->render(side.fingerprint, subjects);
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const auto &format : k_formats) names.emplace_back(format.name);
  for (const auto &report : fingerprint_reports()) names.emplace_back(report.name);
  return names;
}

int run_show(const ShowOptions &options) {
  const auto names = format_names();
  if (std::find(names.begin(), names.end(), options.format) == names.end())
    throw Error("unknown format \"" + options.format + '"', "the formats are " + join(names, ", "));
  if (!options.output.empty()) require_writable(options.output);
  std::string text;
  if (options.completeness) {
    text = completeness_text(options.file);
  } else {
    auto side = load_side(options.file);
    if (!options.service.empty()) keep_service(options.service, {&side});
    text = render(side, options);
  }
  if (options.output.empty())
    std::fwrite(text.data(), 1, text.size(), stdout);
  else
    write_file_atomically(options.output, text);
  return k_exit_same;
}

} // namespace

void add_show(CLI::App &app, Action &action) {
  auto options = std::make_shared<ShowOptions>();
  auto *command = app.add_subcommand("show", "Show a fingerprint or a recording");
  command->add_option("FILE", options->file, "A fingerprint or a recording")->required();
  command->add_option("--format", options->format, "One of " + join(format_names(), ", "))
      ->capture_default_str();
  command
      ->add_option("--subject", options->subjects,
                   "With --format runtime-trace: write a complete in-toto statement about this artifact")
      ->type_name("NAME@sha256:HEX");
  command->add_option("--service", options->service, "Show only this container (image or compose service)")
      ->type_name("NAME");
  command->add_flag("--completeness", options->completeness,
                    "Show what was lost, truncated, not seen or not followed instead");
  command->add_option("-o,--output", options->output, "Write to FILE instead of standard output")
      ->type_name("FILE");
  command->footer("Examples:\n"
                  "  buildprint show baseline.json\n"
                  "  buildprint show tests.recording --format json\n"
                  "  buildprint show tests.recording --format html -o run.html\n"
                  "  buildprint show tests.recording --completeness\n"
                  "  buildprint show baseline.json --format stability\n"
                  "  buildprint show baseline.json --format dot | dot -Tsvg -o baseline.svg");
  command->callback([options, &action] { action = [options] { return run_show(*options); }; });
}

} // namespace buildprint

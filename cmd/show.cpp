#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cmd/commands.hpp"
#include "cmd/exit_code.hpp"
#include "cmd/load_side.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/stability.hpp"
#include "fingerprint/tree.hpp"
#include "reports/html.hpp"

namespace buildprint {
namespace {

struct ShowOptions {
  std::string file, output;
  std::string format = "tree";
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

int run_show(const ShowOptions &options) {
  for (const auto &format : k_formats) {
    if (format.name != options.format) continue;
    if (!options.output.empty()) require_writable(options.output);
    const auto text = format.render(load_side(options.file));
    if (options.output.empty())
      std::fwrite(text.data(), 1, text.size(), stdout);
    else
      write_file_atomically(options.output, text);
    return k_exit_same;
  }
  throw Error("no format \"" + options.format + '"', "see 'buildprint show --help'");
}

} // namespace

void add_show(CLI::App &app, Action &action) {
  auto options = std::make_shared<ShowOptions>();
  auto *command = app.add_subcommand("show", "Show a fingerprint or a recording");
  command->add_option("FILE", options->file, "A fingerprint or a recording")->required();
  std::string names;
  for (const auto &format : k_formats) (names += names.empty() ? "" : ", ") += format.name;
  command->add_option("--format", options->format, "One of " + names)->capture_default_str();
  command->add_option("-o,--output", options->output, "Write there instead of to standard output")
      ->type_name("FILE");
  command->footer("Examples:\n"
                  "  buildprint show baseline.json\n"
                  "  buildprint show tests.recording --format json\n"
                  "  buildprint show tests.recording --format html -o run.html\n"
                  "  buildprint show baseline.json --format stability");
  command->callback([options, &action] { action = [options] { return run_show(*options); }; });
}

} // namespace buildprint

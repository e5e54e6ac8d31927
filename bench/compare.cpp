// How long two fingerprints of 100,000 behaviors take to read and compare, beside parsing the same JSON
// alone.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>

#include <simdjson.h>

#include "base/file.hpp"
#include "diff/compare.hpp"
#include "diff/rewrite.hpp"
#include "fingerprint/fingerprint_json.hpp"

namespace buildprint {
namespace {

constexpr int k_rounds = 5;

/// A build of many recipes, each with its script, tools and files; `changed` recipes do something new.
Fingerprint build(std::size_t behaviors, std::size_t changed) {
  Fingerprint result;
  result.name = "bench";
  result.rules = "1-bench";
  const auto add = [&](Kind kind, std::vector<std::string> lineage, std::string object) {
    Behavior behavior;
    behavior.kind = kind;
    behavior.user = "builder";
    behavior.lineage = std::move(lineage);
    behavior.object = std::move(object);
    result.behaviors.push_back(std::move(behavior));
  };
  for (std::size_t i = 0; result.behaviors.size() < behaviors; ++i) {
    const auto script = "/usr/bin/sh $WS/recipes/part" + std::to_string(i) + ".sh";
    std::vector<std::string> lineage{"/usr/bin/sh $WS/ci", "/usr/bin/make", "/usr/bin/sh -c", script};
    add(Kind::exec, lineage, "");
    add(Kind::write, lineage, "$WS");
    for (const char *tool : {"/usr/bin/gcc", "/usr/bin/sed", "/usr/bin/ar"}) {
      lineage.push_back(tool);
      add(Kind::exec, lineage, "");
      add(Kind::write, lineage, "$WS");
      lineage.pop_back();
    }
    lineage.emplace_back("/usr/bin/curl");
    add(Kind::exec, lineage, "");
    add(Kind::connect, lineage, "mirror" + std::to_string(i % 100) + ".example:443/tcp");
    if (i < changed) add(Kind::connect, lineage, "new" + std::to_string(i) + ".example:443/tcp");
  }
  sort_and_join(result.behaviors);
  return result;
}

/// Of the processor, so that a busy machine does not count; everything here runs on one core.
template <class Work> double best_ms(Work work) {
  double best = 1e9;
  for (int i = 0; i < k_rounds; ++i) {
    const auto start = std::clock();
    work();
    best = std::min(best, 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return best;
}

/// Every value of the document is visited, nothing is kept.
std::size_t parse_only(const std::string &text) {
  simdjson::dom::parser parser;
  return parser.parse(text).get_object().value().size();
}

void measure(std::size_t behaviors, std::size_t changed) {
  const auto directory =
      std::filesystem::temp_directory_path() / ("bench-compare." + std::to_string(getpid()));
  std::filesystem::create_directory(directory);
  const auto base_file = directory / "base.json", head_file = directory / "head.json";
  write_file_atomically(base_file, render_fingerprint(build(behaviors, 0)));
  write_file_atomically(head_file, render_fingerprint(build(behaviors, changed)));
  const auto texts = read_file(base_file) + read_file(head_file);
  const auto half = read_file(base_file).size();

  std::size_t findings = 0;
  const double whole = best_ms([&] {
    const auto base = load_fingerprint(base_file), head = load_fingerprint(head_file);
    findings = compare(base, head, Policy{}).findings.size();
  });
  const auto base = load_fingerprint(base_file), head = load_fingerprint(head_file);
  const double only_compare = best_ms([&] { compare(base, head, Policy{}); });
  const double only_parse =
      best_ms([&] { findings += 0 * (parse_only(texts.substr(0, half)) + parse_only(texts.substr(half))); });
  std::printf(
      "%8zu behaviors, %6zu new in %5zu findings: read and compare %6.0f ms, compare %6.0f ms, parse the "
      "JSON alone %5.0f ms (%.0f MB)\n",
      behaviors, changed, findings, whole, only_compare, only_parse, static_cast<double>(texts.size()) / 1e6);
  std::filesystem::remove_all(directory);
}

} // namespace
} // namespace buildprint

int main() {
  for (const std::size_t changed : {0, 1, 100, 5000}) buildprint::measure(100'000, changed);
}

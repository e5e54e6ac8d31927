#include "cmd/load_side.hpp"

#include <array>
#include <fstream>
#include <memory>

#include "fingerprint/fingerprint_json.hpp"
#include "recorder/recording_file.hpp"

namespace buildprint {
namespace {

/// A recording says what it is in its first line, whatever is wrong behind it.
bool is_recording(const std::filesystem::path &path) {
  std::array<char, 256> start{};
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), start.size());
  const std::string_view text(start.data(), static_cast<std::size_t>(file.gcount()));
  return text.substr(0, text.find('\n')).find("buildprint/recording/") != std::string_view::npos;
}

} // namespace

LoadedSide load_side(const std::filesystem::path &path) {
  if (!is_recording(path)) return {load_fingerprint(path), {}};
  std::unique_ptr<Canonicalizer> canonicalizer;
  const auto rules = builtin_rules();
  const auto end = read_recording(
      path, [&](const RunInfo &run) { canonicalizer = std::make_unique<Canonicalizer>(run, rules); },
      [&](const Event &event) { canonicalizer->add(event); });
  auto run = canonicalizer->finish(end);
  return {std::move(run.fingerprint), std::move(run.evidence)};
}

} // namespace buildprint

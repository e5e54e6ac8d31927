#include "cmd/load_side.hpp"

#include <array>
#include <fstream>

#include "cmd/rules_in_force.hpp"
#include "fingerprint/fingerprint_json.hpp"

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

LoadedSide load_side(const std::filesystem::path &path, const Rules &rules) {
  if (!is_recording(path)) return {load_fingerprint(path), {}};
  auto run = canonicalize_file(path, rules);
  return {std::move(run.fingerprint), std::move(run.evidence)};
}

LoadedSide load_side(const std::filesystem::path &path) {
  return load_side(path, rules_in_force());
}

} // namespace buildprint

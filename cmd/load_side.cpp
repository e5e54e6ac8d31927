#include "cmd/load_side.hpp"

#include <array>
#include <fstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cmd/rules_in_force.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/services.hpp"

namespace buildprint {

bool is_recording(const std::filesystem::path &path) {
  std::array<char, 256> start{};
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), start.size());
  const std::string_view text(start.data(), static_cast<std::size_t>(file.gcount()));
  return text.substr(0, text.find('\n')).find("buildprint/recording/") != std::string_view::npos;
}

LoadedSide load_side(const std::filesystem::path &path, const Rules &rules) {
  if (!is_recording(path)) return {load_fingerprint(path), {}};
  auto run = canonicalize_file(path, rules);
  return {std::move(run.fingerprint), std::move(run.evidence)};
}

LoadedSide load_side(const std::filesystem::path &path) {
  return load_side(path, rules_in_force());
}

void keep_service(const std::string &service, std::initializer_list<LoadedSide *> sides) {
  std::set<Program> meant, all;
  for (const auto *side : sides) {
    meant.merge(containers_called(side->fingerprint, service));
    all.merge(containers_of(side->fingerprint));
  }
  if (meant.empty())
    throw Error("no container is named " + printable(service),
                all.empty() ? "the recording has no containers"
                            : "one of " + join(texts_of({all.begin(), all.end()}), ", "));
  for (auto *side : sides) {
    LoadedSide kept;
    for (std::size_t i = 0; i < side->fingerprint.behaviors.size(); ++i) {
      if (!happens_in(side->fingerprint.behaviors[i], meant)) continue;
      kept.fingerprint.behaviors.push_back(side->fingerprint.behaviors[i]);
      if (!side->evidence.empty()) kept.evidence.push_back(side->evidence[i]);
    }
    side->fingerprint.behaviors = std::move(kept.fingerprint.behaviors);
    side->evidence = std::move(kept.evidence);
  }
}

} // namespace buildprint

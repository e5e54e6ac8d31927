#include "fingerprint/volume.hpp"

#include <algorithm>
#include <array>

namespace buildprint {
namespace {

constexpr std::array<std::string_view, 14> k_steps{"below 1 kB", "1 kB",   "10 kB",  "100 kB", "1 MB",
                                                   "10 MB",      "100 MB", "1 GB",   "10 GB",  "100 GB",
                                                   "1 TB",       "10 TB",  "100 TB", "1 PB"};

} // namespace

std::string volume_text(std::uint64_t bytes) {
  std::size_t step = 0;
  for (auto rest = bytes / 1000; rest > 0 && step + 1 < k_steps.size(); rest /= 10) ++step;
  return std::string(k_steps[step]);
}

std::optional<int> volume_step(std::string_view text) {
  const auto found = std::find(k_steps.begin(), k_steps.end(), text);
  if (found == k_steps.end()) return std::nullopt;
  return static_cast<int>(found - k_steps.begin());
}

} // namespace buildprint

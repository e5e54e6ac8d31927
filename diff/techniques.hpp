#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// An adversary technique of MITRE ATT&CK (Enterprise, version 17) that a behavior can be a sign of.
struct Technique {
  std::string_view id, name;
  bool (*fits)(const Behavior &behavior);
};
std::span<const Technique> technique_table();

/// The ids that fit any behavior of the finding, sorted.
std::vector<std::string> techniques_of(const Finding &finding);
/// "T1105" → "Ingress Tool Transfer"; empty when the table does not know it.
std::string_view technique_name(std::string_view id);

} // namespace buildprint

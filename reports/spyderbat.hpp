#pragma once

#include <string>
#include <string_view>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

struct SpyderbatImport {
  std::string builder = "builder"; ///< the effective user that is this project's builder
  std::string rules;               ///< the rules that the result is to be compared under
};

/// A SpyderbatFingerprint, -Baseline or -Policy document (YAML or JSON) as a fingerprint: its processes are
/// exec, its listening sockets listen, its egress connect. What has no counterpart (address ranges, ingress,
/// egress of any process) becomes a coverage gap, in words. Throws Error, naming `source`.
Fingerprint import_spyderbat(std::string_view text, std::string_view source, const SpyderbatImport &options);

} // namespace buildprint

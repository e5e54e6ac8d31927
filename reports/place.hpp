#pragma once

#include <map>
#include <string>
#include <vector>

#include "diff/diff.hpp"
#include "reports/reports.hpp"

namespace buildprint {

/// Answers where in the repository a reader is sent for a finding.
class Places {
 public:
  Places(const Diff &diff, const RenderOptions &options);

  /// The place that the finding itself names (a lock file's line); else the committed fingerprint, at the
  /// line of the nearest ancestor that it knows, or its first line.
  Place of(const Finding &finding) const;
  Place of(const Behavior &behavior) const;

 private:
  std::string file_;
  std::map<std::string, int, std::less<>> line_of_lineage_;
};

/// True for a path inside the repository: relative, without "..", inert.
bool is_repository_path(std::string_view path);

/// As a relative URI reference (RFC 3986): what is not unreserved or "/" is percent-encoded.
std::string uri_of(std::string_view path);

} // namespace buildprint

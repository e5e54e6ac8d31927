#pragma once

#include <string>
#include <vector>

#include "base/text.hpp"
#include "diff/compare.hpp"
#include "diff/rewrite.hpp"

namespace buildprint::tell {

// Fingerprints told in a line a behavior: "KIND USER: A > B > C [-> OBJECT] [@ PACKAGE]".

inline Behavior behavior(const std::string &line) {
  Behavior told;
  const auto colon = line.find(": ");
  const auto head = split(std::string_view(line).substr(0, colon), ' ');
  told.kind = *kind_from(head.at(0));
  told.user = std::string(head.at(1));
  auto rest = line.substr(colon + 2);
  if (const auto at = rest.find(" @ "); at != std::string::npos) {
    told.package = rest.substr(at + 3);
    rest.resize(at);
  }
  if (const auto arrow = rest.find(" -> "); arrow != std::string::npos) {
    told.object = Object::parse(told.kind, rest.substr(arrow + 4));
    rest.resize(arrow);
  }
  told.lineage = parse_lineage_text(rest);
  return told;
}

inline Fingerprint fingerprint(const std::vector<std::string> &lines) {
  Fingerprint told;
  told.name = "unit-tests";
  told.rules = "1-test";
  for (const auto &line : lines) told.behaviors.push_back(behavior(line));
  sort_and_join(told.behaviors);
  return told;
}

inline std::vector<std::string> with(std::vector<std::string> lines, const std::vector<std::string> &more) {
  lines.insert(lines.end(), more.begin(), more.end());
  return lines;
}

/// "SUBJECT is written by A > B"
inline Attribute written(const std::string &subject, const std::string &lineage) {
  return {subject, "written by", lineage};
}

inline Diff diff(const std::vector<std::string> &base, const std::vector<std::string> &head) {
  return compare(fingerprint(base), fingerprint(head), Policy{});
}

/// "exec: /usr/bin/curl", "connect: host:443/tcp": the behaviors of a finding, as shown.
inline std::vector<std::string> shown(const Finding &finding) {
  std::vector<std::string> lines;
  for (const auto &item : finding.behaviors)
    lines.push_back(std::string(to_string(item.behavior.kind)) + ": " +
                    (item.behavior.kind == Kind::exec ? item.behavior.lineage.back().text()
                                                      : item.behavior.object.text()));
  return lines;
}

} // namespace buildprint::tell

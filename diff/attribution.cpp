#include "diff/attribution.hpp"

#include <algorithm>

namespace buildprint {
namespace {

/// "npm:left-pad postinstall" → its parts; nullopt when it is not of that form.
std::optional<Package> parse_package(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto space = text.find(' ', colon);
  Package package;
  package.manager = text.substr(0, colon);
  package.name = text.substr(colon + 1, space == std::string_view::npos ? space : space - colon - 1);
  if (space != std::string_view::npos) package.stage = text.substr(space + 1);
  return package;
}

std::string version_of(const Fingerprint &fingerprint, const std::string &subject) {
  std::string version;
  for (const auto &attribute : fingerprint.attributes)
    if (attribute.subject == subject && attribute.name == "version") version = attribute.value;
  return version;
}

} // namespace

std::optional<Package> package_of(const Finding &finding) {
  for (const auto *list : {&finding.behaviors, &finding.more})
    for (const auto &item : *list)
      if (!item.behavior.package.empty()) return parse_package(item.behavior.package);
  return std::nullopt;
}

void add_versions(std::vector<Finding> &findings, const Fingerprint &base, const Fingerprint &head) {
  for (auto &finding : findings) {
    if (!finding.package) continue;
    const auto subject = finding.package->manager + ":" + finding.package->name;
    finding.package->version = version_of(head, subject);
    finding.package->base_version = version_of(base, subject);
    if (finding.package->base_version == finding.package->version) finding.package->base_version.clear();
  }
}

} // namespace buildprint

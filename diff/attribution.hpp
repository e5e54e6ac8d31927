#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "diff/diff.hpp"
#include "diff/repository_files.hpp"

namespace buildprint {

/// The dependency that did it, from the behaviors' own `package`; its version is not known here.
std::optional<Package> package_of(const Finding &finding);

/// Puts the versions of the two sides' attributes to the package of each finding.
void add_versions(std::vector<Finding> &findings, const Fingerprint &base, const Fingerprint &head);

/// Puts to each finding the line of `repository` that brought it: of the dependency in a lock file or
/// manifest, else of the script, recipe or workflow above it, with the make target or workflow step that it
/// belongs to. `base` reads the same project before the change, for the version that a dependency had; it may
/// be empty. Reads files of the project itself only; what is not found stays without a place.
void locate(std::vector<Finding> &findings, const std::filesystem::path &repository,
            const FileReader &base = {});

} // namespace buildprint

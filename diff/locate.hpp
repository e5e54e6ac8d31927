#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/diff.hpp"
#include "diff/repository_files.hpp"

namespace buildprint {

// The two searches of locate(), see diff/attribution.hpp.

struct PackageEntry {
  Place place;
  std::string version; ///< empty where none stands
};

/// The package in the first lock file or manifest of its manager that names it; `folders` end in a slash, ""
/// is the top.
std::optional<PackageEntry> find_package(const Package &package, const FileReader &read,
                                         const std::vector<std::string> &folders);

/// A name that some manager gives to its lock file or manifest.
bool is_package_file(std::string_view name);

struct ScriptEntry {
  Place place;
  std::optional<Package> who; ///< the make target or workflow step that the line belongs to
};

/// The CI systems' files, and what of them runs this comparison, where GitHub says so; any may be empty.
struct Workflows {
  std::vector<std::string> files; ///< the running one first
  std::string running_job;        ///< GITHUB_JOB
  std::string running_step;       ///< GITHUB_ACTION, within an action that of the step that uses it
  /// GITHUB_ACTION_REPOSITORY, the action that the step uses; empty in the scripts of a composite action.
  std::string running_action = {};
};

/// The line of a script, recipe or workflow above the cause that names what the finding did.
std::optional<ScriptEntry> find_script(const Finding &finding, const FileReader &read,
                                       const Workflows &workflows);

} // namespace buildprint

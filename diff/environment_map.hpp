#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "diff/rewrite.hpp"
#include "fingerprint/canonicalize.hpp"

namespace buildprint {

/// What two environments call differently but is the same: each name is rewritten to a common one.
struct EnvironmentMap {
  Names hosts, users, paths;
};

/// The file "buildprint/map/1": JSON, comments allowed.
///   {"format": "buildprint/map/1", "hosts": {"db.staging.example": "db"}, "users": {}, "paths": {}}
/// Throws Error, naming `source`, for anything else: unknown keys, names that are no text or empty, a name
/// that is itself rewritten (a → b, b → c).
EnvironmentMap parse_environment_map(std::string_view text, std::string_view source);
EnvironmentMap load_environment_map(const std::filesystem::path &path);

/// Rewrites lineages, objects, users and attributes. Evidence keeps its behavior; where two behaviors
/// become one, the first one's stays.
void apply(const EnvironmentMap &map, Fingerprint &fingerprint, std::vector<Evidence> &evidence);

} // namespace buildprint

#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

#include "fingerprint/canonicalize.hpp"
#include "fingerprint/fingerprint.hpp"
#include "fingerprint/rules.hpp"

namespace buildprint {

/// One side of a comparison: a fingerprint, or a recording that is canonicalized here and gives evidence.
struct LoadedSide {
  Fingerprint fingerprint;
  std::vector<Evidence> evidence; ///< empty for a fingerprint
};

/// A recording says what it is in its first line, whatever is wrong behind it.
bool is_recording(const std::filesystem::path &path);

/// Throws Error when the file is neither.
LoadedSide load_side(const std::filesystem::path &path, const Rules &rules);
/// With the rules in force here.
LoadedSide load_side(const std::filesystem::path &path);

/// Leaves what happened in the containers that `service` means (services.hpp). Throws Error when there are
/// none in any of the sides.
void keep_service(const std::string &service, std::initializer_list<LoadedSide *> sides);

} // namespace buildprint

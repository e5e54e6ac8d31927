#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// The file "buildprint/fingerprint/1", one behavior a line.
std::string render_fingerprint(const Fingerprint &fingerprint);

/// Throws Error, naming `source` and the line, for anything that is not a fingerprint of this format:
/// merge-conflict markers, a newer format, unsorted or repeated behaviors, ids that do not match.
Fingerprint parse_fingerprint(std::string_view text, std::string_view source);

Fingerprint load_fingerprint(const std::filesystem::path &path);

} // namespace buildprint

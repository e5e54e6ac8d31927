#pragma once

#include <filesystem>
#include <string>

namespace buildprint {

/// What is known of a recording's completeness, or of a fingerprint's, in words. Throws Error when the file
/// is neither.
std::string completeness_text(const std::filesystem::path &path);

} // namespace buildprint

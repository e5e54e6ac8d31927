#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace buildprint {

/// The whole file. Throws Error (with the path and a remedy) when it cannot be read.
std::string read_file(const std::filesystem::path &path);

/// Replaces `path` as a whole: written to a temporary beside it, synced, then renamed. On any failure the
/// file that was there stays as it was, the temporary is removed and Error is thrown.
void write_file_atomically(const std::filesystem::path &path, std::string_view content);

/// Throws Error now when write_file_atomically(path) would fail later for lack of a directory or of
/// permission, so that a long recording is not lost for a mistyped path.
void require_writable(const std::filesystem::path &path);

} // namespace buildprint

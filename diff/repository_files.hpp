#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

/// The content of a file of the project, by its path in it; nullopt when there is none that a person reads.
using FileReader = std::function<std::optional<std::string>(const std::string &path)>;

/// Reads regular files below `repository` only, symbolic links resolved, and none that are too large.
FileReader files_below(const std::filesystem::path &repository);

/// A text by its lines, without their ends; views into it.
std::vector<std::string_view> lines_of(std::string_view text);

/// `word` stands in `line`, not as a part of a longer word.
bool has_word(std::string_view line, std::string_view word);
bool part_of_word(char c);

/// How far a line is indented; a tab counts as one.
std::size_t indent_of(std::string_view line);
std::string_view trimmed(std::string_view line);

} // namespace buildprint

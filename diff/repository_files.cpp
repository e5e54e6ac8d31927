#include "diff/repository_files.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

/// Larger files are generated; nobody reads a line of them.
constexpr std::uintmax_t k_largest_file = 32 * 1024 * 1024;

/// `path` below `root`, symlinks resolved; nullopt when it is no regular file there.
std::optional<fs::path> inside(const fs::path &root, const fs::path &path) {
  std::error_code error;
  const auto file = fs::canonical(root / path, error);
  if (error || !fs::is_regular_file(file, error) || fs::file_size(file, error) > k_largest_file)
    return std::nullopt;
  return std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first == root.end()
             ? std::optional(file)
             : std::nullopt;
}

} // namespace

FileReader files_below(const fs::path &repository) {
  std::error_code error;
  const auto root = fs::canonical(repository, error);
  return [root, error](const std::string &path) -> std::optional<std::string> {
    const auto file = error ? std::nullopt : inside(root, path);
    if (!file) return std::nullopt;
    try {
      return read_file(*file);
    } catch (const Error &) {
      return std::nullopt; // not ours to read: the finding stays without a place
    }
  };
}

std::vector<std::string_view> lines_of(std::string_view text) {
  auto lines = split(text, '\n');
  for (auto &line : lines)
    if (line.ends_with('\r')) line.remove_suffix(1);
  return lines;
}

bool part_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool has_word(std::string_view line, std::string_view word) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !part_of_word(line[at - 1])) && (end == line.size() || !part_of_word(line[end])))
      return true;
  }
  return false;
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

std::string_view trimmed(std::string_view line) {
  line.remove_prefix(indent_of(line));
  return line.substr(0, line.find_last_not_of(" \t") + 1);
}

} // namespace buildprint

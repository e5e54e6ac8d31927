#include "reports/layout.hpp"

#include <algorithm>
#include <cstdint>

#include "base/text.hpp"

namespace buildprint {
namespace {

constexpr std::string_view k_ellipsis = "…";

std::size_t character_bytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::uint32_t code_point(std::string_view character) {
  if (character.size() < 2) return static_cast<unsigned char>(character.front());
  std::uint32_t value = static_cast<unsigned char>(character.front()) & (0xFFu >> (character.size() + 1));
  for (const char c : character.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3F);
  return value;
}

/// Unicode's East Asian Width (UAX 11) in blocks; wcwidth(3) would answer for the locale of this process,
/// not for the terminal or log in which the report is read.
std::size_t columns(std::uint32_t c) {
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x20D0 && c <= 0x20FF)) return 0;
  const bool wide =
      (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
      (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
      (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

/// Bytes of the longest beginning of `text` that takes at most `width` columns.
std::size_t prefix_within(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  for (std::size_t used = 0; at < text.size();) {
    const std::size_t bytes = std::min(character_bytes(text[at]), text.size() - at);
    used += columns(code_point(text.substr(at, bytes)));
    if (used > width) break;
    at += bytes;
  }
  return at;
}

/// Where the shortest end begins that still takes more than nothing of `width` columns.
std::size_t suffix_within(std::string_view text, std::size_t width) {
  std::size_t at = text.size();
  for (std::size_t used = 0; at > 0;) {
    std::size_t start = at - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    used += columns(code_point(text.substr(start, at - start)));
    if (used > width) break;
    at = start;
  }
  return at;
}

/// `kept` programs and "…" for those between. The last ones are nearest to what is new; of the first ones
/// only the very first says much.
std::vector<std::string> without_middle(const std::vector<std::string> &programs, std::size_t kept) {
  if (kept >= programs.size()) return programs;
  std::vector<std::string> parts{programs.front(), std::string(k_ellipsis)};
  parts.insert(parts.end(), programs.end() - static_cast<std::ptrdiff_t>(kept - 1), programs.end());
  return parts;
}

/// As many lines as it takes, a program never parted.
std::vector<std::string> chain_lines(const std::vector<std::string> &programs, std::size_t width) {
  std::vector<std::string> lines(1);
  for (const auto &program : programs) {
    const auto link = std::string(&program == &programs.back() ? "" : " >");
    const auto part = elide(program, width - std::min(width, link.size())) + link;
    if (!lines.back().empty() && display_width(lines.back()) + 1 + display_width(part) > width)
      lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + part;
  }
  return lines;
}

} // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t bytes = std::min(character_bytes(text.front()), text.size());
    width += columns(code_point(text.substr(0, bytes)));
    text.remove_prefix(bytes);
  }
  return width;
}

std::string elide(std::string_view text, std::size_t width) {
  // A column takes at most four bytes; so names of a megabyte need not be measured whole.
  if (text.size() <= width || (text.size() <= 4 * width && display_width(text) <= width))
    return std::string(text);
  if (width == 0) return {};
  const std::size_t head = prefix_within(text, (width - 1) / 2);
  const std::size_t tail = suffix_within(text, width - 1 - (width - 1) / 2);
  return std::string(text.substr(0, head)) + std::string(k_ellipsis) + std::string(text.substr(tail));
}

std::string elide_chain(const std::vector<std::string> &programs, std::size_t width) {
  std::string whole = join(programs, " > ");
  if (display_width(whole) <= width) return whole;
  for (std::size_t kept = programs.size() - 1; kept >= 2; --kept) {
    const std::string shorter = join(without_middle(programs, kept), " > ");
    if (display_width(shorter) <= width) return shorter;
  }
  return elide(whole, width);
}

std::vector<std::string> wrap_chain(const std::vector<std::string> &programs, std::size_t width,
                                    std::size_t most_lines) {
  for (std::size_t kept = programs.size(); kept >= 2; --kept) {
    auto lines = chain_lines(without_middle(programs, kept), width);
    if (lines.size() <= most_lines) return lines;
  }
  return {elide_chain(programs, width)};
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  width = std::max<std::size_t>(width, 1);
  while (display_width(text) > width) {
    std::size_t cut = std::max(prefix_within(text, width), character_bytes(text.front()));
    const auto blank = text.substr(0, cut + 1).rfind(' ');
    if (blank != std::string_view::npos && blank > 0) cut = blank;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

} // namespace buildprint

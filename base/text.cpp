#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>

namespace buildprint {
namespace {

struct CodePoint {
  std::uint32_t value;
  std::size_t bytes;
};

/// Decodes one code point; nullopt when the bytes are not UTF-8 (RFC 3629: no overlong form, no
/// surrogate, at most U+10FFFF).
std::optional<CodePoint> decode_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return CodePoint{lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return std::nullopt;
  std::uint32_t value = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
    value = value << 6 | (byte(i) & 0x3F);
  }
  constexpr std::array<std::uint32_t, 5> k_least{0, 0, 0x80, 0x800, 0x10000};
  if (value < k_least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
    return std::nullopt;
  return CodePoint{value, length};
}

/// Characters that a terminal or a browser acts on instead of showing: C0 and C1 controls, bidirectional
/// and zero-width formatting (Unicode TR 36), line separators, tags, private and non-characters.
bool acts_on_display(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || (c >= 0x115F && c <= 0x1160) ||
         c == 0x180E || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0x3164 || (c >= 0xE000 && c <= 0xF8FF) ||
         (c >= 0xFDD0 && c <= 0xFDEF) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || c == 0xFFA0 ||
         (c >= 0xFFF0 && c <= 0xFFFB) || (c & 0xFFFE) == 0xFFFE || c >= 0xE0000;
}

void append_escaped(std::string &out, const char *format, std::uint32_t value) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, format, static_cast<unsigned>(value));
  out += buffer;
}

} // namespace

std::string printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto point = decode_utf8(bytes);
    if (!point) {
      append_escaped(out, "\\x%02x", static_cast<unsigned char>(bytes.front()));
      bytes.remove_prefix(1);
      continue;
    }
    if (point->value == '\\')
      out += "\\\\";
    else if (!acts_on_display(point->value))
      out += bytes.substr(0, point->bytes);
    else if (point->value < 0x80)
      append_escaped(out, "\\x%02x", point->value);
    else
      append_escaped(out, "\\u{%x}", point->value);
    bytes.remove_prefix(point->bytes);
  }
  return out;
}

bool is_printable(std::string_view text) {
  while (!text.empty()) {
    // Nearly all text is ASCII.
    if (text.front() >= 0x20 && text.front() < 0x7F) {
      text.remove_prefix(1);
      continue;
    }
    const auto point = decode_utf8(text);
    if (!point || acts_on_display(point->value)) return false;
    text.remove_prefix(point->bytes);
  }
  return true;
}

std::string json_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20)
      append_escaped(out, "\\u%04x", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out += '"';
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  parts.reserve(static_cast<std::size_t>(std::ranges::count(text, separator)) + 1);
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string join(const std::vector<std::string> &parts, std::string_view separator) {
  std::string out;
  for (const auto &part : parts) {
    if (&part != &parts.front()) out += separator;
    out += part;
  }
  return out;
}

} // namespace buildprint

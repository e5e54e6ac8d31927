#include "fingerprint/escape.hpp"

#include <algorithm>

namespace buildprint {
namespace {

constexpr std::string_view k_sentinels = "<>$", k_separators = " (),", k_digits = "0123456789ABCDEF";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The byte of "%2C" at `at`; -1 where none is encoded.
int encoded_byte(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return -1;
  const int high = hex_value(text[at + 1]), low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

template <bool separators> bool is_special(char c) {
  return c == '%' || k_sentinels.find(c) != k_sentinels.npos ||
         (separators && k_separators.find(c) != k_separators.npos);
}

template <bool separators> void append_escaped(std::string &out, std::string_view text) {
  if (std::ranges::none_of(text, is_special<separators>)) {
    out += text;
    return;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool encode = c == '%' ? encoded_byte(text, i) >= 0 : is_special<separators>(c);
    if (!encode) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += k_digits[byte >> 4];
    out += k_digits[byte & 15];
  }
}

} // namespace

void append_escaped_sentinels(std::string &out, std::string_view text) {
  append_escaped<false>(out, text);
}
void append_escaped_name(std::string &out, std::string_view text) {
  append_escaped<true>(out, text);
}

std::string escape_sentinels(std::string_view text) {
  std::string out;
  append_escaped_sentinels(out, text);
  return out;
}

std::string escape_name(std::string_view text) {
  std::string out;
  append_escaped_name(out, text);
  return out;
}

std::string escape_separators(std::string_view pattern) {
  std::string out;
  for (const char c : pattern) {
    if (k_separators.find(c) == k_separators.npos)
      out += c;
    else
      append_escaped_name(out, std::string_view(&c, 1));
  }
  return out;
}

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = encoded_byte(text, i);
    out += byte < 0 ? text[i] : static_cast<char>(byte);
    if (byte >= 0) i += 2;
  }
  return out;
}

} // namespace buildprint

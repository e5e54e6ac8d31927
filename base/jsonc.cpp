#include "base/jsonc.hpp"

#include <algorithm>
#include <cstdint>

#include "base/error.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

constexpr int k_deepest = 32;

class Parser {
 public:
  Parser(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  Jsonc document() {
    Jsonc value = read_value(0);
    skip_blank();
    if (at_ != text_.size()) fail("something follows the end of the value");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string &what) const {
    throw Error(std::string(source_) + ", line " + std::to_string(line_) + ": " + what, "correct that line");
  }

  bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }

  void skip_blank() {
    while (at_ < text_.size()) {
      if (starts("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (starts("/*")) {
        const auto end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) fail("a comment does not end");
        while (at_ < end + 2) advance();
      } else if (std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
        advance();
      } else {
        return;
      }
    }
  }

  void advance() {
    if (text_[at_++] == '\n') ++line_;
  }

  bool take(char c) {
    skip_blank();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Jsonc read_value(int depth) {
    if (depth > k_deepest) fail("values are nested too deeply");
    skip_blank();
    Jsonc value;
    value.line = line_;
    value.begin = at_;
    if (at_ == text_.size()) fail("the file ends where a value should stand");
    switch (text_[at_]) {
    case '{':
      read_object(value, depth);
      break;
    case '[':
      read_array(value, depth);
      break;
    case '"':
      value.type = Jsonc::Type::string;
      value.text = read_string();
      break;
    default:
      read_word(value);
    }
    value.end = at_;
    return value;
  }

  void read_object(Jsonc &object, int depth) {
    object.type = Jsonc::Type::object;
    ++at_;
    while (!take('}')) {
      skip_blank();
      JsoncMember member;
      member.line = line_;
      if (!starts("\"")) fail("a name in quotes is missing");
      member.name = read_string();
      if (object.find(member.name) != nullptr)
        fail("\"" + member.name + "\" stands here for the second time");
      if (!take(':')) fail("a colon is missing after \"" + member.name + "\"");
      member.value = read_value(depth + 1);
      object.members.push_back(std::move(member));
      object.trailing_comma = take(',');
      if (!object.trailing_comma && !next_is('}')) fail("a comma or } is missing");
    }
  }

  void read_array(Jsonc &array, int depth) {
    array.type = Jsonc::Type::array;
    ++at_;
    while (!take(']')) {
      array.items.push_back(read_value(depth + 1));
      array.trailing_comma = take(',');
      if (!array.trailing_comma && !next_is(']')) fail("a comma or ] is missing");
    }
  }

  bool next_is(char c) {
    skip_blank();
    return at_ < text_.size() && text_[at_] == c;
  }

  void read_word(Jsonc &value) {
    const auto end =
        text_.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.", at_);
    value.text = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
    at_ += value.text.size();
    if (value.text == "true" || value.text == "false")
      value.type = Jsonc::Type::boolean;
    else if (!value.text.empty() && value.text.find_first_not_of("0123456789") == std::string::npos)
      value.type = Jsonc::Type::number; // no format of ours has another number than a count
    else if (value.text != "null")
      fail("neither a value nor a comment begins here");
  }

  std::string read_string() {
    ++at_;
    std::string out;
    while (true) {
      if (at_ == text_.size() || text_[at_] == '\n') fail("a string does not end on its line");
      const char c = text_[at_++];
      if (c == '"') break;
      if (c != '\\')
        out += c;
      else
        read_escape(out);
    }
    if (!is_printable(out)) fail("a string holds control characters or is not UTF-8");
    return out;
  }

  void read_escape(std::string &out) {
    if (at_ == text_.size()) fail("a string does not end on its line");
    const char c = text_[at_++];
    constexpr std::string_view k_plain = "\"\\/";
    if (k_plain.find(c) != std::string_view::npos)
      out += c;
    else if (c == 'u')
      append_utf8(out, read_code_point());
    else
      fail("an escape that a printable string cannot hold");
  }

  std::uint32_t read_code_point() {
    const std::uint32_t first = read_hex();
    if (first < 0xD800 || first > 0xDFFF) return first;
    if (first > 0xDBFF || !starts("\\u")) fail("half of a surrogate pair");
    at_ += 2;
    const std::uint32_t second = read_hex();
    if (second < 0xDC00 || second > 0xDFFF) fail("half of a surrogate pair");
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
  }

  std::uint32_t read_hex() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      constexpr std::string_view k_digits = "0123456789abcdef";
      const char c = at_ < text_.size() ? text_[at_++] : ' ';
      const auto digit = k_digits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
      if (digit == std::string_view::npos) fail("an escape without its four hexadecimal digits");
      value = value << 4 | static_cast<std::uint32_t>(digit);
    }
    return value;
  }

  static void append_utf8(std::string &out, std::uint32_t c) {
    const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    if (c < 0x80) return byte(c);
    if (c < 0x800) {
      byte(0xC0 | c >> 6);
    } else if (c < 0x10000) {
      byte(0xE0 | c >> 12);
      byte(0x80 | (c >> 6 & 0x3F));
    } else {
      byte(0xF0 | c >> 18);
      byte(0x80 | (c >> 12 & 0x3F));
      byte(0x80 | (c >> 6 & 0x3F));
    }
    byte(0x80 | (c & 0x3F));
  }

  std::string_view text_, source_;
  std::size_t at_ = 0;
  int line_ = 1;
};

/// The blanks at the start of the line that holds `at`.
std::string_view indentation(std::string_view text, std::size_t at) {
  const auto line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  const auto end = std::min(text.find_first_not_of(" \t", line), text.size());
  return text.substr(line, end - line);
}

/// Adds `entry` before the closing bracket of `container`, whose last value is `last`, if any. Comments stay
/// where they are: behind the value that they follow.
std::string append(std::string_view text, const Jsonc &container, const Jsonc *last, std::string_view entry) {
  const std::string_view whole = text.substr(container.begin, container.end - container.begin);
  const std::string_view outer = indentation(text, container.begin);
  const bool on_lines = last == nullptr || whole.find('\n') != std::string_view::npos;
  const std::string inner =
      last != nullptr ? std::string(indentation(text, last->begin)) : std::string(outer) + "  ";
  const std::size_t value_end = last != nullptr ? last->end : container.begin + 1;
  const std::size_t kept_end = std::max(value_end, text.find_last_not_of(" \t\r\n", container.end - 2) + 1);
  std::string out(text.substr(0, value_end));
  if (last != nullptr && !container.trailing_comma) out += ',';
  out += text.substr(value_end, kept_end - value_end);
  out += on_lines ? "\n" + inner : " ";
  for (const char c : entry) {
    out += c;
    if (c == '\n') out += inner;
  }
  if (container.trailing_comma) out += ',';
  // An empty `[]` is opened up; otherwise what stood before the bracket still does.
  if (on_lines && text.substr(kept_end, container.end - 1 - kept_end).find('\n') == std::string_view::npos)
    (out += '\n') += outer;
  return out += text.substr(kept_end);
}

} // namespace

const Jsonc *Jsonc::find(std::string_view name) const {
  for (const auto &member : members)
    if (member.name == name) return &member.value;
  return nullptr;
}

Jsonc parse_jsonc(std::string_view text, std::string_view source) {
  return Parser(text, source).document();
}

std::string append_item(std::string_view text, const Jsonc &array, std::string_view item) {
  return append(text, array, array.items.empty() ? nullptr : &array.items.back(), item);
}

std::string append_member(std::string_view text, const Jsonc &object, std::string_view name,
                          std::string_view value) {
  const std::string entry = json_quote(name) + ": " + std::string(value);
  return append(text, object, object.members.empty() ? nullptr : &object.members.back().value, entry);
}

} // namespace buildprint

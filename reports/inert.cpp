#include "reports/inert.hpp"

#include "base/text.hpp"

namespace buildprint {
namespace {

constexpr std::string_view k_ellipsis = "…";

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

} // namespace

std::string inert(std::string_view text) {
  return is_printable(text) ? std::string(text) : printable(text);
}

std::string inert(std::string_view text, std::size_t limit) {
  if (text.size() > limit) {
    // Cut before escaping: escaping a name of many megabytes would only be thrown away.
    std::size_t head = limit * 2 / 3, tail = text.size() - limit / 3;
    while (head > 0 && continues_character(text[head])) --head;
    while (tail < text.size() && continues_character(text[tail])) ++tail;
    return inert(text.substr(0, head)) + std::string(k_ellipsis) + inert(text.substr(tail));
  }
  return inert(text);
}

std::string without_workflow_commands(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool at_start = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (at_start && text.substr(i, 2) == "::")
      out += "\\x3a";
    else if (text.substr(i, 3) == "##[")
      out += "\\x23";
    else
      out += c;
    at_start = c == '\n' || (at_start && (c == ' ' || c == '\t' || c == '\r'));
  }
  return out;
}

std::string json_without_workflow_commands(std::string json) {
  constexpr std::string_view k_command = "##[", k_spelled = "\\u0023#[";
  for (auto at = json.find(k_command); at != std::string::npos;
       at = json.find(k_command, at + k_spelled.size()))
    json.replace(at, k_command.size(), k_spelled);
  return json;
}

} // namespace buildprint

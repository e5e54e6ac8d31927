#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

/// `bytes` as text that is inert everywhere: valid UTF-8, one line, no control, bidirectional or
/// invisible formatting characters. What is not so is written as \xHH (a byte) or \u{HHHH} (a code
/// point), and a backslash as \\, so that different inputs never become the same text.
/// Applied once, where bytes of a recorded program enter (decoding), so that nothing behind it has to.
std::string printable(std::string_view bytes);

/// True when printable(printable-decoded text) would leave `text` alone: it could have come from
/// printable(). Readers of files check with it, because a file can be made by anybody.
bool is_printable(std::string_view text);

/// A JSON string literal, quotes included. REQUIRES: valid UTF-8.
std::string json_quote(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string> &parts, std::string_view separator);

} // namespace buildprint

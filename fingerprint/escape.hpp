#pragma once

#include <string>
#include <string_view>

namespace buildprint {

// Percent-encoding of what has a meaning of its own in a fingerprint, so that no name that a recorded program
// chooses passes for it. A '%' is encoded only where two hexadecimal digits follow: decoding is unambiguous,
// and most names stay as they are.

/// Encodes '<', '>' and '$': no name passes for a sentinel ("$WS", "<rand>") or for an arrow of a lineage.
std::string escape_sentinels(std::string_view text);
void append_escaped_sentinels(std::string &out, std::string_view text);

/// As escape_sentinels(), and the separators within programs and objects: ' ', '(', ')' and ','.
std::string escape_name(std::string_view text);
void append_escaped_name(std::string &out, std::string_view text);

/// Encodes the separators alone: of a rule's pattern over names, whose sentinels are meant.
std::string escape_separators(std::string_view pattern);

/// Inverse of escape_name() and of escape_sentinels().
std::string unescape(std::string_view text);

} // namespace buildprint

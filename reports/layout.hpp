#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

// Text in columns. Widths are those of a terminal: a CJK or emoji character takes two columns, a combining
// one none. REQUIRES: inert text (valid UTF-8, one line, no control characters).

std::size_t display_width(std::string_view text);

/// At most `width` columns; the middle of a longer text gives way to "…", so that both ends stay readable.
std::string elide(std::string_view text, std::size_t width);

/// Programs joined by " > ", at most `width` columns: the ones in the middle give way to "…" first.
std::string elide_chain(const std::vector<std::string> &programs, std::size_t width);

/// The same in at most `most_lines` lines of `width` columns; a line that goes on ends with " >".
std::vector<std::string> wrap_chain(const std::vector<std::string> &programs, std::size_t width,
                                    std::size_t most_lines);

/// `text` in lines of at most `width` columns, broken at blanks where there are some. Never empty.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

} // namespace buildprint

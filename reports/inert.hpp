#pragma once

#include <string>
#include <string_view>

namespace buildprint {

// Every string of a diff or a fingerprint may have been named by a recorded program, or stand in a file that
// anybody made. What each report does about its own syntax is its own matter; this is what they share.

/// `text` as printable() would have left it; text that already is so stays as it is.
std::string inert(std::string_view text);

/// inert(text), at most `limit` bytes: the middle gives way to "…", on character boundaries.
std::string inert(std::string_view text, std::size_t limit);

/// Neutralizes the two spellings of a GitHub workflow command in text that may be written to a job's log:
/// "::command" where a line starts (the runner trims blanks first), "##[command]" anywhere.
std::string without_workflow_commands(std::string_view text);

/// The same for a JSON document, which stays the same document: there only "##[" can stand in a name.
std::string json_without_workflow_commands(std::string json);

} // namespace buildprint

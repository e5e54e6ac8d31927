#pragma once

#include <string_view>

#include "cmd/exit_code.hpp"
#include "diff/diff.hpp"

namespace buildprint {

/// What `diff` and `gate` exit with.
ExitCode exit_code_of(Verdict verdict);

/// For a report on standard output; `choice` is "auto", "always" or "never". NO_COLOR counts for "auto".
bool wants_color(std::string_view choice);

} // namespace buildprint

#pragma once

#include "cmd/exit_code.hpp"
#include "diff/diff.hpp"

namespace buildprint {

/// What `diff` and `gate` exit with.
ExitCode exit_code_of(Verdict verdict);

} // namespace buildprint

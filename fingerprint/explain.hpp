#pragma once

#include <string>
#include <string_view>

#include "fingerprint/canonicalize.hpp"

namespace buildprint {

/// For each behavior whose id begins with `id`: how it reads, the raw values that were seen, and the rules
/// that rewrote the first of them, in order. Without evidence (a fingerprint without its recording) the
/// values are left out. Throws Error when no id begins so.
std::string explain(const CanonicalRun &run, std::string_view id);

} // namespace buildprint

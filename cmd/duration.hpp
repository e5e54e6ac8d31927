#pragma once

#include <chrono>
#include <string_view>

namespace buildprint {

/// "300ms", "5s", "2m", "1h", or seconds without a unit. Throws Error for anything else.
std::chrono::milliseconds parse_duration(std::string_view text);

} // namespace buildprint

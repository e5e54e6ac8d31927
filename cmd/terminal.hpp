#pragma once

#include <string_view>

#include "reports/reports.hpp"

namespace buildprint {

/// Sets color, width and character set of a text report for where it goes. `when` is "auto", "always" or
/// "never"; automatic color is for a terminal, unless NO_COLOR (no-color.org) is set and not empty.
void fit_to_output(RenderOptions &options, std::string_view when, bool to_file);

} // namespace buildprint

#pragma once

#include <string>

#include "fingerprint/canonicalize.hpp"

namespace buildprint {

/// False for a binary that was built without npm: then render_html throws an Error that says so.
bool has_html_page();

/// The page of one run: its lineages, over time where there is evidence.
std::string render_html(const CanonicalRun &run);

} // namespace buildprint

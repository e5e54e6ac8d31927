#pragma once

#include <string>
#include <vector>

#include "fingerprint/canonicalize.hpp"

namespace buildprint {

/// False for a binary that was built without npm: then render_html throws an Error that says so.
bool has_html_page();

/// The page of one run: its lineages, over time where there is evidence (parallel to the behaviors, or
/// empty).
std::string render_html(const Fingerprint &fingerprint, const std::vector<Evidence> &evidence);

} // namespace buildprint

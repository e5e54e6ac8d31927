#pragma once

#include <string>

#include "diff/diff.hpp"
#include "fingerprint/canonicalize.hpp"
#include "reports/reports.hpp"

namespace buildprint {

// The JSON that the HTML page reads; html/src/data.ts says the same in types. It is no file format: page and
// data are always made by the same binary. Texts are interned and stand in "texts"; everything else refers
// to them, and to lineage nodes and behaviors, by index.

std::string html_page_data(const Diff &diff, const RenderOptions &options);
std::string html_page_data(const Fingerprint &fingerprint, const std::vector<Evidence> &evidence);

} // namespace buildprint

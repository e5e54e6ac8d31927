#pragma once

#include "diff/diff.hpp"
#include "reports/reports.hpp"

namespace buildprint {

/// What every program could call itself, file or host: all that some report could stumble over, in one name.
/// As the decoder leaves it, so inert for a terminal but not for Markdown, HTML, XML or a CI log.
std::string hostile_name();

/// The same bytes before printable(): as a crafted fingerprint file could contain them.
std::string raw_hostile_name();

/// The baseline of the samples below.
Fingerprint sample_base();

/// A dependency's new postinstall script reads a token and sends it away; a second finding is small; and a
/// little of everything that is told beside findings.
Diff sample_diff();

/// The same, every string of it hostile.
Diff hostile_diff(const std::string &name);

/// `count` findings, each of one behavior.
Diff large_diff(std::size_t count);

RenderOptions options_with(const Fingerprint &base);

} // namespace buildprint

#pragma once

#include <string>

#include "diff/diff.hpp"

namespace buildprint {

/// "npm:left-util postinstall starts /usr/bin/curl and connects to collector.example:443".
/// REQUIRES: the finding's behaviors are complete, the cause first.
std::string title_of(const Finding &finding);

/// One behavior alone: "/usr/bin/curl connects to collector.example:443", "/usr/bin/curl is started".
std::string deed_of(const Behavior &behavior);

} // namespace buildprint

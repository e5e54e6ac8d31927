#pragma once

#include <string>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// A fingerprint as a tree of programs, and below each what it did.
std::string render_tree(const Fingerprint &fingerprint);

} // namespace buildprint

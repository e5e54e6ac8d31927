#pragma once

#include <filesystem>

#include "fingerprint/rules.hpp"

namespace buildprint {

/// The built-in rules with those of `file`; without one, of `.buildprint/rules.json` here, where it exists.
Rules rules_in_force(const std::filesystem::path &file = {});

} // namespace buildprint

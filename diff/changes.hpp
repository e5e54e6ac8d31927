#pragma once

#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// What changed in the attributes: one note for all versions, one for contents, one a volume that grew a
/// thousandfold. Never a failure.
std::vector<Change> attribute_changes(const std::vector<Attribute> &base, const std::vector<Attribute> &head);

} // namespace buildprint

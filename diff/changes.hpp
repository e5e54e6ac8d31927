#pragma once

#include <string_view>
#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// The attribute of a program of the workspace whose values are the lineages that wrote it.
inline constexpr std::string_view k_written_by = "written by";

/// What changed in the attributes: one note for all versions, one for contents, one for writers of programs
/// of the workspace, one a volume that grew a thousandfold. Never a failure. Of the base's, writers are in
/// the head's terms.
std::vector<Change> attribute_changes(const std::vector<Attribute> &base, const std::vector<Attribute> &head);

} // namespace buildprint

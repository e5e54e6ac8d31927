#pragma once

#include <cstddef>
#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// Joins new behaviors that have one cause: a new program and all below it; the same known actor, or
/// script, gone new ways; the same dependency; a file written and then executed or obeyed; a secret read and
/// a new way out; the same host, tool, secret or sink, never seen before. Returns the groups, each the sorted
/// indexes of its members.
/// `written_by` are the attributes of that name that only the head has: who wrote what a program is.
std::vector<std::vector<std::size_t>> group(const std::vector<NewBehavior> &fresh,
                                            const std::vector<Attribute> &written_by);

} // namespace buildprint

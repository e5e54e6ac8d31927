#pragma once

#include <vector>

#include "diff/align.hpp"
#include "diff/diff.hpp"
#include "diff/known.hpp"

namespace buildprint {

/// Takes out of `fresh` what is new in shape alone, and tells it in a line each: behaviors that are known
/// to come and go, further scripts beside such that do the same, tools that stand one level deeper or
/// shallower. `absent` is what only the base has: a tool has moved only where its old place is
/// empty, which then is taken out of it.
std::vector<Change> tell_shape_changes(std::vector<NewBehavior> &fresh, const std::vector<Behavior> &base,
                                       const Known &known, BehaviorRefs &absent);

} // namespace buildprint

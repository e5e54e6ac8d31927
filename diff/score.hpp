#pragma once

#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// What the behavior weighs by itself: 0 (belongs to every lookup) to 5 (foreign memory).
int weight(const Behavior &behavior);
/// weight × novelty.
int points(const NewBehavior &item);
/// Fills score, level and why of a finding whose behaviors are complete: the highest, half of the rest,
/// doubled when a secret read (or foreign memory) meets a new connection or sink. The points of `why` add
/// up to the score.
void score(Finding &finding);

Level level_of(int score);

} // namespace buildprint

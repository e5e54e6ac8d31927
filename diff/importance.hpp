#pragma once

#include <set>
#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// Orders the behaviors of a finding for a reader: the cause (the first new link of the chain), then what
/// was reached, one of each sort before seconds, then the programs between, last what belongs to every
/// lookup. Depends on the behaviors alone, so that it is the same on every machine.
void order_for_reader(std::vector<NewBehavior> &items);

/// Of each series of names all but the first few: they tell a reader nothing more.
std::set<const NewBehavior *> further_names(const std::vector<NewBehavior> &items);

/// A tool that fetches, sends, unpacks or gains rights: worth a line even among many programs.
bool is_notable(const Behavior &behavior);

} // namespace buildprint

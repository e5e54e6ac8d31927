#pragma once

#include <string>
#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// Which of a diff's new behaviors are meant: the union of what is given.
struct Selection {
  std::vector<std::string> ids; ///< of findings or behaviors, or their first digits
  std::string subtree;          ///< glob for a program of the lineage
  std::string pattern;          ///< glob for the object, of exec for the program
  bool all = false;

  bool empty() const { return ids.empty() && subtree.empty() && pattern.empty() && !all; }
};

/// Throws Error for an id that names nothing or several things, and for a glob that matches nothing.
std::vector<Behavior> select(const Diff &diff, const Selection &selection);

} // namespace buildprint

#pragma once

#include <span>
#include <string>
#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// One row of a drawn tree: "   ├─ " + programs + "  " + action.
struct TreeRow {
  std::string branch;                ///< what connects this row to the ones above
  std::vector<std::string> programs; ///< one, or a chain of known ones; empty when the row is an action alone
  std::string action;                ///< what the last program did; may be empty
  std::vector<const NewBehavior *> is_new; ///< the new behaviors that this row stands for; empty = known
};

/// What stands above all that is new.
inline bool is_known_chain(const TreeRow &row) {
  return row.is_new.empty() && row.branch.empty() && row.action.empty();
}

/// The lineages of a finding's behaviors drawn as one tree (several when they share no root). The first
/// `shown` of `behaviors` are drawn; the rest only decides which links are new. Known chains are one row,
/// and so are a new shell with the only program that its line starts, and a new program with its only action
/// unless that would exceed `width` columns.
std::vector<TreeRow> draw_lineages(std::span<const NewBehavior *const> behaviors, std::size_t shown,
                                   bool unicode, std::size_t width);

} // namespace buildprint

#pragma once

#include <string>
#include <vector>

#include "diff/diff.hpp"
#include "reports/lineage_tree.hpp"

namespace buildprint {

// The choices that the reports for people share: what is drawn, what is left out, what is only counted.

constexpr std::size_t k_rows_of_finding = 6;

/// A known chain above what is new is wrapped rather than cut in its middle.
constexpr std::size_t k_lines_of_known_chain = 2;

/// Cause first, then what stands in `more`.
std::vector<const NewBehavior *> all_behaviors(const Finding &finding);

struct FindingView {
  std::vector<TreeRow> rows;
  std::size_t left_out = 0; ///< new behaviors that found no room
};

/// A finding's tree with at most `most_rows` new rows (0 = all of it): the least important behaviors are left
/// out until the rest fits.
FindingView view_of(const Finding &finding, bool unicode, std::size_t width, std::size_t most_rows);

/// What a diff tells beside its findings: a titled list of inert lines.
struct Note {
  std::string title;
  std::vector<std::string> lines;
  bool only_count = false; ///< the title says enough for the short form
};

/// In the order of telling, none empty; `details` adds the details of changes.
std::vector<Note> notes_of(const Diff &diff, bool details);

} // namespace buildprint

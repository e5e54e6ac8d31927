#include "reports/findings_view.hpp"

#include <algorithm>

#include "reports/inert.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

template <class Range, class ToLine> std::vector<std::string> lines_of(const Range &range, ToLine to_line) {
  std::vector<std::string> lines;
  for (const auto &item : range) lines.push_back(to_line(item));
  return lines;
}

std::vector<std::string> accepted_lines(const Diff &diff, bool by_this_change) {
  std::vector<std::string> lines;
  for (const auto &item : diff.accepted) {
    if (item.by_this_change != by_this_change) continue;
    std::string line = describe(item.behavior.behavior) + "  (" + inert(item.reason, 200);
    if (!item.owner.empty()) line += ", " + inert(item.owner, 60);
    if (!item.expires.empty()) line += ", until " + inert(item.expires, 40);
    lines.push_back(line + ")");
  }
  return lines;
}

std::vector<std::string> change_lines(const Diff &diff, bool details) {
  std::vector<std::string> lines;
  for (const auto &change : diff.changed) {
    lines.push_back(inert(change.title, 400));
    if (!details) continue;
    for (const auto &detail : change.details) lines.push_back("  " + inert(detail, 400));
  }
  return lines;
}

} // namespace

std::vector<const NewBehavior *> all_behaviors(const Finding &finding) {
  std::vector<const NewBehavior *> all;
  for (const auto &item : finding.behaviors) all.push_back(&item);
  for (const auto &item : finding.more) all.push_back(&item);
  return all;
}

/// However deep the chain between them: the cause alone would tell nothing of what it reached.
constexpr std::size_t k_least_shown = 3;

FindingView view_of(const Finding &finding, bool unicode, std::size_t width, std::size_t most_rows) {
  const auto all = all_behaviors(finding);
  std::size_t shown = most_rows == 0 ? all.size() : finding.behaviors.size();
  FindingView view;
  while (true) {
    view.rows = draw_lineages(all, shown, unicode, width);
    view.left_out = all.size() - shown;
    const auto news =
        std::ranges::count_if(view.rows, [](const TreeRow &row) { return !row.is_new.empty(); });
    if (most_rows == 0 || shown <= k_least_shown || static_cast<std::size_t>(news) <= most_rows) return view;
    --shown;
  }
}

std::vector<Note> notes_of(const Diff &diff, bool details) {
  const auto moved = [](const Moved &item) { return describe(item.head); };
  const auto absent = [](const Behavior &item) { return describe(item); };
  const auto notice = [](const std::string &item) { return inert(item, 400); };
  const auto before = accepted_lines(diff, false);
  std::vector<Note> notes;
  const auto add = [&](const std::string &title, std::vector<std::string> lines, bool only_count) {
    if (!lines.empty()) notes.push_back({title, std::move(lines), only_count});
  };
  add("Accepted by this very change, for its reviewer", accepted_lines(diff, true), false);
  add(counted(before.size(), "new behavior") + " accepted before", before, true);
  add("Changed, but not new", change_lines(diff, details), false);
  add(counted(diff.moved.size(), "behavior") + " moved under another ancestry", lines_of(diff.moved, moved),
      true);
  add(counted(diff.absent.size(), "known behavior") + " not seen this time", lines_of(diff.absent, absent),
      true);
  add("Notices", lines_of(diff.notices, notice), false);
  return notes;
}

} // namespace buildprint

#include <algorithm>

#include "base/text.hpp"
#include "reports/findings_view.hpp"
#include "reports/inert.hpp"
#include "reports/layout.hpp"
#include "reports/reports.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

// SGR parameters. Nothing is told by color alone: new rows also begin with "+".
constexpr std::string_view k_plain = "0", k_bold = "1", k_dim = "2", k_red = "1;31", k_green = "1;32",
                           k_yellow = "1;33", k_cyan = "1;36";

constexpr std::size_t k_tree_margin = 5, k_most_findings = 50, k_most_notes = 8, k_most_reasons = 4;

std::string_view color_of(Level level) {
  return level == Level::error ? k_red : level == Level::warning ? k_yellow : k_cyan;
}

/// Lines of text, some of them colored; nothing it is given can leave its line.
class Page {
 public:
  explicit Page(const RenderOptions &options)
      : options_(options), width_(static_cast<std::size_t>(std::clamp(options.width, 40, 400))) {}

  Page &put(std::string_view text, std::string_view color = k_plain) {
    if (!options_.color || color == k_plain || text.empty()) {
      out_ += text;
    } else {
      ((((out_ += "\x1b[") += color) += 'm') += text) += "\x1b[0m";
    }
    return *this;
  }
  Page &end_line() {
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    out_ += '\n';
    return *this;
  }

  /// "   label   text…", wrapped under itself.
  void put_labeled(std::string_view label, std::string_view text, std::string_view color = k_plain) {
    constexpr std::size_t k_indent = 10;
    std::string head = "   " + std::string(label);
    head.resize(std::max(k_indent, head.size() + 1), ' ');
    for (const auto &line : wrap(text, width_ - head.size())) {
      put(head, k_dim).put(line, color).end_line();
      head.assign(head.size(), ' ');
    }
  }
  /// An empty line, unless there is one already.
  void separate() {
    if (!out_.ends_with("\n\n")) out_ += '\n';
  }

  std::size_t width() const { return width_; }
  const RenderOptions &options() const { return options_; }
  std::string take() {
    if (!options_.unicode) {
      replace_all("…", "...");
      replace_all("→", "->");
    }
    return without_workflow_commands(out_);
  }

 private:
  /// This program's own characters; those of names stay as they are.
  void replace_all(std::string_view from, std::string_view to) {
    for (auto at = out_.find(from); at != std::string::npos; at = out_.find(from, at + to.size()))
      out_.replace(at, from.size(), to);
  }

  const RenderOptions &options_;
  std::size_t width_;
  std::string out_;
};

/// What is said at the end of a row, and what where that has no room: how often something was seen is never
/// left out for its length.
std::pair<std::string, std::string> remarks_of(const TreeRow &row) {
  int novelty = 0;
  std::vector<std::string> supports;
  for (const auto *item : row.is_new) {
    novelty = std::max(novelty, item->novelty);
    auto support = describe_support(item->seen);
    if (!support.empty() && std::ranges::find(supports, support) == supports.end())
      supports.push_back(std::move(support));
  }
  if (novelty == 0) return {};
  const auto support = join(supports, " and ");
  const std::string told(describe_novelty(novelty));
  return {support.empty() ? told : support + ", " + told, support};
}

/// What was known above it, from the recorded command down.
void put_known_chain(Page &page, const TreeRow &row) {
  std::string margin(k_tree_margin, ' ');
  for (const auto &line :
       wrap_chain(row.programs, page.width() - k_tree_margin - 2, k_lines_of_known_chain)) {
    page.put(margin).put(line, k_dim).end_line();
    margin.resize(k_tree_margin + 2, ' ');
  }
}

void put_row(Page &page, const TreeRow &row, Level level) {
  if (is_known_chain(row)) return put_known_chain(page, row);
  constexpr std::size_t k_least_room = 12;
  const std::size_t taken = k_tree_margin + display_width(row.branch);
  const std::size_t room = std::max(page.width(), taken + k_least_room) - taken;
  page.put(row.is_new.empty() ? "     " : "   + ", color_of(level)).put(row.branch, k_dim);
  std::size_t used = 0;
  if (!row.programs.empty()) {
    const std::string programs = elide_chain(row.programs, room);
    page.put(programs, row.is_new.empty() ? k_dim : k_bold);
    used = display_width(programs);
    if (!row.action.empty()) {
      page.put("  ");
      used += 2;
    }
  }
  const std::string action = elide(row.action, room - std::min(room, used));
  page.put(action, k_bold);
  used += display_width(action);
  const auto [remark, short_remark] = remarks_of(row);
  for (const auto &text : {remark, short_remark}) {
    if (text.empty() || used + text.size() + 2 > room) continue;
    page.put(std::string(room - used - text.size(), ' ')).put(text, k_dim).end_line();
    return;
  }
  if (!short_remark.empty())
    page.end_line().put(std::string(page.width() - short_remark.size(), ' ')).put(short_remark, k_dim);
  page.end_line();
}

/// What `explain` shows, as far as the diff knows it.
void put_evidence(Page &page, const TreeRow &row) {
  const auto put = [&page](const std::string &text) {
    for (const auto &line : wrap(text, page.width() - 10)) page.put("          ").put(line, k_dim).end_line();
  };
  for (const auto *item : row.is_new) {
    put("id: " + behavior_id(item->behavior));
    for (const auto &raw : item->evidence.raw) put("raw: " + inert(raw, 2000));
    for (const auto &step : item->evidence.rewrites)
      put(step.rule + ": " + inert(step.before, 200) + " → " + inert(step.after, 200));
  }
}

void put_tree(Page &page, const Finding &finding) {
  const bool verbose = page.options().verbose;
  const auto view =
      view_of(finding, page.options().unicode, page.width() - k_tree_margin, verbose ? 0 : k_rows_of_finding);
  for (const auto &row : view.rows) {
    put_row(page, row, finding.level);
    if (verbose) put_evidence(page, row);
  }
  if (view.left_out > 0)
    page.put("     and " + counted(view.left_out, "more new behavior") + " of the same cause (--verbose)",
             k_dim)
        .end_line();
}

void put_why(Page &page, const Finding &finding) {
  std::size_t count = 0;
  for (const auto &reason : finding.why) {
    // Capabilities have their own line.
    if (std::ranges::find(finding.capabilities, reason.text) != finding.capabilities.end()) continue;
    if (++count > k_most_reasons && !page.options().verbose) break;
    std::string label = count == 1 ? "why    " : "       ";
    label += reason.points == 0 ? "" : (reason.points > 0 ? "+" : "") + std::to_string(reason.points);
    label.resize(10, ' ');
    page.put_labeled(label, inert(reason.text, 400));
  }
}

/// The label says "first" for all of them.
std::string firsts_of(const Finding &finding) {
  constexpr std::string_view k_label = "first ";
  auto firsts = finding.capabilities;
  for (auto &capability : firsts)
    if (capability.starts_with(k_label)) capability.erase(0, k_label.size());
  return join(firsts, "; ");
}

void put_finding(Page &page, const Finding &finding, std::size_t number) {
  const std::string head = std::to_string(number) + ". " + std::string(to_string(finding.level)) +
                           " (score " + std::to_string(finding.score) + ")  ";
  std::string indent(display_width(head), ' ');
  page.put(head, color_of(finding.level));
  const auto lines = wrap(inert(finding.title, 600), page.width() - indent.size());
  for (const auto &line : lines) {
    if (&line != &lines.front()) page.put(indent);
    page.put(line, k_bold).end_line();
  }
  put_tree(page, finding);
  if (!finding.capabilities.empty()) page.put_labeled("first", inert(firsts_of(finding), 400), k_bold);
  if (finding.package)
    page.put_labeled("by", describe(*finding.package) +
                               (finding.where ? "  (" + describe(*finding.where) + ")" : ""));
  else if (finding.where)
    page.put_labeled("at", describe(*finding.where));
  put_why(page, finding);
  page.put_labeled("accept", accept_command(finding));
  page.end_line();
}

void put_note(Page &page, const Note &note) {
  const bool verbose = page.options().verbose;
  page.put(note.title, k_bold).end_line();
  if (note.only_count && !verbose) return;
  const std::size_t most = verbose ? note.lines.size() : std::min(note.lines.size(), k_most_notes);
  for (std::size_t i = 0; i < most; ++i)
    for (const auto &line : wrap(note.lines[i], page.width() - 3)) page.put("   " + line).end_line();
  if (most < note.lines.size())
    page.put("   and " + std::to_string(note.lines.size() - most) + " more (--verbose)", k_dim).end_line();
}

void put_head(Page &page, const Diff &diff) {
  const bool same = diff.verdict == Verdict::same;
  const std::string_view word = same                                    ? "SAME"
                                : diff.verdict == Verdict::new_behavior ? "NEW"
                                : diff.verdict == Verdict::incomplete   ? "INCOMPLETE"
                                                                        : "NO BASELINE";
  page.put(word, same                                    ? k_green
                 : diff.verdict == Verdict::new_behavior ? k_red
                                                         : k_yellow)
      .put("  " + elide(headline(diff), page.width() - word.size() - 2), k_bold)
      .end_line();
  constexpr std::size_t k_around_source = 42;
  if (!diff.base.source.empty() && diff.base.runs > 0)
    page.put("   compared with " +
                 elide(inert(diff.base.source, 400),
                       page.width() - std::min(page.width() / 2, k_around_source)) +
                 " (" + counted(diff.base.runs, "run") + ", " + counted(diff.base.behaviors, "behavior") +
                 ")",
             k_dim)
        .end_line();
  for (const auto &reason : diff.because)
    for (const auto &line : wrap("! " + inert(reason, 600), page.width() - 3))
      page.put("   ").put(line, k_yellow).end_line();
}

void put_next_steps(Page &page, const std::vector<NextStep> &steps) {
  if (!steps.empty()) page.separate();
  for (const auto &step : steps) {
    std::string head = step.when;
    head.resize(std::max<std::size_t>(head.size() + 2, 15), ' ');
    if (!step.command.empty()) {
      page.put(head, k_bold).put(step.command).end_line();
      head.assign(head.size(), ' ');
    }
    for (const auto &line : wrap(step.then, page.width() - head.size())) {
      page.put(head, k_bold).put(line).end_line();
      head.assign(head.size(), ' ');
    }
  }
}

} // namespace

std::string render_text(const Diff &diff, const RenderOptions &options) {
  Page page(options);
  put_head(page, diff);
  if (diff.verdict != Verdict::same) page.end_line();
  const std::size_t shown =
      options.verbose ? diff.findings.size() : std::min(diff.findings.size(), k_most_findings);
  for (std::size_t i = 0; i < shown; ++i) put_finding(page, diff.findings[i], i + 1);
  if (shown < diff.findings.size())
    page.put("and " + std::to_string(diff.findings.size() - shown) + " more findings (--verbose)\n", k_bold)
        .end_line();
  for (const auto &note : notes_of(diff, options.verbose)) put_note(page, note);
  put_next_steps(page, next_steps(diff, options));
  return page.take();
}

} // namespace buildprint

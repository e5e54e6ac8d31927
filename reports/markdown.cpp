#include <algorithm>

#include "base/text.hpp"
#include "reports/findings_view.hpp"
#include "reports/inert.hpp"
#include "reports/layout.hpp"
#include "reports/lineage_tree.hpp"
#include "reports/reports.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

// GitHub refuses a step summary of more than 1 MiB and a comment of more than 65,536 characters.
constexpr std::size_t k_summary_limit = 1'000'000, k_comment_limit = 64'000;
constexpr std::size_t k_most_table_rows = 20, k_most_open_trees = 3, k_most_list_lines = 200;
constexpr std::size_t k_tree_width = 110;

bool is_ascii_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

/// A name as running text: every ASCII mark that could be Markdown or HTML as a character reference, which
/// never is syntax (CommonMark 6.2); so a name can't open a link, a tag, a code span or a table's cell.
/// GitHub looks for @mentions, #issues and bare addresses once more in the finished page, where a reference
/// has become its character: a zero-width space behind it ends that.
std::string prose(std::string_view text) {
  constexpr std::string_view k_gap = "&#8203;", k_harmless = ".,-/;:'()+=";
  std::string out;
  out.reserve(text.size() * 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_ascii_punctuation(c) && k_harmless.find(c) == std::string_view::npos)
      (out += "&#") += std::to_string(static_cast<int>(c)) + ";";
    else
      out += c;
    const bool address =
        text.substr(i, 3) == "://" || ((c == 'w' || c == 'W') && text.substr(i + 1, 1) == ".");
    if (c == '@' || c == '#' || address) out += k_gap;
  }
  return out;
}

std::string code(std::string_view text) {
  return "<code>" + prose(text) + "</code>";
}

/// A fenced block; the fence is longer than any run of backticks inside.
std::string fenced(std::string_view language, const std::string &content) {
  std::size_t longest = 2, run = 0;
  for (const char c : content) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  const std::string fence(longest + 1, '`');
  return fence + std::string(language) + "\n" + content + (content.ends_with('\n') ? "" : "\n") + fence +
         "\n";
}

std::string_view badge(Level level) {
  return level == Level::error ? "🔴 error" : level == Level::warning ? "🟠 warning" : "🔵 note";
}

std::string who(const Finding &finding) {
  std::string out = finding.package ? prose(describe(*finding.package)) : "";
  if (finding.where) out += (out.empty() ? "" : "<br>") + code(describe(*finding.where));
  if (out.empty() && !finding.behaviors.empty() && !finding.behaviors.front().behavior.lineage.empty())
    out = code(inert(finding.behaviors.front().behavior.lineage.back().text(), 120));
  return out;
}

/// As a unified diff: the new rows are the added ones.
std::string tree(const Finding &finding) {
  const auto view = view_of(finding, true, k_tree_width, k_rows_of_finding);
  std::string out;
  for (const auto &row : view.rows) {
    if (is_known_chain(row)) {
      for (const auto &line : wrap_chain(row.programs, k_tree_width, k_lines_of_known_chain))
        out += "  " + line + "\n";
      continue;
    }
    out += row.is_new.empty() ? "  " : "+ ";
    out += row.branch + elide_chain(row.programs, k_tree_width);
    if (!row.programs.empty() && !row.action.empty()) out += "  ";
    out += row.action;
    for (const auto *item : row.is_new)
      if (const auto support = describe_support(item->seen); !support.empty()) out += "  (" + support + ")";
    out += "\n";
  }
  if (view.left_out > 0) out += "  and " + counted(view.left_out, "more new behavior") + "\n";
  return fenced("diff", out);
}

std::string raw_values(const Finding &finding) {
  std::string out;
  for (const auto *item : all_behaviors(finding)) {
    const auto &lineage = item->behavior.lineage;
    const std::string actor = lineage.empty() ? "" : inert(lineage.back().text(), 200) + " ";
    out += actor + describe_action(item->behavior) + "  (" + std::string(describe_novelty(item->novelty)) +
           (describe_support(item->seen).empty() ? "" : ", " + describe_support(item->seen)) + ")\n";
    for (const auto &raw : item->evidence.raw) out += "    " + inert(raw, 1000) + "\n";
  }
  return out;
}

/// "T1552.001" with a link to its page; other text is only text.
std::string technique_link(std::string_view technique) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto dot = technique.find('.');
  const std::string_view number = technique.substr(std::min<std::size_t>(1, technique.size()), dot - 1);
  const std::string_view part = dot == std::string_view::npos ? "" : technique.substr(dot + 1);
  if (!technique.starts_with('T') || number.size() != 4 || !std::ranges::all_of(number, is_digit) ||
      part.size() > 3 || !std::ranges::all_of(part, is_digit))
    return prose(inert(technique, 20));
  return "[" + std::string(technique) + "](https://attack.mitre.org/techniques/T" + std::string(number) +
         "/" + (part.empty() ? "" : std::string(part) + "/") + ")";
}

std::string details_of(const Finding &finding) {
  std::string out = "<details><summary>Why this score, and the values as seen</summary>\n\n";
  for (const auto &reason : finding.why)
    out += "- " + (reason.points != 0 ? "**" + std::to_string(reason.points) + "** " : std::string()) +
           prose(inert(reason.text, 400)) + "\n";
  for (const auto &technique : finding.techniques)
    out += (&technique == &finding.techniques.front() ? "- MITRE ATT&CK " : ", ") + technique_link(technique);
  return out + "\n\n" + fenced("text", raw_values(finding)) + "\n</details>\n\n";
}

std::string section(const Finding &finding, std::size_t number) {
  std::string body =
      tree(finding) + "\n" + fenced("sh", accept_command(finding)) + "\n" + details_of(finding);
  const std::string title = std::to_string(number) + ". " + prose(inert(finding.title, 300));
  if (number <= k_most_open_trees) return "### " + title + "\n\n" + body;
  return "<details><summary><b>" + title + "</b></summary>\n\n" + body + "</details>\n\n";
}

std::string capabilities(const Finding &finding) {
  std::string out;
  for (const auto &capability : finding.capabilities)
    out += "<br><b>" + prose(inert(capability, 120)) + "</b>";
  return out;
}

std::string table(const Diff &diff) {
  if (diff.findings.empty()) return {};
  std::string out = "| | What is new | Who did it |\n|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(diff.findings.size(), k_most_table_rows); ++i) {
    const Finding &finding = diff.findings[i];
    out += "| " + std::string(badge(finding.level)) + "&nbsp;" + std::to_string(finding.score) + " | " +
           prose(inert(finding.title, 200)) + capabilities(finding) + " | " + who(finding) + " |\n";
  }
  if (diff.findings.size() > k_most_table_rows)
    out += "\n…and " + counted(diff.findings.size() - k_most_table_rows, "more finding") + " below.\n";
  return out + "\n";
}

/// Who reads this reads it where nothing can be accepted.
std::string in_ci(const Diff &diff) {
  const auto is_plain = [](char c) { return !is_ascii_punctuation(c) || c == '.' || c == '-' || c == '_'; };
  const auto name = inert(diff.head.name, 80);
  if (diff.verdict != Verdict::new_behavior || !std::ranges::all_of(name, is_plain) ||
      name.find(' ') != name.npos)
    return {};
  return "- From CI, take this run's fingerprint out of its artifact: " +
         code("buildprint accept --all --from " + name + ".json.new --reason \"WHY\"") + "\n";
}

std::string head(const Diff &diff, const RenderOptions &options) {
  const std::string_view mark = diff.verdict == Verdict::same           ? "✅"
                                : diff.verdict == Verdict::new_behavior ? "❌"
                                                                        : "🟡";
  std::string out = "## " + std::string(mark) + " " + prose(headline(diff)) + "\n\n";
  if (!diff.base.source.empty() && diff.base.runs > 0)
    out += "Compared with " + code(inert(diff.base.source, 200)) + " (" + counted(diff.base.runs, "run") +
           ", " + counted(diff.base.behaviors, "behavior") + ").\n\n";
  for (const auto &reason : diff.because) out += "> 🟡 " + prose(inert(reason, 400)) + "\n>\n";
  if (!diff.because.empty()) out += "\n";
  out += table(diff);
  for (const auto &step : next_steps(diff, options))
    out += "- **" + step.when + "** " + (step.command.empty() ? "" : code(step.command) + " ") +
           prose(step.then) + "\n";
  return out + in_ci(diff) + "\n";
}

std::string folded(const std::string &title, const std::vector<std::string> &lines) {
  if (lines.empty()) return {};
  std::string content;
  for (std::size_t i = 0; i < std::min(lines.size(), k_most_list_lines); ++i) content += lines[i] + "\n";
  if (lines.size() > k_most_list_lines)
    content += "and " + std::to_string(lines.size() - k_most_list_lines) + " more\n";
  return "<details><summary>" + title + "</summary>\n\n" + fenced("text", content) + "\n</details>\n\n";
}

std::string rest(const Diff &diff) {
  const auto notes = notes_of(diff, true);
  std::string out;
  for (const auto &note : notes) out += folded(prose(note.title), note.lines);
  return out;
}

/// The Action finds its own comment by this line. No name ends it: "--" and ">" can't stand in it.
std::string marker(const Diff &diff) {
  std::string name = inert(diff.head.name, 80);
  std::erase_if(name, [](char c) { return is_ascii_punctuation(c) && c != '_' && c != '.' && c != '-'; });
  for (auto at = name.find("--"); at != std::string::npos; at = name.find("--")) name.erase(at, 1);
  return "<!-- buildprint " + name + " -->\n";
}

std::string render_within(const Diff &diff, const RenderOptions &options, std::size_t limit) {
  constexpr std::size_t k_pointer_room = 1000;
  std::string out = marker(diff) + head(diff, options);
  const std::string last = rest(diff);
  std::size_t number = 0;
  bool cut = false;
  for (const auto &finding : diff.findings) {
    const std::string next = section(finding, ++number);
    cut = out.size() + next.size() + k_pointer_room > limit;
    if (cut) break;
    out += next;
  }
  if (cut)
    out += "**" + counted(diff.findings.size() - number + 1, "more finding") + "** did not fit here.\n\n";
  if (out.size() + last.size() + k_pointer_room <= limit)
    out += last;
  else
    cut = true;
  const std::string where =
      options.details.empty() ? "the text and JSON reports of this run" : options.details;
  if (cut || !options.details.empty()) out += "Everything: " + prose(inert(where, 400)) + "\n";
  return without_workflow_commands(out);
}

} // namespace

std::string render_markdown(const Diff &diff, const RenderOptions &options) {
  return render_within(diff, options, k_summary_limit);
}

std::string render_comment(const Diff &diff, const RenderOptions &options) {
  return render_within(diff, options, k_comment_limit);
}

} // namespace buildprint

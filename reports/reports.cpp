#include "reports/reports.hpp"

#include <algorithm>
#include <array>

#include "reports/html.hpp"

namespace buildprint {
namespace {

// The page stands last: a build without npm has all but it.
constexpr std::array k_reports{
    Report{"text", ".txt", render_text, "for a terminal or a CI log"},
    Report{"json", ".json", render_json, "the diff file, buildprint/diff/1: everything"},
    Report{"markdown", ".md", render_markdown, "for a step summary, below 1 MiB"},
    Report{"comment", ".comment.md", render_comment,
           "Markdown for a pull-request comment, below 65,536 characters"},
    Report{"sarif", ".sarif", render_sarif, "SARIF 2.1.0 for code scanning"},
    Report{"junit", ".junit.xml", render_junit, "JUnit XML for test report viewers"},
    Report{"codequality", ".codequality.json", render_code_quality, "GitLab Code Quality"},
    Report{"annotations", ".annotations.txt", render_annotations,
           "GitHub workflow commands, for the action's log"},
    Report{"verdict", ".verdict.intoto.json", render_verdict,
           "in-toto test-result predicate, or a statement"},
    Report{"html", ".html", render_html, "one page to look at: the findings, and the run before and after"},
};

} // namespace

std::span<const Report> reports() {
  return std::span(k_reports).first(k_reports.size() - (has_html_page() ? 0 : 1));
}

const Report *find_report(std::string_view name) {
  const auto found = std::ranges::find(k_reports, name, &Report::name);
  return found == k_reports.end() ? nullptr : &*found;
}

} // namespace buildprint

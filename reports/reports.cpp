#include "reports/reports.hpp"

#include <algorithm>
#include <array>

namespace buildprint {
namespace {

constexpr std::array k_reports{
    Report{"text", ".txt", render_text, "for a terminal or a CI log"},
    Report{"json", ".json", render_json, "the diff file, buildprint/diff/1: everything"},
    Report{"html", ".html", render_html, "one page to look at: the findings, and the run before and after"},
};

} // namespace

std::span<const Report> reports() {
  return k_reports;
}

const Report *find_report(std::string_view name) {
  const auto found = std::ranges::find(k_reports, name, &Report::name);
  return found == k_reports.end() ? nullptr : &*found;
}

} // namespace buildprint

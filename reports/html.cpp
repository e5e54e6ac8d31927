#include "reports/html.hpp"

#include <string_view>

#include "base/error.hpp"
#include "reports/html_data.hpp"
#include "reports/reports.hpp"

// The bundled page (html/bundle.mjs), carried as bytes; empty in a build without npm.
extern "C" const char html_page_start[], html_page_end[];

namespace buildprint {

namespace {

constexpr std::string_view k_data_mark = "@DATA@";

std::string_view page() {
  return {html_page_start, static_cast<std::size_t>(html_page_end - html_page_start)};
}

/// JSON as the content of a script element: without '<' neither "</script" nor "<!--" can be spelled.
void append_inside_script(std::string &out, std::string_view json) {
  for (const char c : json) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
}

std::string fill_page(std::string_view json) {
  const auto mark = page().find(k_data_mark);
  if (mark == std::string_view::npos)
    throw Error(
        "this buildprint was built without its HTML page",
        "build it where npm can install packages (cmake -DBUILDPRINT_HTML=ON), or take another --format");
  std::string out;
  out.reserve(page().size() + json.size() + json.size() / 16);
  out += page().substr(0, mark);
  append_inside_script(out, json);
  out += page().substr(mark + k_data_mark.size());
  return out;
}

} // namespace

bool has_html_page() {
  return !page().empty();
}

// One self-contained page that loads nothing. With both fingerprints in `options` its tree is whole; without
// them it holds what the diff tells.
std::string render_html(const Diff &diff, const RenderOptions &options) {
  return fill_page(html_page_data(diff, options));
}

std::string render_html(const Fingerprint &fingerprint, const std::vector<Evidence> &evidence) {
  return fill_page(html_page_data(fingerprint, evidence));
}

} // namespace buildprint

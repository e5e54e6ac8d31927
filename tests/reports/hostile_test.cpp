#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "reports/inert.hpp"
#include "tests/catch.hpp"
#include "tests/reports/sample.hpp"

using namespace buildprint;

namespace {

std::string rendered(std::string_view format, const std::string &name) {
  return find_report(format)->render(hostile_diff(name), {});
}

std::vector<std::string> names() {
  return {hostile_name(), raw_hostile_name()};
}

bool contains(const std::string &text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Of Markdown: what is outside fenced blocks, where names could be syntax.
std::string outside_fences(const std::string &markdown) {
  std::string out, fence;
  for (const auto line : split(markdown, '\n')) {
    const auto ticks = std::string(line.substr(0, std::min(line.find_first_not_of('`'), line.size())));
    if (fence.empty() && ticks.size() >= 3) {
      fence = ticks;
    } else if (!fence.empty()) {
      if (line == fence) fence.clear();
    } else {
      (out += line) += '\n';
    }
  }
  CHECK(fence.empty());
  return out;
}

} // namespace

TEST_CASE("No report passes on a control character, broken UTF-8 or a hidden direction") {
  for (const auto &report : reports()) {
    if (report.name == "html") continue;
    for (const auto &name : names()) {
      INFO(report.name);
      const std::string text = report.render(hostile_diff(name), {});
      for (const auto line : split(text, '\n')) {
        // A zero-width space is what Markdown is given on purpose, as a character reference.
        CHECK(is_printable(line));
      }
    }
  }
}

TEST_CASE("No name becomes a workflow command in a job's log") {
  for (const auto &report : reports()) {
    if (report.name == "html" || report.name == "annotations") continue;
    for (const auto &name : names()) {
      INFO(report.name);
      const std::string text = report.render(hostile_diff(name), {});
      CHECK_FALSE(contains(text, "##["));
      for (const auto line : split(text, '\n')) {
        const auto start = line.find_first_not_of(" \t");
        CHECK_FALSE((start != std::string_view::npos && line.substr(start, 2) == "::"));
      }
    }
  }
}

TEST_CASE("A name can't end an annotation or begin another one") {
  for (const auto &name : names()) {
    const std::string text = rendered("annotations", name);
    const auto lines = split(text, '\n');
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].starts_with("::error file="));
    // The properties end at the first "::" that follows them; no name brought one before.
    const auto properties = lines[0].substr(0, lines[0].find("::", 2));
    CHECK(std::count(properties.begin(), properties.end(), ',') == 2);
    CHECK_FALSE(contains(text, "##["));
  }
}

TEST_CASE("A name can't break out of Markdown") {
  for (const std::string_view format : {"markdown", "comment"}) {
    for (const auto &name : names()) {
      const std::string text = outside_fences(rendered(format, name));
      for (const std::string_view part :
           {"](", "<img", "</script", "@octocat", "#1 ", "www.evil", "https://evil", "${{", "a|b", "]]>"})
        CHECK_FALSE(contains(text, part));
      // Every tag left is one of ours.
      std::set<std::string> tags;
      for (auto at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1))
        tags.insert(text.substr(at, text.find('>', at) - at + 1));
      for (const auto &tag : tags) {
        INFO(tag);
        CHECK((tag.starts_with("<!-- buildprint ") || tag == "<code>" || tag == "</code>" ||
               tag == "<details>" || tag == "</details>" || tag == "<summary>" || tag == "</summary>" ||
               tag == "<br>" || tag == "<b>" || tag == "</b>"));
      }
    }
  }
}

TEST_CASE("A name can't break out of XML") {
  for (const auto &name : names()) {
    const std::string text = rendered("junit", name);
    CHECK_FALSE(contains(text, "<img"));
    CHECK_FALSE(contains(text, "</script"));
    CHECK_FALSE(contains(text, "]]>"));
  }
}

TEST_CASE("A name stays one string in every JSON report") {
  for (const std::string_view format : {"json", "sarif", "codequality", "verdict"}) {
    for (const auto &name : names()) {
      INFO(format);
      CHECK(nlohmann::json::accept(rendered(format, name)));
    }
  }
  const auto diff = nlohmann::json::parse(rendered("json", hostile_name()));
  CHECK(diff["findings"][0]["title"] == hostile_name());
}

TEST_CASE("In SARIF a name is no link and no placeholder, and no path outside the repository is a place") {
  const auto sarif =
      nlohmann::json::parse(rendered("sarif", "[x](http://evil.example) {0} ../../etc/passwd"));
  const auto &result = sarif["runs"][0]["results"][0];
  const std::string text = result["message"]["text"];
  CHECK(contains(text, "\\[x\\](http"));
  CHECK(contains(text, "{{0}}"));
  const std::string uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
  CHECK(uri.starts_with(".buildprint/"));
}

TEST_CASE("A name of a megabyte makes no report for people long") {
  const std::string name = hostile_name() + std::string(1'000'000, 'x');
  for (const std::string_view format :
       {"text", "markdown", "comment", "sarif", "junit", "codequality", "annotations"}) {
    INFO(format);
    CHECK(rendered(format, name).size() < 100'000);
  }
}

TEST_CASE("Cutting a name never splits a character") {
  for (std::size_t limit = 3; limit < 40; ++limit) {
    CHECK(is_printable(inert("äöü漢字😀äöü漢字😀äöü漢字😀", limit)));
    CHECK_FALSE(contains(inert("äöü漢字😀äöü漢字😀äöü漢字😀", limit), "\\x"));
  }
}

TEST_CASE("Workflow commands are told apart from text that only looks like them") {
  CHECK(without_workflow_commands("a::b") == "a::b");
  CHECK(without_workflow_commands("  ::error::x\n::y") == "  \\x3a:error::x\n\\x3a:y");
  CHECK(without_workflow_commands("x ##[error]") == "x \\x23#[error]");
}

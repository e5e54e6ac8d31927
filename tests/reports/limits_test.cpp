#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "tests/catch.hpp"
#include "tests/reports/sample.hpp"
#include "tests/support/behavior.hpp"

using namespace buildprint;

namespace {

std::size_t lines_of(const std::string &text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

TEST_CASE("Markdown stays below the limits of a step summary and of a comment, and says what is missing") {
  const Diff diff = large_diff(2'000);
  RenderOptions options;
  options.details = "artifact buildprint-reports";
  const std::string summary = render_markdown(diff, options), comment = render_comment(diff, options);
  CHECK(summary.size() < 1'048'576);
  CHECK(comment.size() < 65'536);
  for (const auto &text : {summary, comment}) {
    CHECK(text.find("did not fit here") != std::string::npos);
    CHECK(text.find("artifact buildprint-reports") != std::string::npos);
  }
}

TEST_CASE("SARIF keeps to GitHub's limits") {
  Diff diff = large_diff(3);
  for (int i = 0; i < 30; ++i) diff.findings.front().techniques.push_back("T10" + std::to_string(i));
  diff.findings.front().behaviors.front().behavior.lineage.assign(20'000, Program::parse("/usr/bin/sh -c"));
  const auto sarif = nlohmann::json::parse(render_sarif(diff, {}));
  const auto &run = sarif["runs"][0];
  for (const auto &rule : run["tool"]["driver"]["rules"]) CHECK(rule["properties"]["tags"].size() <= 10);
  std::size_t steps = 0;
  for (const auto &flow : run["results"][0]["codeFlows"])
    for (const auto &thread : flow["threadFlows"]) steps += thread["locations"].size();
  CHECK(steps <= 1'000);
}

TEST_CASE("SARIF has no more results, and paths only for as many, as GitHub keeps") {
  Diff diff = large_diff(1);
  diff.findings.front().behaviors.resize(1);
  diff.findings.assign(25'010, diff.findings.front());
  const std::string sarif = render_sarif(diff, {});
  const auto occurrences = [&](std::string_view part) {
    std::size_t count = 0;
    for (auto at = sarif.find(part); at != std::string::npos; at = sarif.find(part, at + 1)) ++count;
    return count;
  };
  CHECK(occurrences("\"ruleId\"") == 25'000);
  CHECK(occurrences("\"codeFlows\"") == 5'000);
}

TEST_CASE("SARIF leaves accepted behaviors out unless asked") {
  Diff diff = sample_diff();
  diff.findings.clear();
  diff.verdict = Verdict::same;
  CHECK(nlohmann::json::parse(render_sarif(diff, {}))["runs"][0]["results"].empty());
  RenderOptions options;
  options.include_accepted = true;
  const auto sarif = nlohmann::json::parse(render_sarif(diff, options));
  REQUIRE(sarif["runs"][0]["results"].size() == 2);
  CHECK(sarif["runs"][0]["results"][0]["suppressions"][0]["status"] == "accepted");
}

TEST_CASE(
    "A finding without a place points at the committed fingerprint's line of its nearest known ancestor") {
  const Fingerprint base = sample_base();
  Diff diff = sample_diff();
  diff.findings.front().where.reset();
  const auto sarif = nlohmann::json::parse(render_sarif(diff, options_with(base)));
  const auto &place = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
  CHECK(place["artifactLocation"]["uri"] == ".buildprint/unit-tests.json");
  const int line = place["region"]["startLine"];
  const std::string text = render_fingerprint(base);
  const auto lines = split(text, '\n');
  CHECK(lines[static_cast<std::size_t>(line - 1)].find("npm install") != std::string::npos);
}

TEST_CASE("Annotations keep to ten of a level, the last standing for the rest") {
  const std::string text = render_annotations(large_diff(40), {});
  CHECK(lines_of(text) == 10);
  CHECK(text.find("and 31 more findings") != std::string::npos);
}

TEST_CASE("A finding takes at most six lines beside its title, place, reasons and command") {
  Diff diff = sample_diff();
  auto &finding = diff.findings.front();
  for (int i = 0; i < 40; ++i) {
    auto item = finding.behaviors.front();
    item.behavior.lineage.back() = Program::parse("/usr/bin/tool" + std::to_string(i));
    (i < 2 ? finding.behaviors : finding.more).push_back(item);
  }
  diff.findings.resize(1);
  diff.accepted = {}, diff.changed = {}, diff.moved = {}, diff.absent = {}, diff.notices = {};
  const std::string text = render_text(diff, {});
  CHECK(lines_of(text) <= 3 + 2 + 6 + 1 + 1 + 3 + 1 + 1 + 4);
}

TEST_CASE("A known chain above a finding takes no room from what is new") {
  const std::vector<std::string> known{"/usr/bin/make", "/usr/bin/node /usr/bin/npm install",
                                       "/usr/bin/sh -c", "/usr/bin/node $WS/vendor/left-pad/build.js"};
  const auto below = [&](std::vector<std::string> programs) {
    programs.insert(programs.begin(), known.begin(), known.end());
    return programs;
  };
  const auto item = [](Kind kind, const std::vector<std::string> &lineage, const std::string &object = {}) {
    NewBehavior one;
    one.behavior = make_behavior(kind, "builder", lineage, object);
    one.novelty = 3;
    return one;
  };
  const std::string sh = "/usr/bin/sh -c", script = "/usr/bin/sh $TMP/.p (by /usr/bin/curl)",
                    curl = "/usr/bin/curl";
  Diff diff = sample_diff();
  diff.findings.resize(1);
  diff.findings[0].behaviors = {
      item(Kind::exec, below({sh})),
      item(Kind::connect, below({sh, curl}), "203.0.113.66:80/tcp"),
      item(Kind::connect, below({sh, script, curl}), "203.0.113.66:8080/tcp"),
      item(Kind::exec, below({sh, script})),
      item(Kind::read, below({sh, script, "/usr/bin/cat"}), "secret:npm ($HOME/.npmrc)"),
      item(Kind::exec, below({sh, curl}))};
  diff.findings[0].more = {item(Kind::exec, below({sh, script, curl})),
                           item(Kind::exec, below({sh, script, "/usr/bin/cat"}))};
  RenderOptions options;
  options.width = 80;
  const auto text = render_text(diff, options);
  CHECK(text.find("reads the npm secret") != std::string::npos);
  CHECK(text.find("/usr/bin/npm install > /usr/bin/sh -c >\n") != std::string::npos); // wrapped, not cut
  CHECK(render_markdown(diff, {}).find("/usr/bin/cat  reads the npm secret") != std::string::npos);
}

TEST_CASE("The JSON report has every field of the diff") {
  const auto diff = nlohmann::json::parse(render_json(sample_diff(), {}));
  CHECK(diff["format"] == "buildprint/diff/1");
  CHECK(diff["verdict"] == "new");
  const auto &finding = diff["findings"][0];
  CHECK(finding["cause"] == finding["behaviors"][0]);
  CHECK(finding["package"]["base_version"] == "1.3.0");
  CHECK(finding["where"]["line"] == 4120);
  CHECK(finding["more"].size() == 1);
  CHECK(finding["behaviors"][3]["raw"] == "203.0.113.66:443");
  CHECK(finding["behaviors"][3]["rewrites"][0]["rule"] == "R9");
  CHECK(diff["moved"][0]["base_lineage"].size() == 2);
  CHECK(diff["accepted"][0]["by_this_change"] == true);
}

#include "reports/inert.hpp"
#include "tests/golden.hpp"
#include "tests/reports/sample.hpp"

using namespace buildprint;

TEST_CASE("Each report of the sample reads as its golden file") {
  const Fingerprint base = sample_base();
  const Diff diff = sample_diff();
  for (const auto &report : reports()) {
    if (report.name == "html") continue; // tests/reports/html looks at it in a browser
    INFO(report.name);
    require_golden("reports/finding" + std::string(report.extension),
                   report.render(diff, options_with(base)));
  }
}

TEST_CASE("The text report fits narrow and wide terminals") {
  const Diff diff = sample_diff();
  RenderOptions options;
  options.width = 80;
  options.unicode = false;
  require_golden("reports/finding-80-ascii.txt", render_text(diff, options));
  options.width = 120;
  options.color = options.unicode = options.verbose = true;
  require_golden("reports/finding-120-color-verbose.txt", render_text(diff, options));
}

TEST_CASE("What is no finding still has a report") {
  Diff diff;
  diff.base = {"unit-tests", ".buildprint/unit-tests.json", "xxh3:2a", 3, 190};
  diff.head = {"unit-tests", "unit-tests.json.new", "xxh3:2a", 1, 190};
  for (const auto verdict : {Verdict::same, Verdict::incomplete, Verdict::no_baseline}) {
    diff.verdict = verdict;
    diff.because.clear();
    if (verdict == Verdict::incomplete) diff.because = {"12 records found no room in the ring"};
    if (verdict == Verdict::no_baseline)
      diff.because = {"origin/main has no .buildprint/unit-tests.json"}, diff.base = {};
    const std::string name(to_string(verdict));
    for (const std::string_view format :
         {"text", "markdown", "sarif", "junit", "codequality", "annotations", "verdict"}) {
      const Report *report = find_report(format);
      REQUIRE(report != nullptr);
      require_golden("reports/" + name + std::string(report->extension), report->render(diff, {}));
    }
  }
}

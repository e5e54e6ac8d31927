#include "reports/html.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "reports/html_data.hpp"
#include "reports/reports.hpp"
#include "tests/catch.hpp"
#include "tests/html/sample.hpp"

using namespace buildprint;

namespace {

std::string page_of(const CanonicalRun &run) {
  return render_html(run.fingerprint, run.evidence);
}
std::string data_of(const CanonicalRun &run) {
  return html_page_data(run.fingerprint, run.evidence);
}

/// Lower case, as a browser's parser compares.
std::size_t count(std::string text, const std::string &part) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string data_in(const std::string &page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const auto from = page.find(open) + open.size();
  return page.substr(from, page.find("</script>", from) - from);
}

} // namespace

TEST_CASE("no name leaves the data block of the page") {
  if (!has_html_page()) {
    CHECK_THROWS_AS(page_of(hostile_run()), Error);
    return;
  }
  const auto calm = page_of(sample_run(50));
  for (const auto &page : {page_of(hostile_run()), render_html(hostile_diff(), {})}) {
    CHECK(count(page, "</script") == count(calm, "</script"));
    CHECK(count(page, "<!--") == count(calm, "<!--"));
    CHECK(count(page, "<img") == 0);
    CHECK(data_in(page).find('<') == std::string::npos);
  }
}

TEST_CASE("the page's data holds no byte that could turn or hide text") {
  for (const auto &data : {data_of(hostile_run()), html_page_data(hostile_diff(), {})}) {
    CHECK(std::none_of(data.begin(), data.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
    for (const std::string mark :
         {"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8f", "\xe2\x80\x8b", "\xef\xbb\xbf"})
      CHECK(data.find(mark) == std::string::npos);
    CHECK(data.find("##[") == std::string::npos);
  }
}

TEST_CASE("a name of 1 MB does not make a large page") {
  CHECK(data_of(hostile_run()).size() < 400'000);
  CHECK(html_page_data(hostile_diff(), {}).size() < 400'000);
}

TEST_CASE("5,000 behaviors with their raw values make at most 3 MB") {
  const auto run = sample_run(5'000);
  REQUIRE(run.fingerprint.behaviors.size() >= 5'000);
  CHECK(data_of(run).size() < 2'800'000);
}

TEST_CASE("long raw values give way until the page is small enough") {
  auto run = sample_run(5'000);
  for (auto &evidence : run.evidence) evidence.raw.push_back(evidence.raw.front() + std::string(20'000, 'x'));
  CHECK(data_of(run).size() < 3'000'000);
}

TEST_CASE("a diff with both fingerprints holds the whole run, without them what it tells") {
  const auto sample = sample_diff(200);
  RenderOptions whole;
  whole.base = &sample.base;
  whole.head = &sample.head;
  const auto partial = html_page_data(sample.diff, {});
  CHECK(html_page_data(sample.diff, whole).find("generate_7.py") != std::string::npos);
  CHECK(partial.find("generate_7.py") == std::string::npos);
  CHECK(partial.find("collector.example:443/tcp") != std::string::npos);
}

TEST_CASE("a build without the page does not offer it, and says why when asked") {
  const auto offered = std::any_of(reports().begin(), reports().end(),
                                   [](const Report &report) { return report.name == "html"; });
  CHECK(offered == has_html_page());
  const auto *html = find_report("html");
  REQUIRE(html != nullptr);
  if (!offered) CHECK_THROWS_AS(html->render(sample_diff(10).diff, {}), Error);
}

TEST_CASE("the page carries a policy that lets nothing else run or load") {
  if (!has_html_page()) return;
  const auto page = page_of(sample_run(50));
  CHECK(page.find("default-src 'none'; script-src 'sha256-") != std::string::npos);
  CHECK(page.find("unsafe-inline") == std::string::npos);
  CHECK(page.find("@DATA@") == std::string::npos);
}

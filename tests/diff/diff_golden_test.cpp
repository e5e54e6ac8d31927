// Whole comparisons for reading: tests/golden/diff/NAME/{base,head}.json and what is said of them.
#include <filesystem>

#include "diff/compare.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "reports/reports.hpp"
#include "tests/catch.hpp"
#include "tests/golden.hpp"

namespace buildprint {
namespace {

void require_told(const std::string &name) {
  const auto directory = std::filesystem::path(GOLDEN_DIRECTORY) / "diff" / name;
  const auto base = load_fingerprint(directory / "base.json"),
             head = load_fingerprint(directory / "head.json");
  auto diff = compare(base, head, Policy{});
  diff.base.source = "base.json";
  diff.head.source = "head.json";
  require_golden("diff/" + name + "/diff.txt", render_text(diff, {}));
  require_golden("diff/" + name + "/diff.json", render_json(diff, {}));
}

TEST_CASE("a dependency's life-cycle script that downloads is told") {
  require_told("life-cycle-download");
}
TEST_CASE("an uploader that also posts to a bare address is told") {
  require_told("uploader");
}
TEST_CASE("rights gained to read foreign memory are told") {
  require_told("foreign-memory");
}
TEST_CASE("a workflow written and pushed is told") {
  require_told("pushed-workflow");
}
TEST_CASE("tools of a new base image are told, and what hides among them") {
  require_told("new-image");
}
TEST_CASE("a run as root is told in one line") {
  require_told("now-root");
}

} // namespace
} // namespace buildprint

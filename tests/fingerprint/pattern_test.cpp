#include "fingerprint/pattern.hpp"

#include "base/error.hpp"
#include "fingerprint/rules.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

namespace {

std::string random_part(const std::string &pattern, const std::string &text) {
  const auto part = Pattern::parse(pattern).find(text);
  return part ? text.substr(part->begin, part->end - part->begin) : "no match";
}

std::string problem(const std::string &pattern) {
  try {
    Pattern::parse(pattern);
    return "accepted";
  } catch (const Error &error) {
    return error.what();
  }
}

} // namespace

TEST_CASE("a pattern matches the whole text and finds the random part") {
  CHECK(random_part("tmp([a-z0-9_]{8})", "tmpa1b2c3d4") == "a1b2c3d4");
  CHECK(random_part("tmp([a-z0-9_]{8})", "tmpa1b2c3d4x") == "no match");
  CHECK(random_part("tmp([a-z0-9_]{8}).*", "tmpa1b2c3d4.py") == "a1b2c3d4");
  CHECK(random_part("go-build([0-9]+)", "go-build") == "no match");
  CHECK(random_part("[a-z-]+-([0-9]{2,})", "a-b-123") == "123");
  CHECK(random_part("a?b*c+(x{0,2})d", "accd").empty());
  CHECK(random_part("x\\.([a-c-]+)", "x.a-b") == "a-b");
  CHECK(Pattern::parse_glob("$WS**/.git/hooks/*").matches("$WS/a/b/.git/hooks/x"));
  CHECK_FALSE(Pattern::parse_glob("$WS**/.git/hooks/*").matches("$WS/.git/hooks/x/y"));
}

TEST_CASE("a malformed pattern is refused with the reason") {
  CHECK(problem("a(b").find("without its )") != std::string::npos);
  CHECK(problem("a(b)(c)").find("only one part") != std::string::npos);
  CHECK(problem("*a").find("nothing stands before") != std::string::npos);
  CHECK(problem("a|b").find("alternatives") != std::string::npos);
  CHECK(problem("[b-a]").find("backwards") != std::string::npos);
  CHECK(problem("a{3,2}").find("allows nothing") != std::string::npos);
  CHECK(problem("a{9999}").find("longer than any file name") != std::string::npos);
  CHECK(problem("[^a]").find("name what may stand there") != std::string::npos);
  CHECK(problem("a\\").find("too early") != std::string::npos);
}

TEST_CASE("no pattern is slow") {
  // Backtracking takes 2^n steps here.
  std::string nested;
  for (int i = 0; i < 40; ++i) nested += "a*";
  CHECK_FALSE(Pattern::parse(nested + "b").matches(std::string(4000, 'a')));
}

TEST_CASE("two patterns meet or do not") {
  const auto meet = [](const char *a, const char *b) {
    return Pattern::parse(a).intersects(Pattern::parse(b));
  };
  CHECK(meet("a+", "aaa"));
  CHECK(meet("a[0-9]{3}", "[a-c]1.*"));
  CHECK_FALSE(meet("a[0-9]{3}", "a[0-9]{4}"));
  CHECK_FALSE(meet("ab*", "b*"));
  CHECK(Pattern::parse_glob("$WS/**").intersects(Pattern::parse_glob("$WS/.github/workflows/**")));
}

TEST_CASE("every built-in pattern matches its own example") {
  for (const auto &row : builtin_rules().random_names) {
    INFO(row.name);
    const auto part = Pattern::parse(row.pattern).find(row.example);
    REQUIRE(part.has_value());
    CHECK(part->end > part->begin);
  }
}

// What answers quickly has to answer as what takes its time.

#include <random>

#include "fingerprint/compiled_rules.hpp"
#include "fingerprint/paths.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

namespace {

class Texts {
 public:
  std::string of(std::string_view characters, std::size_t longest) {
    std::string text(std::uniform_int_distribution<std::size_t>(0, longest)(random_), '\0');
    for (auto &c : text)
      c = characters[std::uniform_int_distribution<std::size_t>(0, characters.size() - 1)(random_)];
    return text;
  }

 private:
  std::mt19937 random_{1};
};

} // namespace

TEST_CASE("a glob's shortcuts say what its pattern says") {
  Texts texts;
  int matched = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto text = texts.of("ab/.", 7), glob = texts.of("ab/.**", 5);
    INFO(glob << " and " << text);
    const Glob quick(glob);
    const bool matches = Pattern::parse_glob(glob).matches(text);
    matched += matches;
    REQUIRE(quick.matches(text) == matches);
    REQUIRE((!matches || quick.may_match(Pairs(text))));
  }
  CHECK(matched > 500);
}

TEST_CASE("pairs of characters rule most globs out") {
  const Pairs path("$WS/build/7/part3.o");
  CHECK_FALSE(Glob("$WS/**/.git/hooks/*").may_match(path));
  CHECK_FALSE(Glob("$WS/.github/workflows/**").may_match(path));
  CHECK(Glob("$WS/build/**").may_match(path));
}

TEST_CASE("a plain path is as absolute as one that is taken apart") {
  Texts texts;
  for (int i = 0; i < 20'000; ++i) {
    const auto path = '/' + texts.of("ab/.", 8);
    INFO(path);
    REQUIRE(absolute_path("/", path) == absolute_path("/", "/./" + path));
  }
}

TEST_CASE("a path leads to a system directory where its one name lies in one") {
  for (const auto *path :
       {"/bin/sh", "/usr/bin/sh", "/lib", "/lib64/ld.so", "/libx", "/usr", "/usr/lib", "/sbin/x",
        "/var/run/x", "/run/lock", "/usr/local/bin/a", "/usr/locale", "/home/usr/bin", ""})
    CHECK(leads_to_system_directory(path) == in_system_directory(merged_system_path(path)));
  CHECK(leads_to_system_directory("/bin/sh"));
  CHECK_FALSE(leads_to_system_directory("/binary/sh"));
}

TEST_CASE("versions go segment by segment, and what is empty stays") {
  CHECK(without_versions("/usr/lib/gcc/x86_64-linux-gnu/12/cc1", nullptr) == "/usr/lib/gcc/<triple>/<v>/cc1");
  CHECK(without_versions("/usr//bin/", nullptr) == "/usr//bin/");
  CHECK(without_versions("", nullptr).empty());
}

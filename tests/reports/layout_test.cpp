#include "reports/layout.hpp"

#include "tests/catch.hpp"

using namespace buildprint;

TEST_CASE("Widths are those of a terminal") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("ü→") == 2);
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("e\u0301") == 1);
}

TEST_CASE("A long name keeps both ends") {
  CHECK(elide("short", 10) == "short");
  CHECK(elide("/usr/lib/node_modules/npm/bin/npm-cli.js", 20) == "/usr/lib/…npm-cli.js");
  CHECK(display_width(elide("漢字漢字漢字漢字漢字", 7)) <= 7);
  CHECK(display_width(elide(std::string(1'000'000, 'x'), 40)) == 40);
  CHECK(elide("abc", 0).empty());
}

TEST_CASE("A long lineage loses its middle first") {
  const std::vector<std::string> programs{"/usr/bin/make", "/usr/bin/sh -c", "/usr/bin/npm install",
                                          "/usr/bin/node"};
  CHECK(elide_chain(programs, 100) ==
        "/usr/bin/make > /usr/bin/sh -c > /usr/bin/npm install > /usr/bin/node");
  CHECK(elide_chain(programs, 60) == "/usr/bin/make > … > /usr/bin/npm install > /usr/bin/node");
  CHECK(elide_chain(programs, 40) == "/usr/bin/make > … > /usr/bin/node");
  CHECK(display_width(elide_chain(programs, 15)) <= 15);
}

TEST_CASE("A lineage in two lines is cut only where two are too few") {
  const std::vector<std::string> programs{"/usr/bin/make", "/usr/bin/sh -c", "/usr/bin/npm install",
                                          "/usr/bin/node"};
  using Lines = std::vector<std::string>;
  CHECK(wrap_chain(programs, 100, 2) == Lines{elide_chain(programs, 100)});
  CHECK(wrap_chain(programs, 40, 2) ==
        Lines{"/usr/bin/make > /usr/bin/sh -c >", "/usr/bin/npm install > /usr/bin/node"});
  CHECK(wrap_chain(programs, 30, 2) == Lines{"/usr/bin/make > … >", "/usr/bin/node"});
  for (const auto &line : wrap_chain({std::string(500, 'x'), "漢字漢字漢字", "b"}, 20, 3))
    CHECK(display_width(line) <= 20);
  CHECK(wrap_chain({}, 20, 2) == Lines{""});
}

TEST_CASE("Text wraps at blanks, and inside a word only when it must") {
  CHECK(wrap("one two three", 8) == std::vector<std::string>{"one two", "three"});
  CHECK(wrap("abcdefghij", 4) == std::vector<std::string>{"abcd", "efgh", "ij"});
  CHECK(wrap("", 4) == std::vector<std::string>{""});
}

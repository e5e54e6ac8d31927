#include "cmd/selection.hpp"

#include "base/error.hpp"
#include "tests/catch.hpp"
#include "tests/gate/workspace.hpp"

using namespace buildprint;
using namespace buildprint::test;

namespace {

const Behavior k_npm = behavior("exec", {"/usr/bin/make", "/usr/bin/npm install"});
const Behavior k_curl = behavior("exec", {"/usr/bin/make", "/usr/bin/npm install", "/usr/bin/curl"});
const Behavior k_download =
    behavior("connect", {"/usr/bin/make", "/usr/bin/npm install", "/usr/bin/curl"}, "fonts.example:443/tcp");
const Behavior k_gcc = behavior("exec", {"/usr/bin/make", "/usr/bin/gcc"});

Diff diff() {
  Diff result;
  Finding install, compiler;
  install.id = "aaaa1111";
  install.behaviors = {{k_npm, 3, "1/1", {}}, {k_curl, 3, "1/1", {}}};
  install.more = {{k_download, 3, "1/1", {}}};
  compiler.id = "aaaa2222";
  compiler.behaviors = {{k_gcc, 3, "1/1", {}}};
  result.findings = {install, compiler};
  return result;
}

std::size_t count(const Selection &selection) {
  return select(diff(), selection).size();
}

} // namespace

TEST_CASE("a finding's id selects all of it, a behavior's id that one") {
  CHECK(count({{"aaaa1"}, {}, {}, false}) == 3);
  CHECK(count({{behavior_id(k_gcc).substr(0, 10)}, {}, {}, false}) == 1);
  CHECK(count({{"aaaa1111", behavior_id(k_curl)}, {}, {}, false}) == 3);
}

TEST_CASE("subtrees, patterns and everything") {
  CHECK(count({{}, "/usr/bin/npm *", {}, false}) == 3);
  CHECK(count({{}, {}, "*.example:443/tcp", false}) == 1);
  CHECK(count({{}, {}, "/usr/bin/*", false}) == 3);
  CHECK(count({{}, {}, {}, true}) == 4);
  CHECK(count({}) == 0);
}

TEST_CASE("an id that names nothing or several things, and a glob without a match, are errors") {
  CHECK_THROWS_AS(count({{"aaaa"}, {}, {}, false}), Error);
  CHECK_THROWS_AS(count({{"aa"}, {}, {}, false}), Error);
  CHECK_THROWS_AS(count({{"ffff0000ffff"}, {}, {}, false}), Error);
  CHECK_THROWS_AS(count({{}, "/usr/bin/yarn", {}, false}), Error);
  CHECK_THROWS_AS(count({{}, {}, "nothing", false}), Error);
}

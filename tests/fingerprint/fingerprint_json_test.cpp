#include "fingerprint/fingerprint_json.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "tests/catch.hpp"
#include "tests/support/behavior.hpp"

using namespace buildprint;

namespace {

Fingerprint small() {
  Fingerprint fingerprint;
  fingerprint.name = "unit-tests";
  fingerprint.rules = "1-abc";
  fingerprint.labels = {{"arch", "x86_64"}, {"os", "debian-12"}};
  fingerprint.runs = 3;
  fingerprint.behaviors = {
      make_behavior(Kind::exec, "builder", {"/usr/bin/make", "/usr/bin/gcc"}, "", 3, false, ""),
      make_behavior(Kind::connect, "builder", {"/usr/bin/npm install"}, "registry.example:443/tcp", 2, true,
                    "npm:x test"),
      make_behavior(Kind::write, "root", {"/usr/bin/make"}, "sink:\"quoted\\path\"", 1, false, ""),
  };
  fingerprint.attributes = {{"/usr/bin/gcc", "version", "12"}};
  fingerprint.coverage_gaps = {"what daemon:unix:/run/docker.sock did"};
  return fingerprint;
}

std::string error_of(const std::string &text) {
  try {
    parse_fingerprint(text, "f.json");
    return "accepted";
  } catch (const Error &error) {
    return error.what();
  }
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

bool contains(const std::string &text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a fingerprint file is one behavior a line") {
  const auto text = render_fingerprint(small());
  CHECK(contains(text,
                 "\n{\"id\":\"" + behavior_id(small().behaviors[1]) +
                     "\",\"kind\":\"connect\",\"user\":\"builder\",\"lineage\":[\"/usr/bin/npm install\"],"
                     "\"object\":\"registry.example:443/tcp\",\"seen\":2,\"optional\":true,"
                     "\"package\":\"npm:x test\"},\n"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 20);
}

TEST_CASE("what is written is read back, byte for byte") {
  auto fingerprint = small();
  CHECK(render_fingerprint(parse_fingerprint(render_fingerprint(fingerprint), "f")) ==
        render_fingerprint(fingerprint));
  fingerprint.complete = false;
  fingerprint.incomplete_because = {"12 records found no room in the ring"};
  fingerprint.behaviors.clear();
  CHECK(render_fingerprint(parse_fingerprint(render_fingerprint(fingerprint), "f")) ==
        render_fingerprint(fingerprint));
}

TEST_CASE("an id depends on every field of the key and on nothing else") {
  const Behavior behavior = make_behavior(Kind::connect, "builder", {"a", "b"}, "c", 1, false, "");
  auto other = behavior;
  other.seen = 7, other.optional = true, other.package = "npm:x";
  CHECK(behavior_id(other) == behavior_id(behavior));
  CHECK(behavior_id(make_behavior(Kind::listen, "builder", {"a", "b"}, "c", 1, false, "")) !=
        behavior_id(behavior));
  CHECK(behavior_id(make_behavior(Kind::connect, "root", {"a", "b"}, "c", 1, false, "")) !=
        behavior_id(behavior));
  CHECK(behavior_id(make_behavior(Kind::connect, "builder", {"ab"}, "c", 1, false, "")) !=
        behavior_id(behavior));
  CHECK(behavior_id(make_behavior(Kind::connect, "builder", {"a", "b", "c"}, "", 1, false, "")) !=
        behavior_id(behavior));
  CHECK(behavior_id(make_behavior(Kind::connect, "builder", {"a1:bL1:c"}, "", 1, false, "")) !=
        behavior_id(make_behavior(Kind::connect, "builder", {"a", "b", "c"}, "", 1, false, "")));
}

TEST_CASE("what is not a fingerprint is refused with the place and the reason") {
  const auto good = render_fingerprint(small());
  CHECK(contains(error_of(""), "f.json"));
  CHECK(contains(error_of("{}"), "not a fingerprint"));
  CHECK(contains(error_of("[1,2]"), "not a fingerprint"));
  CHECK(contains(error_of(good.substr(0, good.size() / 2)), "not a fingerprint"));
  CHECK(contains(error_of(good + "{}"), "f.json"));
  CHECK(contains(error_of(replaced(good, "fingerprint/1", "fingerprint/2")), "this buildprint reads"));
  CHECK(contains(error_of(replaced(good, "fingerprint/1", "diff/1x")), "not a fingerprint"));
  CHECK(contains(error_of(replaced(good, "\"runs\": 3", "\"runs\": 0")), "cut short"));
  CHECK(contains(error_of(replaced(good, "\"seen\":2", "\"seen\":-2")), "line 11"));
  CHECK(contains(error_of(replaced(good, "/usr/bin/gcc", "/usr/bin/gxx")), "id does not fit"));
  CHECK(contains(error_of(replaced(good, "/usr/bin/gcc", "/usr/bin/\\u001b[2Jgcc")), "control characters"));
  CHECK(contains(error_of(replaced(good, "\"optional\"", "\"optinal\"")), "unknown field \"optinal\""));
  CHECK(contains(error_of(replaced(good, "\"behaviors\"", "\n<<<<<<< HEAD\n\"behaviors\"")),
                 "unresolved merge"));
}

TEST_CASE("unsorted and repeated behaviors are refused") {
  auto fingerprint = small();
  std::swap(fingerprint.behaviors[0], fingerprint.behaviors[1]);
  CHECK(contains(error_of(render_fingerprint(fingerprint)), "out of order"));
  fingerprint = small();
  fingerprint.behaviors[1] = fingerprint.behaviors[0];
  CHECK(contains(error_of(render_fingerprint(fingerprint)), "repeated"));
}

TEST_CASE("every kind has a name that is read back") {
  for (int i = 0; i <= static_cast<int>(Kind::kernel); ++i)
    CHECK(kind_from(to_string(static_cast<Kind>(i))) == static_cast<Kind>(i));
  CHECK_FALSE(kind_from("format"));
}

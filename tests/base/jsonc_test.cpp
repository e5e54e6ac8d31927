#include "base/jsonc.hpp"

#include "base/error.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

namespace {

std::string message(std::string_view text) {
  try {
    parse_jsonc(text, "p.json");
  } catch (const Error &error) {
    return error.what();
  }
  return "accepted";
}

} // namespace

TEST_CASE("comments and a last comma are allowed, and every value knows its line") {
  const auto value = parse_jsonc("{ // one\n/* two\n three */ \"a\": [\"x\", 12,],\n\"b\": {},}\n", "p.json");
  REQUIRE(value.find("a") != nullptr);
  CHECK(value.find("a")->line == 3);
  CHECK(value.find("a")->items.at(0).text == "x");
  CHECK(value.find("a")->items.at(1).type == Jsonc::Type::number);
  CHECK(value.members.at(1).line == 4);
  CHECK(value.find("c") == nullptr);
}

TEST_CASE("escapes are decoded") {
  CHECK(parse_jsonc(R"("a\"\\\/\u00e9\ud83d\ude00")", "p").text == "a\"\\/\xC3\xA9\xF0\x9F\x98\x80");
}

TEST_CASE("what is not such JSON is refused with its line") {
  CHECK(message("{\n\"a\": 1,\n\"a\": 2}") == "p.json, line 3: \"a\" stands here for the second time");
  CHECK(message("{\n\"a\" 1}") == "p.json, line 2: a colon is missing after \"a\"");
  CHECK(message("[1 2]") == "p.json, line 1: a comma or ] is missing");
  CHECK(message("\n/* never") == "p.json, line 2: a comment does not end");
  CHECK(message("\"a\nb\"") == "p.json, line 1: a string does not end on its line");
  CHECK(message("\"\\n\"") == "p.json, line 1: an escape that a printable string cannot hold");
  CHECK(message("\"\\u001b\"") == "p.json, line 1: a string holds control characters or is not UTF-8");
  CHECK(message("\"\\ud800\"") == "p.json, line 1: half of a surrogate pair");
  CHECK(message("\"\xff\"") == "p.json, line 1: a string holds control characters or is not UTF-8");
  CHECK(message("{}\n{}") == "p.json, line 2: something follows the end of the value");
  CHECK(message("") == "p.json, line 1: the file ends where a value should stand");
  CHECK(message(std::string(100, '[')) == "p.json, line 1: values are nested too deeply");
  CHECK(message("<<<<<<< ours") == "p.json, line 1: neither a value nor a comment begins here");
}

TEST_CASE("an item is added in the way the array is written, and nothing else changes") {
  const auto add = [](std::string_view text, std::string_view name) {
    const auto document = parse_jsonc(text, "p");
    const auto result = append_item(text, name.empty() ? document : *document.find(name), "\"new\"");
    parse_jsonc(result, "p");
    return result;
  };
  CHECK(add("[\"a\"]", "") == "[\"a\", \"new\"]");
  CHECK(add("[]", "") == "[\n  \"new\"\n]");
  CHECK(add("[\n  \"a\", // why a\n  \"b\" // why b\n]\n", "") ==
        "[\n  \"a\", // why a\n  \"b\", // why b\n  \"new\"\n]\n");
  CHECK(add("[\n  \"a\", /* x */\n]", "") == "[\n  \"a\", /* x */\n  \"new\",\n]");
  CHECK(add("[\n  \"a\" /* x */ ,\n]", "") == "[\n  \"a\" /* x */ ,\n  \"new\",\n]");
  CHECK(add("{\n  \"x\": [ // none yet\n  ]\n}\n", "x") ==
        "{\n  \"x\": [ // none yet\n    \"new\"\n  ]\n}\n");
  CHECK(add("{\n  \"x\": [],\n  \"y\": []\n}", "x") == "{\n  \"x\": [\n    \"new\"\n  ],\n  \"y\": []\n}");
}

TEST_CASE("a member is added behind the last one") {
  const auto add = [](std::string_view text) {
    return append_member(text, parse_jsonc(text, "p"), "n", "[]");
  };
  CHECK(add("{\n  \"a\": 1 // first\n}\n") == "{\n  \"a\": 1, // first\n  \"n\": []\n}\n");
  CHECK(add("{}") == "{\n  \"n\": []\n}");
}

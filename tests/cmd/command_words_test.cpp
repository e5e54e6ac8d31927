#include <CLI/CLI.hpp>

#include "cmd/command_words.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

namespace {

struct Parsed {
  std::string name;
  std::vector<std::string> words;
};

Parsed parse(std::vector<const char *> arguments) {
  CLI::App app{"x", "prog"};
  Parsed parsed;
  auto *record = app.add_subcommand("record", "Record");
  record->add_option("--name", parsed.name, "Name");
  add_command_words(*record, parsed.words)->required();
  arguments.insert(arguments.begin(), "prog");
  app.parse(marked_arguments(static_cast<int>(arguments.size()), arguments.data()));
  return parsed;
}

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("a command keeps its words and its options") {
  const auto parsed = parse({"record", "--name", "x", "--", "ls", "-la", "--name", "y", "--help"});
  CHECK(parsed.name == "x");
  CHECK(parsed.words == Words{"ls", "-la", "--name", "y", "--help"});
}

TEST_CASE("words that the parser would take apart stay whole") {
  CHECK(parse({"record", "--", "test", "[a,b]", "{}", "[]", "", "--", "a=b", "record"}).words ==
        Words{"test", "[a,b]", "{}", "[]", "", "--", "a=b", "record"});
  CHECK(parse({"record", "--", "{}"}).words == Words{"{}"});
}

TEST_CASE("a command without dashes works as long as it has no options") {
  CHECK(parse({"record", "make", "test"}).words == Words{"make", "test"});
  CHECK_THROWS_AS(parse({"record", "make", "-k"}), CLI::ParseError);
  CHECK_THROWS_AS(parse({"record"}), CLI::ParseError);
}

#include <CLI/CLI.hpp>

#include "cmd/command_words.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

namespace {

struct Parsed {
  std::string name;
  std::vector<std::string> words, engine_words;
};

Parsed parse(std::vector<const char *> arguments) {
  CLI::App app{"x", "prog"};
  Parsed parsed;
  auto *record = app.add_subcommand("record", "Record");
  record->add_option("--name", parsed.name, "Name");
  std::string image, user;
  bool files = true;
  record->add_option("--image", image, "Image");
  record->add_option("--user", user, "User");
  record->add_flag("!--no-files", files, "Files");
  add_command_words(*record, parsed.words, &parsed.engine_words)->required();
  arguments.insert(arguments.begin(), "prog");
  app.parse(marked_arguments(app, static_cast<int>(arguments.size()), arguments.data()));
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

TEST_CASE("with an image, options that are not buildprint's go to the engine with their values") {
  const auto parsed = parse({"record", "--image", "shop:1", "-v", "/a:/b", "--name", "x", "--no-files", "-e",
                             "A=--name", "--user", "app", "--network=none", "--", "make", "-v", "--name"});
  CHECK(parsed.name == "x");
  CHECK(parsed.engine_words == Words{"-v", "/a:/b", "-e", "A=--name", "--user", "app", "--network=none"});
  CHECK(parsed.words == Words{"make", "-v", "--name"});
}

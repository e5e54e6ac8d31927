#include "cmd/usage_error.hpp"

#include <CLI/CLI.hpp>

#include "tests/catch.hpp"

using namespace buildprint;

namespace {

/// What is said of a command line, and what to try.
std::pair<std::string, std::string> answer(std::vector<std::string> arguments) {
  CLI::App app{"x", "prog"};
  app.require_subcommand(1);
  auto *show = app.add_subcommand("show", "Show");
  std::string file;
  show->add_option("FILE", file, "File")->required();
  auto *policy = app.add_subcommand("policy", "Policy");
  policy->require_subcommand(1);
  policy->add_subcommand("check", "Check");
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError &error) {
    const auto told = usage_error(app, error);
    return {told.what(), told.remedy()};
  }
  return {};
}

using Answer = std::pair<std::string, std::string>;

} // namespace

TEST_CASE("a command line that cannot be read is told by the subcommand that it was meant for") {
  CHECK(answer({"show", "file"}) == Answer());
  CHECK(answer({"show"}) == Answer("show: FILE is required", "prog show --help"));
  CHECK(answer({"show", "file", "more"}) == Answer("show: unexpected argument 'more'", "prog show --help"));
  CHECK(answer({"shwo", "file"}) == Answer("unknown command 'shwo'", "prog --help"));
  CHECK(answer({"--frob"}) == Answer("unexpected argument '--frob'", "prog --help"));
  CHECK(answer({"policy", "chek"}) == Answer("policy: unknown command 'chek'", "prog policy --help"));
  CHECK(answer({"policy"}) == Answer("policy: A subcommand is required", "prog policy --help"));
  CHECK(answer({"show", "a", "\x1b[31m"}).first.find('\x1b') == std::string::npos);
}

#include <CLI/CLI.hpp>

#include "cmd/command_shape.hpp"
#include "cmd/completion_script.hpp"
#include "cmd/manual_page.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

namespace {

// A small program with one of everything that the manual and the completions must know.
CommandShape small_program() {
  CLI::App app{"Do things", "prog"};
  std::string name, format, file;
  std::vector<std::string> words;
  bool quiet = false;
  auto *record = app.add_subcommand("record", "Record a command's run");
  record->add_option("-o,--output", name, "Where it goes");
  record->add_flag("--quiet", quiet, "Say nothing");
  record->add_option("COMMAND", words, "What to run")->required();
  record->footer("Exit status: 0 fine, 1 not.\n\nExamples:\n  prog record -o x -- make\n\nNeeds a kernel.");
  auto *diff = app.add_subcommand("diff", "Compare");
  diff->add_option("--format", format, "How")->check(CLI::IsMember({"text", "json"}));
  diff->add_option("FILE", file, "What");
  diff->add_option("--secret", file, "Hidden")->group("");
  app.add_subcommand("inner", "Hidden")->group("");
  return command_shape(app);
}

bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the shape of a command line holds names, values and choices, and nothing hidden") {
  const CommandShape program = small_program();
  REQUIRE(program.commands.size() == 2);
  const CommandShape &record = program.commands[0];
  CHECK(record.options[1].names == std::vector<std::string>{"-o", "--output"});
  CHECK(record.options[1].value == "TEXT");
  CHECK(record.options[2].value.empty());
  CHECK(record.positionals[0].repeated);
  CHECK(record.positionals[0].required);
  const CommandShape &diff = program.commands[1];
  REQUIRE(diff.options.size() == 2);
  CHECK(diff.options[1].choices == std::vector<std::string>{"text", "json"});
  CHECK_FALSE(diff.positionals[0].required);
}

TEST_CASE("a manual page has the synopsis, every option and the examples") {
  const CommandShape program = small_program();
  const std::string page = command_page(program, program.commands[0], "1.2");
  CHECK(contains(page, ".TH PROG-RECORD 1 \"\" \"prog 1.2\""));
  CHECK(contains(page, "\\fBprog record\\fR [options] \\-\\- \\fICOMMAND...\\fR"));
  CHECK(contains(page, "\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fITEXT\\fR\nWhere it goes"));
  CHECK(contains(page, ".SH NOTES\n.nf\nNeeds a kernel.\n.fi\n"));
  CHECK(contains(page, ".SH EXIT STATUS\n.nf\n0 fine, 1 not.\n.fi\n"));
  CHECK(contains(page, ".SH EXAMPLES\n.nf\n  prog record \\-o x \\-\\- make\n.fi\n"));
}

TEST_CASE("the program's page names every command and every exit status") {
  const std::string page = program_page(small_program(), "1.2");
  CHECK(contains(page, "\\fBprog\\-record\\fR(1)\nRecord a command's run"));
  CHECK(contains(page, "no baseline to compare with"));
  CHECK_FALSE(contains(page, "inner"));
}

TEST_CASE("text cannot become a troff request") {
  CLI::App app{"x", "prog"};
  app.add_subcommand("a", "first\n.so /etc/passwd")->footer("'quoted \\d");
  const CommandShape program = command_shape(app);
  const std::string page = command_page(program, program.commands[0], "1");
  CHECK(contains(page, "\n\\&.so /etc/passwd"));
  CHECK(contains(page, "\n\\&'quoted \\ed"));
}

TEST_CASE("a quote in a description stays inside the shells' quotes") {
  const CommandShape program = small_program();
  CHECK(contains(zsh_completion(program), "'record:Record a command'\\''s run'"));
  CHECK(contains(fish_completion(program), "-d 'Record a command\\'s run'"));
}

TEST_CASE("a command's own commands are in its page and are completed") {
  CLI::App app{"x", "prog"};
  auto *policy = app.add_subcommand("policy", "Of policies");
  bool strict = false;
  policy->add_subcommand("check", "Check one")->add_flag("--strict", strict, "Mind more");
  const CommandShape program = command_shape(app);
  const std::string page = command_page(program, program.commands[0], "1");
  CHECK(contains(page, ".SS \"prog policy check\"\nCheck one\n"));
  CHECK(contains(page, "\\-\\-strict"));
  CHECK(contains(bash_completion(program), "'policy policy') choices='check'"));
  CHECK(contains(bash_completion(program), "--strict"));
  CHECK(contains(fish_completion(program), "from policy' -a 'check'"));
  CHECK(contains(zsh_completion(program), ":ACTION:(check)"));
}

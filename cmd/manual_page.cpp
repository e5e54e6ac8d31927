#include "cmd/manual_page.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace buildprint {

namespace {

/// Text as troff reads it back: backslashes and hyphens as such, no line taken for a request.
std::string troff(const std::string &text) {
  std::string result;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else
      result += c;
    line_start = c == '\n';
  }
  return result;
}

std::string bold(const std::string &text) {
  return "\\fB" + troff(text) + "\\fR";
}
std::string italic(const std::string &text) {
  return "\\fI" + troff(text) + "\\fR";
}

std::string heading(const std::string &page, const std::string &version, const std::string &program) {
  std::string name;
  for (const char c : page) name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return ".TH " + name + " 1 \"\" \"" + program + " " + version + "\" \"User Commands\"\n";
}

std::string option_entry(const OptionShape &option) {
  std::vector<std::string> names;
  for (const auto &name : option.names) names.push_back(bold(name));
  std::string result = ".TP\n" + join(names, ", ");
  if (!option.choices.empty())
    result += " " + italic(join(option.choices, "|"));
  else if (!option.value.empty() && option.names.front().starts_with("-"))
    result += " " + italic(option.value);
  return result + "\n" + troff(option.description) + "\n";
}

std::string option_section(const CommandShape &command) {
  std::string result;
  for (const auto &positional : command.positionals) result += option_entry(positional);
  for (const auto &option : command.options) result += option_entry(option);
  return result.empty() ? result : ".SH OPTIONS\n" + result;
}

/// The commands of a command (`policy check`).
std::string inner_commands(const CommandShape &program, const CommandShape &command) {
  std::string result;
  for (const auto &inner : command.commands) {
    result += ".SS \"" + program.name + " " + command.name + " " + inner.name + "\"\n" +
              troff(inner.description) + "\n";
    for (const auto &positional : inner.positionals) result += option_entry(positional);
    for (const auto &option : inner.options) result += option_entry(option);
  }
  return result.empty() ? result : ".SH COMMANDS\n" + result;
}

std::string synopsis(const CommandShape &program, const CommandShape &command) {
  std::string result = ".SH SYNOPSIS\n" + bold(program.name + " " + command.name) + " [options]";
  for (const auto &positional : command.positionals) {
    std::string name = positional.names.front();
    if (name.starts_with("COMMAND")) result += " \\-\\-";
    if (positional.repeated && !name.ends_with("...")) name += "...";
    result += " " + italic(positional.required ? name : "[" + name + "]");
  }
  return result + "\n";
}

/// The footer's paragraphs as sections: "Examples:…" and "Exit status: …" have their own, the rest are notes.
std::string footer_sections(const std::string &footer) {
  std::string examples, status, notes;
  std::size_t start = 0;
  while (start < footer.size()) {
    const std::size_t end = std::min(footer.find("\n\n", start), footer.size());
    const std::string paragraph = footer.substr(start, end - start);
    start = end + 2;
    if (paragraph.starts_with("Example"))
      examples += paragraph.substr(paragraph.find('\n') + 1) + "\n";
    else if (paragraph.starts_with("Exit "))
      status += paragraph.substr(paragraph.find(": ") + 2) + "\n";
    else
      notes += paragraph + "\n";
  }
  const auto section = [](const char *name, const std::string &text) {
    return text.empty() ? text : std::string(".SH ") + name + "\n.nf\n" + troff(text) + ".fi\n";
  };
  return section("NOTES", notes) + section("EXIT STATUS", status) + section("EXAMPLES", examples);
}

constexpr const char *k_exit_status = R"(.SH EXIT STATUS
.B record
exits with the status of the recorded command (127 not found, 126 not executable, 128+n killed by signal
n), and with 125 where buildprint itself failed. The other commands exit with
.TP
.B 0
nothing new
.TP
.B 1
new behavior
.TP
.B 2
usage or internal error; takes precedence over 1
.TP
.B 3
no baseline to compare with
.TP
.B 4
incomplete: events lost, a probe missing, or the recorded command failed; never a pass
)";

} // namespace

std::string program_page(const CommandShape &program, const std::string &version) {
  std::string result = heading(program.name, version, program.name);
  result += ".SH NAME\n" + program.name + " \\- " + troff(program.description) + "\n";
  result += ".SH SYNOPSIS\n" + bold(program.name) + " " + italic("COMMAND") + " [options]\n.SH COMMANDS\n";
  for (const auto &command : program.commands)
    result += ".TP\n" + bold(program.name + "-" + command.name) + "(1)\n" + troff(command.description) + "\n";
  result += option_section(program) + k_exit_status;
  return result + footer_sections(program.footer);
}

std::string command_page(const CommandShape &program, const CommandShape &command,
                         const std::string &version) {
  const std::string page = program.name + "-" + command.name;
  std::string result = heading(page, version, program.name);
  result += ".SH NAME\n" + troff(page) + " \\- " +
            troff(command.description.substr(0, command.description.find('\n'))) + "\n";
  result += synopsis(program, command) + ".SH DESCRIPTION\n" + troff(command.description) + "\n";
  result += option_section(command) + inner_commands(program, command);
  return result + footer_sections(command.footer) + ".SH SEE ALSO\n.BR " + program.name +
         " (1),\nwhich lists every exit status\n";
}

} // namespace buildprint

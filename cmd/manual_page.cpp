#include "cmd/manual_page.hpp"

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
usage or internal error; outranks 1
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
  if (!program.footer.empty()) result += ".SH EXAMPLES\n.nf\n" + troff(program.footer) + "\n.fi\n";
  return result;
}

std::string command_page(const CommandShape &program, const CommandShape &command,
                         const std::string &version) {
  const std::string page = program.name + "-" + command.name;
  std::string result = heading(page, version, program.name);
  result += ".SH NAME\n" + troff(page) + " \\- " +
            troff(command.description.substr(0, command.description.find('\n'))) + "\n";
  result += synopsis(program, command) + ".SH DESCRIPTION\n" + troff(command.description) + "\n";
  result += option_section(command);
  if (!command.footer.empty()) result += ".SH EXAMPLES\n.nf\n" + troff(command.footer) + "\n.fi\n";
  return result + ".SH SEE ALSO\n.BR " + program.name + " (1), which lists the exit statuses\n";
}

} // namespace buildprint

#include "cmd/completion_script.hpp"

#include "base/text.hpp"

namespace buildprint {

namespace {

/// `text` as one single-quoted word of bash or zsh.
std::string quoted(const std::string &text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

/// The first line: menus have no room for more.
std::string summary(const std::string &description) {
  return description.substr(0, description.find('\n'));
}

/// A command with commands of its own (`policy check`) as one: their names are its first argument, and
/// their options are offered together.
CommandShape flattened(CommandShape command) {
  if (command.commands.empty()) return command;
  OptionShape name{.names = {"ACTION"}, .value = "ACTION", .choices = {}, .description = "What to do"};
  for (const auto &inner : command.commands) {
    name.choices.push_back(inner.name);
    command.options.insert(command.options.end(), inner.options.begin(), inner.options.end());
  }
  command.positionals = {
      name, {.names = {"FILE"}, .value = "FILE", .choices = {}, .description = "", .repeated = true}};
  command.commands.clear();
  return command;
}

std::vector<CommandShape> flattened_commands(const CommandShape &program) {
  std::vector<CommandShape> commands;
  for (const auto &command : program.commands) commands.push_back(flattened(command));
  return commands;
}

std::string option_names(const CommandShape &command) {
  std::vector<std::string> names;
  for (const auto &option : command.options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return join(names, " ");
}

/// True where what follows `--` is another program's command line.
bool takes_command(const CommandShape &command) {
  for (const auto &positional : command.positionals)
    if (positional.names.front().starts_with("COMMAND")) return true;
  return false;
}

/// What zsh's _arguments puts after an option's or a positional's name.
std::string zsh_value(const OptionShape &option) {
  const std::string label = option.value.empty() ? option.names.front() : option.value;
  return ":" + label + ":" + (option.choices.empty() ? "_files" : "(" + join(option.choices, " ") + ")");
}

std::string zsh_text(const std::string &description) {
  std::string result;
  for (const char c : summary(description)) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_arguments(const CommandShape &command) {
  std::string result = "    _arguments -s -S";
  for (const auto &option : command.options)
    for (const auto &name : option.names) {
      const std::string repeat = option.repeated ? "*" : "(" + join(option.names, " ") + ")";
      result += " \\\n      " + quoted(repeat + name + "[" + zsh_text(option.description) + "]" +
                                       (option.value.empty() ? "" : zsh_value(option)));
    }
  if (takes_command(command)) return result + " \\\n      '*::command:_normal'\n";
  for (const auto &positional : command.positionals)
    result += " \\\n      " + quoted((positional.repeated ? "*" : "") + zsh_value(positional));
  return result + "\n";
}

/// fish's single quotes know two escapes.
std::string fish_quoted(const std::string &text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string fish_option(const std::string &program, const std::string &condition, const OptionShape &option) {
  std::string result = "complete -c " + program + " -n " + fish_quoted(condition);
  for (const auto &name : option.names)
    result += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.choices.empty())
    result += " -x -a " + fish_quoted(join(option.choices, " "));
  else if (!option.value.empty())
    result += " -r -F";
  return result + " -d " + fish_quoted(summary(option.description)) + "\n";
}

} // namespace

std::string bash_completion(const CommandShape &program) {
  std::vector<std::string> words;
  for (const auto &command : program.commands) words.push_back(command.name);
  std::string options, choices;
  const auto add_choices = [&](const std::string &command, const std::string &previous,
                               const OptionShape &option) {
    if (!option.choices.empty())
      choices +=
          "  '" + command + " " + previous + "') choices=" + quoted(join(option.choices, " ")) + " ;;\n";
  };
  for (const auto &command : flattened_commands(program)) {
    if (!command.positionals.empty()) add_choices(command.name, command.name, command.positionals.front());
    options += "  " + command.name + ") options=" + quoted(option_names(command)) + " ;;\n";
    for (const auto &option : command.options)
      for (const auto &name : option.names) add_choices(command.name, name, option);
  }
  return "# bash completion for " + program.name + R"(
_)" + program.name +
         R"(() {
  local current=${COMP_WORDS[COMP_CWORD]} options='' choices='' i
  COMPREPLY=()
  if [[ $COMP_CWORD == 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W ')" +
         join(words, " ") + " " + option_names(program) + R"(' -- "$current")
    return
  fi
  for ((i = 2; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] || continue
    if declare -F _command_offset >/dev/null; then _command_offset $((i + 1)); fi
    return
  done
  case ${COMP_WORDS[1]} in
)" + options +
         R"(  esac
  case "${COMP_WORDS[1]} ${COMP_WORDS[COMP_CWORD - 1]}" in
)" + choices +
         R"(  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  elif [[ -n $choices ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current")
  fi
}
complete -o default -F _)" +
         program.name + " " + program.name + "\n";
}

std::string zsh_completion(const CommandShape &program) {
  std::string commands, cases;
  for (const auto &command : flattened_commands(program)) {
    commands += "    " + quoted(command.name + ":" + summary(command.description)) + "\n";
    cases += "  " + command.name + ")\n" + zsh_arguments(command) + "    ;;\n";
  }
  return "#compdef " + program.name + "\n_" + program.name + "() {\n  local -a commands=(\n" + commands +
         "  )\n  if (( CURRENT == 2 )); then\n    _describe -t commands command commands\n    return\n  fi\n"
         "  shift words\n  (( CURRENT-- ))\n  case $words[1] in\n" +
         cases + "  esac\n}\ncompdef _" + program.name + " " + program.name + "\n";
}

std::string fish_completion(const CommandShape &program) {
  std::string result = "complete -c " + program.name + " -f\n";
  for (const auto &option : program.options)
    result += fish_option(program.name, "__fish_use_subcommand", option);
  for (const auto &command : flattened_commands(program)) {
    result += "complete -c " + program.name + " -n __fish_use_subcommand -a " + command.name + " -d " +
              fish_quoted(summary(command.description)) + "\n";
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    for (const auto &option : command.options) result += fish_option(program.name, condition, option);
    if (!command.positionals.empty() && !command.positionals.front().choices.empty())
      result += "complete -c " + program.name + " -n " + fish_quoted(condition) + " -a " +
                fish_quoted(join(command.positionals.front().choices, " ")) + "\n";
    if (!command.positionals.empty())
      result += "complete -c " + program.name + " -n " + fish_quoted(condition) + " -F\n";
  }
  return result;
}

} // namespace buildprint

#include "cmd/command_shape.hpp"

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace buildprint {

namespace {

// CLI11 tells a set of choices only as text, in an option's type: "TEXT:{text,json}".
std::vector<std::string> choices_of(const std::string &type) {
  const auto open = type.find('{');
  const auto close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return {};
  std::vector<std::string> choices;
  for (const auto choice : split(std::string_view(type).substr(open + 1, close - open - 1), ','))
    choices.emplace_back(choice.substr(0, choice.find("->")));
  return choices;
}

// "TEXT:FILE" names the kind of value twice; the validator's word says more.
std::string value_of(const CLI::Option &option) {
  if (option.get_items_expected_max() == 0) return {};
  std::string type = option.get_type_name();
  if (const auto open = type.find('{'); open != std::string::npos) type.resize(open);
  while (!type.empty() && type.back() == ':') type.pop_back();
  return type.substr(type.find(':') == std::string::npos ? 0 : type.find(':') + 1);
}

OptionShape option_shape(const CLI::Option &option) {
  OptionShape shape;
  if (option.get_positional()) {
    shape.names.push_back(option.get_name(true));
  } else {
    for (const auto &name : option.get_snames()) shape.names.push_back("-" + name);
    for (const auto &name : option.get_lnames()) shape.names.push_back("--" + name);
  }
  shape.value = value_of(option);
  shape.choices = choices_of(option.get_type_name());
  shape.description = option.get_description();
  shape.required = option.get_required();
  shape.repeated = option.get_items_expected_max() > 1;
  return shape;
}

} // namespace

CommandShape command_shape(const CLI::App &app) {
  CommandShape shape;
  shape.name = app.get_name();
  shape.description = app.get_description();
  shape.footer = app.get_footer();
  for (const CLI::Option *option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? shape.positionals : shape.options).push_back(option_shape(*option));
  }
  for (const CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; }))
    if (!command->get_group().empty()) shape.commands.push_back(command_shape(*command));
  return shape;
}

} // namespace buildprint

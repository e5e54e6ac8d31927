#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace buildprint {

/// An option or a positional argument, as the manual and the completions show it.
struct OptionShape {
  std::vector<std::string> names;   ///< "-o", "--output"; of a positional its one name, "FILE"
  std::string value;                ///< "FILE"; empty for a flag
  std::vector<std::string> choices; ///< the allowed values, when they are a set
  std::string description;
  bool required = false;
  bool repeated = false;
};

/// A command line as plain values: the one source of the manual pages and the shells' completions is
/// what the parser itself knows. Hidden options and commands are left out.
struct CommandShape {
  std::string name;
  std::string description;
  std::string footer; ///< examples
  std::vector<OptionShape> options;
  std::vector<OptionShape> positionals;
  std::vector<CommandShape> commands;
};

CommandShape command_shape(const CLI::App &app);

} // namespace buildprint

#include "cmd/label_option.hpp"

#include <CLI/CLI.hpp>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

void add_label(std::map<std::string, std::string> &labels, const std::string &label) {
  const auto equals = label.find('=');
  if (equals == 0 || equals == std::string::npos || !is_printable(label))
    throw Error("\"" + printable(label) + "\" is not a label", "write it as --label KEY=VALUE");
  labels[label.substr(0, equals)] = label.substr(equals + 1);
}

} // namespace

void add_label_option(CLI::App &command, std::map<std::string, std::string> &labels,
                      const std::string &description) {
  command
      .add_option_function<std::vector<std::string>>(
          "--label",
          [&labels](const std::vector<std::string> &given) {
            for (const auto &label : given) add_label(labels, label);
          },
          description)
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

} // namespace buildprint

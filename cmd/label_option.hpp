#pragma once

#include <map>
#include <string>

namespace CLI {
class App;
}

namespace buildprint {

/// `--label KEY=VALUE`, as often as wanted.
void add_label_option(CLI::App &command, std::map<std::string, std::string> &labels,
                      const std::string &description);

} // namespace buildprint

#pragma once

#include "base/error.hpp"

namespace CLI {
class App;
class ParseError;
} // namespace CLI

namespace buildprint {

/// One line for a command line that cannot be read: what in it is wrong, and where to look.
Error usage_error(const CLI::App &app, const CLI::ParseError &error);

} // namespace buildprint

#include "cmd/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace buildprint {
namespace {

std::string_view environment(const char *name) {
  const char *value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// As setlocale(3) would choose; without any of them the C locale, in which a log may show only ASCII.
bool speaks_utf8() {
  for (const char *name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto value = environment(name);
    if (value.empty()) continue;
    return value.find("UTF-8") != std::string_view::npos || value.find("utf8") != std::string_view::npos ||
           value.find("utf-8") != std::string_view::npos || value.find("UTF8") != std::string_view::npos;
  }
  return false;
}

} // namespace

void fit_to_output(RenderOptions &options, std::string_view when, bool to_file) {
  const bool terminal = !to_file && isatty(STDOUT_FILENO) == 1;
  options.color = when == "always" || (when == "auto" && terminal && environment("NO_COLOR").empty());
  options.unicode = to_file || speaks_utf8();
  winsize size{};
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    options.width = size.ws_col;
}

} // namespace buildprint

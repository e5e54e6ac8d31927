#include "cmd/outcome.hpp"

#include <unistd.h>

#include <cstdlib>

namespace buildprint {

ExitCode exit_code_of(Verdict verdict) {
  switch (verdict) {
  case Verdict::same:
    return k_exit_same;
  case Verdict::new_behavior:
    return k_exit_new;
  case Verdict::no_baseline:
    return k_exit_no_baseline;
  case Verdict::incomplete:
    break;
  }
  return k_exit_incomplete;
}

bool wants_color(std::string_view choice) {
  if (choice != "auto") return choice == "always";
  const char *no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && isatty(STDOUT_FILENO) == 1;
}

} // namespace buildprint

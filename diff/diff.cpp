#include "diff/diff.hpp"

namespace buildprint {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
  case Verdict::same:
    return "same";
  case Verdict::new_behavior:
    return "new";
  case Verdict::incomplete:
    return "incomplete";
  case Verdict::no_baseline:
    break;
  }
  return "no-baseline";
}

std::string_view to_string(Level level) {
  switch (level) {
  case Level::error:
    return "error";
  case Level::warning:
    return "warning";
  case Level::note:
    break;
  }
  return "note";
}

} // namespace buildprint

#include "cmd/outcome.hpp"

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

} // namespace buildprint

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "fingerprint/canonicalize.hpp"

namespace buildprint {

/// One file that may support a behavior.
struct ExplainedRun {
  std::string source; ///< its name
  CanonicalRun run;   ///< of a fingerprint without evidence
};

/// So many digits say that an id is meant: "cc" and "dd" are programs.
constexpr std::size_t k_least_digits = 6;

/// For each behavior that is meant: how it reads, which runs support it, the raw values that were seen, and
/// the rules that rewrote the first of them, in order. Without evidence (a fingerprint without its recording)
/// the values are left out.
///
/// Meant are those whose id begins with `what`, from k_least_digits on; where there are none, those that have
/// it in their line. Throws Error when none is meant.
std::string explain(std::span<const ExplainedRun> runs, std::string_view what);

} // namespace buildprint

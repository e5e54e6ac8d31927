#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "diff/diff.hpp"
#include "reports/reports.hpp"

namespace buildprint {

enum class Answer : std::uint8_t { accepted, rejected, skipped };

struct Reviewed {
  std::size_t finding = 0; ///< of the diff
  Answer answer = Answer::skipped;
  std::string reason; ///< of what was accepted or rejected
};

/// Asks a person about one finding a screen: accept, reject, skip, explain, quit. An acceptance or a
/// rejection without a reason asks for it again; `reason` stands for all when it is given. The end of `in`
/// quits.
std::vector<Reviewed> review(const Diff &diff, const std::string &reason, const RenderOptions &look,
                             std::istream &in, std::ostream &out);

} // namespace buildprint

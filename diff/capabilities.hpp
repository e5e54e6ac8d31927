#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// What a fingerprint was able to do at all, and below which drivers (npm, make, …).
class Capabilities {
 public:
  explicit Capabilities(const std::vector<Behavior> &base);

  /// "first program run as root", "first network connection of the npm lineage": what the base did
  /// nowhere. Empty for what is only another instance.
  std::vector<std::string> first_in(const Finding &finding) const;

 private:
  struct Had {
    bool any = false;
    std::set<std::string_view> drivers;
  };
  std::vector<Had> had_; ///< in the order of the table
};

} // namespace buildprint

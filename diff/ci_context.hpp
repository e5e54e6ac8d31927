#pragma once

#include <functional>
#include <string>

namespace buildprint {

/// What the environment of a CI system says about the change under test. Empty members are not known.
struct CiContext {
  std::string system;        ///< "GitHub Actions"; "CI" for one that only says that it is one; empty = none
  std::string target_branch; ///< of the pull request that is tested
  std::string base_commit;   ///< where that pull request starts
  bool merged_head = false;  ///< HEAD is the system's own merge of the change into the target branch

  bool in_ci() const { return !system.empty(); }
  bool pull_request() const { return !target_branch.empty() || !base_commit.empty(); }
};

/// `variable` returns the value of an environment variable, empty when it is not set.
CiContext ci_context(const std::function<std::string(const char *)> &variable);
/// Of this process's environment.
CiContext ci_context();

} // namespace buildprint

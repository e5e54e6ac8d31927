#include "diff/ci_context.hpp"

#include <array>
#include <cstdlib>
#include <string_view>

namespace buildprint {
namespace {

struct CiSystem {
  const char *name;
  const char *marker; ///< set in every job
  const char *target; ///< set to the target branch in jobs of pull requests alone
  const char *base;   ///< set to the commit where the change starts; may be null
};

constexpr std::array<CiSystem, 7> k_systems{{
    {"GitHub Actions", "GITHUB_ACTIONS", "GITHUB_BASE_REF", nullptr},
    {"GitLab CI", "GITLAB_CI", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_MERGE_REQUEST_DIFF_BASE_SHA"},
    {"Jenkins", "JENKINS_URL", "CHANGE_TARGET", nullptr},
    {"Azure Pipelines", "TF_BUILD", "SYSTEM_PULLREQUEST_TARGETBRANCH", nullptr},
    {"Buildkite", "BUILDKITE", "BUILDKITE_PULL_REQUEST_BASE_BRANCH", nullptr},
    {"Bitbucket Pipelines", "BITBUCKET_BUILD_NUMBER", "BITBUCKET_PR_DESTINATION_BRANCH", nullptr},
    {"CI", "CI", "", nullptr},
}};

std::string without_prefix(std::string text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

} // namespace

CiContext ci_context(const std::function<std::string(const char *)> &variable) {
  CiContext context;
  for (const auto &system : k_systems) {
    const auto marker = variable(system.marker);
    if (marker.empty() || marker == "false" || marker == "0") continue;
    context.system = system.name;
    context.target_branch =
        without_prefix(*system.target != '\0' ? variable(system.target) : "", "refs/heads/");
    if (system.base != nullptr) context.base_commit = variable(system.base);
    // GitHub checks out refs/pull/N/merge, which it makes itself: first parent the target, second the change.
    const auto reference = variable("GITHUB_REF");
    context.merged_head = context.system == "GitHub Actions" && reference.starts_with("refs/pull/") &&
                          reference.ends_with("/merge");
    break;
  }
  return context;
}

CiContext ci_context() {
  return ci_context([](const char *name) {
    const char *value = std::getenv(name);
    return std::string(value != nullptr ? value : "");
  });
}

} // namespace buildprint

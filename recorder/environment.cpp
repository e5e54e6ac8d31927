#include "recorder/environment.hpp"

#include <algorithm>
#include <array>

#include "base/digest.hpp"

namespace buildprint {
namespace {

/// Say which package, stage or step the program works for. None holds a secret: npm_config_*, which can
/// (_authToken), is not among them.
constexpr std::array<std::string_view, 25> k_kept{
    "npm_package_name",
    "npm_package_version",
    "npm_package_json",
    "npm_lifecycle_event",
    "npm_config_user_agent",
    "npm_execpath",
    "npm_command",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION",
    "CARGO_MANIFEST_DIR",
    "OUT_DIR",
    "GITHUB_ACTION",
    "GITHUB_ACTION_REPOSITORY",
    "GITHUB_JOB",
    "GITHUB_WORKFLOW",
    "GITHUB_EVENT_NAME",
    "CI_JOB_NAME",
    "CI_JOB_STAGE",
    "MAKELEVEL",
    "MAKE_TARGET",
    "PIP_BUILD_TRACKER",
    "PIP_REQ_TRACKER",
    "PEP517_BUILD_BACKEND",
    "PEP517_BACKEND_PATH",
    "VIRTUAL_ENV",
};
constexpr std::string_view k_kept_prefix = "BUILDPRINT_";

/// Make a program load or run something that its command line does not name.
constexpr std::array<std::string_view, 17> k_injecting{
    "LD_PRELOAD",    "LD_AUDIT",   "LD_LIBRARY_PATH",   "NODE_OPTIONS",  "NODE_PATH",       "PYTHONPATH",
    "PYTHONSTARTUP", "PYTHONHOME", "PERL5OPT",          "PERL5LIB",      "RUBYOPT",         "RUBYLIB",
    "BASH_ENV",      "ENV",        "JAVA_TOOL_OPTIONS", "RUSTC_WRAPPER", "GIT_SSH_COMMAND",
};

bool contains(const auto &names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

std::string recordable_environment(std::string_view block) {
  std::string kept;
  while (!block.empty()) {
    const std::string_view entry = block.substr(0, block.find('\0'));
    block.remove_prefix(std::min(block.size(), entry.size() + 1));
    const auto equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = entry.substr(0, equals), value = entry.substr(equals + 1);
    if (contains(k_kept, name) || name.starts_with(k_kept_prefix))
      kept.append(entry) += '\0';
    else if (contains(k_injecting, name) && !value.empty())
      kept.append(name).append("=xxh3:").append(xxh3_128_hex(value)) += '\0';
  }
  return kept;
}

} // namespace buildprint

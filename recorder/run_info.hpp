#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "recorder/identity.hpp"
#include "recorder/recording.hpp"

namespace buildprint {

/// What the machine and the command line tell before the command begins. All but `main_process`,
/// `blind_to` and `container_image`, which the probe and the engine tell.
struct RunQuestion {
  std::vector<std::string> command;
  std::optional<std::string> name;
  std::optional<std::filesystem::path> workspace;
  std::map<std::string, std::string> labels;
};

/// The one that was asked for, the git working tree, or this directory. Throws Error for one that does not
/// exist.
std::filesystem::path workspace_of(const RunQuestion &question);

/// Throws Error for a workspace that does not exist.
RunInfo describe_run(const RunQuestion &question, const Identity &identity);

// Its parts, which read only what they are given.

/// The directories that stand for something, as written and with symbolic links resolved; the workspace's
/// first, no path twice. `environment` is the command's.
std::vector<Root> find_roots(const std::filesystem::path &workspace, const std::filesystem::path &cwd,
                             const std::vector<std::string> &command,
                             const std::vector<std::string> &environment);

/// Of another file system than this process's: nothing is looked up here, symbolic links stay.
std::vector<Root> find_roots_elsewhere(const std::filesystem::path &workspace,
                                       const std::vector<std::string> &environment);

struct Resolvers {
  std::vector<std::string> addresses, search_domains;
};
Resolvers parse_resolv_conf(std::string_view content);

/// "debian-12" from the text of /etc/os-release; empty when it does not say.
std::string parse_os_release(std::string_view content);

/// "host:port" of each *_proxy variable, without user and password, sorted.
std::vector<std::string> find_proxies(const std::vector<std::string> &environment);

} // namespace buildprint

#include "recorder/run_info.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>
#include <sstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/git.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

std::string content_or_empty(const fs::path &path) {
  try {
    return read_file(path);
  } catch (const Error &) {
    return {};
  }
}

fs::path find_workspace(const std::optional<fs::path> &asked, const fs::path &cwd) {
  if (asked) {
    std::error_code error;
    if (!fs::is_directory(*asked, error))
      throw Error("the workspace " + printable(asked->string()) + " is not a directory", "check --workspace");
    return fs::absolute(*asked);
  }
  try {
    if (const auto repository = GitRepository::containing(cwd))
      if (const auto top = repository->workdir()) return *top;
  } catch (const Error &) {
    // A repository that git itself could not read is no reason not to record.
  }
  return cwd;
}

/// The last part of the workspace's path; its parent's for "/".
std::string name_of(const fs::path &workspace) {
  const auto name = workspace.lexically_normal().filename();
  const auto last = name.empty() ? workspace.lexically_normal().parent_path().filename() : name;
  return last.empty() ? "root" : last.string();
}

std::string lower(std::string text) {
  for (char &c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

void read_ephemeral_range(RunInfo &run) {
  std::istringstream range(content_or_empty("/proc/sys/net/ipv4/ip_local_port_range"));
  std::uint16_t first = 0, last = 0;
  if (!(range >> first >> last)) return; // keeps the kernel's default
  run.ephemeral_first = first;
  run.ephemeral_last = last;
}

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream stream{std::string(line.substr(0, line.find_first_of("#;")))};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(printable(word));
  return words;
}

/// "host:port" of "scheme://user:password@host:port/path".
std::string host_and_port(std::string_view url) {
  std::string_view port = "80";
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
    if (url.starts_with("https")) port = "443";
    if (url.starts_with("socks")) port = "1080";
    url.remove_prefix(scheme + 3);
  }
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  const auto colon = url.rfind(':');
  const bool has_port = colon != std::string_view::npos && url.find(']', colon) == std::string_view::npos;
  const auto host = has_port ? url.substr(0, colon) : url;
  if (has_port) port = url.substr(colon + 1);
  return host.empty() ? "" : printable(lower(std::string(host)) + ':' + std::string(port));
}

} // namespace

Resolvers parse_resolv_conf(std::string_view content) {
  Resolvers resolvers;
  for (const auto line : split(content, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 2) continue;
    if (words[0] == "nameserver")
      resolvers.addresses.push_back(words[1].substr(0, words[1].find('%'))); // without "%eth0"
    if (words[0] == "search" || words[0] == "domain") // the last one counts, resolv.conf(5)
      resolvers.search_domains.assign(words.begin() + 1, words.end());
  }
  return resolvers;
}

std::string parse_os_release(std::string_view content) {
  std::string id, version;
  for (auto line : split(content, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    auto value = printable(line.substr(equals + 1));
    std::erase_if(value, [](char c) { return c == '"' || c == '\''; });
    if (line.starts_with("ID=")) id = value;
    if (line.starts_with("VERSION_ID=")) version = value;
  }
  return version.empty() ? id : id + '-' + version;
}

std::vector<std::string> find_proxies(const std::vector<std::string> &environment) {
  std::set<std::string> proxies;
  for (const auto &entry : environment) {
    const auto equals = entry.find('=');
    const auto name = lower(entry.substr(0, equals));
    if (!name.ends_with("_proxy") || name == "no_proxy" || equals == std::string::npos) continue;
    if (auto proxy = host_and_port(std::string_view(entry).substr(equals + 1)); !proxy.empty())
      proxies.insert(std::move(proxy));
  }
  return {proxies.begin(), proxies.end()};
}

fs::path workspace_of(const RunQuestion &question) {
  return find_workspace(question.workspace, fs::current_path());
}

RunInfo describe_run(const RunQuestion &question, const Identity &identity) {
  const auto cwd = fs::current_path();
  const auto workspace = workspace_of(question);
  RunInfo run;
  run.name = printable(question.name.value_or(name_of(workspace)));
  for (const auto &word : question.command) run.command.push_back(printable(word));
  run.cwd = printable(cwd.string());
  run.roots = find_roots(workspace, cwd, question.command, identity.environment);
  run.builder_uid = identity.uid;
  utsname system{};
  if (::uname(&system) == 0) {
    run.hostname = printable(system.nodename);
    run.architecture = printable(system.machine);
    run.kernel = printable(system.release);
  }
  auto resolvers = parse_resolv_conf(content_or_empty("/etc/resolv.conf"));
  run.resolvers = std::move(resolvers.addresses);
  run.search_domains = std::move(resolvers.search_domains);
  read_ephemeral_range(run);
  run.proxies = find_proxies(identity.environment);
  run.labels = question.labels;
  run.labels.emplace("arch", run.architecture);
  if (auto os = parse_os_release(content_or_empty("/etc/os-release")); !os.empty())
    run.labels.emplace("os", os);
  return run;
}

} // namespace buildprint

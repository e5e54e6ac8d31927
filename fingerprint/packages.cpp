#include "fingerprint/packages.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "fingerprint/paths.hpp"

namespace buildprint {
namespace {

std::string_view variable(const Exec &exec, std::string_view name) {
  for (const auto &[key, value] : exec.environment)
    if (key == name) return value;
  return {};
}

/// The segment of `path` behind the first one that starts with `before`; empty without.
std::string_view segment_behind(std::string_view path, std::string_view before) {
  if (path.find(before) == std::string_view::npos) return {}; // nearly always
  bool found = false;
  for (const auto segment : split(path, '/')) {
    if (found) return segment;
    found = segment.starts_with(before);
  }
  return {};
}

/// pip unpacks a source distribution to …/pip-install-RANDOM/NAME_32HEX.
std::string_view pip_name(std::string_view directory) {
  constexpr std::size_t k_hash = 33;
  auto name = segment_behind(directory, "pip-install-");
  if (name.size() > k_hash && name[name.size() - k_hash] == '_') name.remove_suffix(k_hash);
  return name;
}

/// Extensions of gems are built in …/gems/NAME-VERSION/ext/….
std::optional<PackageUse> gem(std::string_view directory) {
  const auto tree = segment_behind(directory, "gems");
  const auto dash = tree.rfind('-');
  if (directory.find("/ext/") == std::string_view::npos || dash == std::string_view::npos)
    return std::nullopt;
  return PackageUse{"gem:" + std::string(tree.substr(0, dash)), "extension",
                    std::string(tree.substr(dash + 1))};
}

/// All of them speak npm's environment and say who they are in the user agent: "yarn/1.22.22 npm/?
/// node/v20.1.0".
constexpr std::array<std::string_view, 4> k_node_managers{"npm", "yarn", "pnpm", "bun"};

/// Only a known name: what stands behind it are versions, of the manager, of node and of the system.
std::string_view node_manager(const Exec &exec) {
  const auto agent = variable(exec, "npm_config_user_agent");
  for (const auto manager : k_node_managers)
    if (agent.substr(0, agent.find('/')) == manager) return manager;
  return k_node_managers.front();
}

/// The files that are a package manager, where it is installed.
constexpr std::array<std::string_view, 12> k_manager_files{"npm",  "npm-cli.js", "npx",  "npx-cli.js",
                                                           "yarn", "yarn.js",    "pnpm", "pnpm.cjs",
                                                           "bun",  "bunx",       "pip",  "pip3"};

/// Where no dependency puts its own files; a name alone says nothing.
bool is_installed(std::string_view path) {
  return in_system_directory(path) || path.starts_with("/opt/") || path.starts_with("$HOME/") ||
         path.starts_with("$CACHE/");
}

bool is_package_manager(const Program &program) {
  const auto &parts = program.parts();
  if (!is_installed(parts.path)) return false;
  const auto *first = parts.arguments.empty() ? nullptr : &parts.arguments.front();
  if (first != nullptr && first->kind == ProgramArgument::Kind::module) return first->text == "pip";
  const bool script = first != nullptr && first->kind == ProgramArgument::Kind::script;
  const auto &file = script ? first->text : parts.path;
  return is_installed(file) && std::ranges::find(k_manager_files, file_name(file)) != k_manager_files.end();
}

/// The one blank of a package's text separates name and stage.
std::string without_blanks(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, ' ', '_');
  return out;
}

std::optional<PackageUse> raw_package(const Exec &exec) {
  if (const auto event = variable(exec, "npm_lifecycle_event"); !event.empty())
    if (const auto name = variable(exec, "npm_package_name"); !name.empty())
      return PackageUse{std::string(node_manager(exec)) + ':' + std::string(name), std::string(event),
                        std::string(variable(exec, "npm_package_version"))};
  if (const auto name = variable(exec, "CARGO_PKG_NAME"); !name.empty())
    return PackageUse{"cargo:" + std::string(name),
                      file_name(exec.exe).starts_with("build-script") ? "build-script" : "",
                      std::string(variable(exec, "CARGO_PKG_VERSION"))};
  if (const auto name = variable(exec, "DPKG_MAINTSCRIPT_PACKAGE"); !name.empty())
    return PackageUse{"deb:" + std::string(name), std::string(variable(exec, "DPKG_MAINTSCRIPT_NAME")), {}};
  if (const auto name = pip_name(exec.cwd); !name.empty())
    return PackageUse{"pip:" + std::string(name), "build", {}};
  return gem(exec.cwd);
}

} // namespace

std::string_view installed_package(std::string_view path) {
  for (const std::string_view trees : {"/node_modules/", "/site-packages/", "/dist-packages/"}) {
    const auto at = path.rfind(trees);
    if (at == std::string_view::npos) continue;
    const auto rest = path.substr(at + trees.size());
    auto end = rest.find('/');
    if (rest.starts_with('@') && end != std::string_view::npos) end = rest.find('/', end + 1);
    return rest.substr(0, end);
  }
  return {};
}

std::optional<PackageUse> package_of(const Exec &exec) {
  auto package = raw_package(exec);
  if (!package) return package;
  for (auto *part : {&package->name, &package->stage}) *part = escape_name(without_blanks(*part));
  return package;
}

bool is_install_step(std::string_view package) {
  const auto manager = package.substr(0, package.find(':'));
  if (manager == "pip") return true;
  if (std::find(k_node_managers.begin(), k_node_managers.end(), manager) == k_node_managers.end())
    return false;
  for (const std::string_view step : {" preinstall", " install", " postinstall", " prepare"})
    if (package.ends_with(step)) return true;
  return false;
}

Program step_program(const PackageUse &package, std::string_view directory) {
  const auto colon = package.name.find(':');
  const auto manager = package.name.substr(0, colon + 1), name = package.name.substr(colon + 1);
  const auto step = [&](const std::string &of) {
    return Program(ProgramParts{
        ProgramParts::Kind::package_step, of, {}, {{ProgramArgument::Kind::word, package.stage, {}}}});
  };
  if (manager == "pip:" || directory == "$WS") return step(package.name);
  auto place = installed_package(directory);
  if (place == name) return step(package.name);
  // Outside of the workspace managers make up where they build.
  if (place.empty())
    place = directory.starts_with("$WS/") ? directory : directory.substr(0, directory.find('/', 1));
  return step(manager + without_blanks(place) + '@' + package.name);
}

bool may_work_for(std::string_view next, std::string_view package, const Program &program) {
  return !is_install_step(package) || (is_install_step(next) && is_package_manager(program));
}

} // namespace buildprint

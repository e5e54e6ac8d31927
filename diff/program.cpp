#include "diff/program.hpp"

#include <algorithm>
#include <array>

#include "fingerprint/paths.hpp"

namespace buildprint {
namespace {

constexpr std::array k_shells{std::string_view("sh"),  std::string_view("bash"), std::string_view("dash"),
                              std::string_view("ash"), std::string_view("zsh"),  std::string_view("ksh")};

/// Directories of a workspace that hold what others wrote.
constexpr std::array k_foreign_trees{std::string_view("/node_modules/"), std::string_view("/site-packages/"),
                                     std::string_view("/dist-packages/"), std::string_view("/.git/")};

struct Driver {
  std::string_view name, base;
};
/// By the base name of the deciding file in a system directory or a tool's own tree, without version.
constexpr std::array k_drivers{
    Driver{"npm", "npm"},        Driver{"npm", "npm-cli.js"}, Driver{"npm", "npx"},
    Driver{"npm", "npx-cli.js"}, Driver{"yarn", "yarn"},      Driver{"yarn", "yarn.js"},
    Driver{"pnpm", "pnpm"},      Driver{"pnpm", "pnpm.cjs"},  Driver{"pip", "pip"},
    Driver{"pip", "pip3"},       Driver{"poetry", "poetry"},  Driver{"uv", "uv"},
    Driver{"cargo", "cargo"},    Driver{"go", "go"},          Driver{"maven", "mvn"},
    Driver{"gradle", "gradle"},  Driver{"gradle", "gradlew"}, Driver{"maven", "mvnw"},
    Driver{"bundler", "bundle"}, Driver{"gem", "gem"},        Driver{"make", "make"},
    Driver{"make", "gmake"},     Driver{"ninja", "ninja"},    Driver{"cmake", "cmake"},
    Driver{"ctest", "ctest"},    Driver{"meson", "meson"},    Driver{"tox", "tox"},
    Driver{"pytest", "pytest"}};

bool starts_path(std::string_view text) {
  return !text.empty() && (text.front() == '/' || text.front() == '$');
}

} // namespace

ProgramParts program_parts(std::string_view program) {
  ProgramParts parts;
  if (const auto by = program.rfind(" (by "); by != std::string_view::npos && program.ends_with(')')) {
    parts.writer = program.substr(by + 5, program.size() - by - 6);
    program = program.substr(0, by);
  }
  const auto space = program.find(' ');
  parts.executable = program.substr(0, space);
  if (space == std::string_view::npos) return parts;
  parts.rest = program.substr(space + 1);
  if (!starts_path(parts.rest)) return parts;
  const auto end = parts.rest.find(' ');
  parts.script = parts.rest.substr(0, end);
  parts.rest = end == std::string_view::npos ? std::string_view() : parts.rest.substr(end + 1);
  return parts;
}

std::vector<std::string_view> writers_of(std::string_view program) {
  constexpr std::string_view k_separator = ", ";
  std::vector<std::string_view> writers;
  for (auto rest = program_parts(program).writer; !rest.empty();) {
    const auto end = rest.find(k_separator);
    writers.push_back(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + k_separator.size());
  }
  return writers;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view directory_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view extension_of(std::string_view path) {
  const auto name = base_name(path);
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot);
}

bool in_own_workspace(std::string_view path) {
  return path.starts_with("$WS/") &&
         std::none_of(k_foreign_trees.begin(), k_foreign_trees.end(),
                      [&](std::string_view tree) { return path.find(tree) != std::string_view::npos; });
}

std::string_view deciding_file(std::string_view program) {
  const auto parts = program_parts(program);
  return parts.script.empty() ? parts.executable : parts.script;
}

bool is_specific(std::string_view program) {
  return !in_system_directory(deciding_file(program)) || program_parts(program).rest.starts_with("-m ");
}

bool is_temporary(std::string_view program) {
  const auto parts = program_parts(program);
  return !parts.writer.empty() || deciding_file(program).starts_with("$TMP/") ||
         parts.executable.starts_with("memfd:") || parts.executable.starts_with("deleted:") ||
         parts.executable.starts_with("/dev/shm/");
}

bool is_shell(std::string_view program) {
  const auto executable = program_parts(program).executable;
  return in_system_directory(executable) &&
         std::find(k_shells.begin(), k_shells.end(), base_name(executable)) != k_shells.end();
}

bool reads_program_from_input(std::string_view program) {
  return program_parts(program).rest == "-";
}

std::string_view driver_of(std::string_view program) {
  const auto parts = program_parts(program);
  if (parts.rest.starts_with("-m ")) {
    const auto module = parts.rest.substr(3, parts.rest.find(' ', 3) - 3);
    return module == "pip" || module == "pytest" ? module : std::string_view();
  }
  // Of the JVM's builders the class tells.
  if (parts.rest.starts_with("org.gradle.")) return "gradle";
  if (parts.rest.starts_with("org.codehaus.plexus.classworlds.")) return "maven";
  const auto name = base_name(deciding_file(program));
  for (const auto &driver : k_drivers)
    if (driver.base == name) return driver.name;
  return {};
}

std::string display_name(std::string_view program) {
  const auto parts = program_parts(program);
  if (parts.script.empty()) return std::string(program);
  std::string name(parts.script);
  if (!parts.rest.empty()) (name += ' ') += parts.rest;
  if (!parts.writer.empty()) ((name += " (by ") += parts.writer) += ')';
  return name;
}

} // namespace buildprint

#include "diff/program.hpp"

#include <algorithm>
#include <array>

#include "fingerprint/paths.hpp"

namespace buildprint {
namespace {

using Argument = ProgramArgument::Kind;

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

} // namespace

const ProgramArgument *script_of(const Program &program) {
  for (const auto &argument : program.parts().arguments)
    if (argument.kind == Argument::script) return &argument;
  return nullptr;
}

const ProgramArgument *first_argument(const Program &program, Argument kind) {
  const auto &arguments = program.parts().arguments;
  return !arguments.empty() && arguments.front().kind == kind ? &arguments.front() : nullptr;
}

std::string_view verb_of(const Program &program) {
  const auto &arguments = program.parts().arguments;
  if (arguments.empty() || arguments.back().kind != Argument::word) return {};
  return arguments.back().text;
}

bool has_writers(const Program &program) {
  const auto &parts = program.parts();
  return parts.writers.any() ||
         std::ranges::any_of(parts.arguments, [](const auto &argument) { return argument.writers.any(); });
}

std::vector<Program> writers_of(const Program &program) {
  auto writers = program.parts().writers.programs;
  for (const auto &argument : program.parts().arguments)
    writers.insert(writers.end(), argument.writers.programs.begin(), argument.writers.programs.end());
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

std::string_view executable_name(const Program &program) {
  return base_name(program.parts().path);
}

const std::string &deciding_file(const Program &program) {
  const auto *script = script_of(program);
  return script == nullptr ? program.parts().path : script->text;
}

bool is_specific(const Program &program) {
  return !in_system_directory(deciding_file(program)) || first_argument(program, Argument::module) != nullptr;
}

bool is_temporary(const Program &program) {
  const auto &parts = program.parts();
  return has_writers(program) || deciding_file(program).starts_with("$TMP/") ||
         parts.kind == ProgramParts::Kind::memory || parts.kind == ProgramParts::Kind::deleted ||
         parts.path.starts_with("/dev/shm/");
}

bool is_shell(const Program &program) {
  return in_system_directory(program.parts().path) &&
         std::ranges::find(k_shells, executable_name(program)) != k_shells.end();
}

bool is_inline_shell(const Program &program) {
  const auto *option = first_argument(program, Argument::option);
  return is_shell(program) && option != nullptr && option->text == "-c";
}

bool reads_program_from_input(const Program &program) {
  return first_argument(program, Argument::standard_input) != nullptr;
}

std::string_view driver_of(const Program &program) {
  if (const auto *module = first_argument(program, Argument::module))
    return module->text == "pip" || module->text == "pytest" ? module->text : std::string_view();
  // The JVM's builders are known by their main class.
  if (const auto *word = first_argument(program, Argument::word)) {
    const std::string_view main_class = word->text;
    if (main_class.starts_with("org.gradle.")) return "gradle";
    if (main_class.starts_with("org.codehaus.plexus.classworlds.")) return "maven";
  }
  const auto name = base_name(deciding_file(program));
  for (const auto &driver : k_drivers)
    if (driver.base == name) return driver.name;
  return {};
}

std::string display_name(const Program &program) {
  const auto &parts = program.parts();
  const auto *script = script_of(program);
  if (script == nullptr) return program.text();
  // The script in place of the executable, with all that follows it.
  ProgramParts shown{ProgramParts::Kind::file, script->text, script->writers, {}};
  const auto at = static_cast<std::size_t>(script - parts.arguments.data());
  shown.arguments.assign(parts.arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                         parts.arguments.end());
  if (parts.writers.any() && !shown.writers.any()) shown.writers = parts.writers;
  return Program(std::move(shown)).text();
}

} // namespace buildprint

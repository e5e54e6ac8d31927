#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fingerprint/program.hpp"
#include "recorder/event.hpp"

namespace buildprint {

/// The dependency on whose behalf a program runs, as its package manager says in the environment or by the
/// directory in which it builds.
struct PackageUse {
  std::string name;    ///< "npm:left-pad"
  std::string stage;   ///< "postinstall"; may be empty
  std::string version; ///< may be empty
  std::string text() const { return stage.empty() ? name : name + ' ' + stage; }
};

/// nullopt: the program does not say; what its parent works for holds.
std::optional<PackageUse> package_of(const Exec &exec);

/// "left-pad" of "$WS/node_modules/left-pad/index.js", "@scope/x" of "…/node_modules/@scope/x/…": the package
/// whose installed tree a path lies in, the innermost one.
std::string_view installed_package(std::string_view path);

/// An installation step of a dependency, which has no business in the trees of others.
bool is_install_step(std::string_view package);

/// What an installation step that runs in `directory`, a canonical path, is in a lineage:
/// "npm:left-pad postinstall"; "npm:esbuild@npm:left-pad postinstall" where left-pad is installed under
/// another name, and "npm:$WS/dep@npm:left-pad postinstall" where it is no installed package. What it calls
/// itself is its word.
Program step_program(const PackageUse &package, std::string_view directory);

/// Whether what `program` starts may work for `next` from now on. An installation step cannot leave its
/// package by what it writes into the environment or where it works: only the package manager begins another
/// one.
bool may_work_for(std::string_view next, std::string_view package, const Program &program);

} // namespace buildprint

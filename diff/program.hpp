#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

// How an element of a lineage is read: EXECUTABLE [SCRIPT | -c | -m MODULE | -] [VERB] [(by WRITER)].

/// The parts of a program's name, all views into it.
struct ProgramParts {
  std::string_view executable; ///< "/usr/bin/python3"
  std::string_view script;     ///< "$WS/setup.py"; empty when it runs none
  std::string_view rest;       ///< "-c", "-m pytest", "install"; empty when there is nothing
  std::string_view writer;     ///< who wrote the executed temporary file ("A, B" when several); may be empty
};
ProgramParts program_parts(std::string_view program);

/// The programs that wrote an executed temporary file; empty when it is none.
std::vector<std::string_view> writers_of(std::string_view program);

std::string_view base_name(std::string_view path);
std::string_view directory_of(std::string_view path);
/// With its dot; empty when the last segment has none.
std::string_view extension_of(std::string_view path);

/// Of the workspace itself: not of a dependency unpacked into it, nor of .git.
bool in_own_workspace(std::string_view path);

/// The file that decides what the program does: its script, else its executable.
std::string_view deciding_file(std::string_view program);
/// A file of the project (or of a dependency) decides what it does, not the system: run.sh, build.js.
bool is_specific(std::string_view program);
/// Executed from a temporary directory, or from memory alone.
bool is_temporary(std::string_view program);
bool is_shell(std::string_view program);
/// A shell that executes what it reads from standard input.
bool reads_program_from_input(std::string_view program);

/// "npm", "pip", "cargo", …, when the program is a package manager or build driver; else empty.
std::string_view driver_of(std::string_view program);

/// For a title: the script without its interpreter, else the whole name.
std::string display_name(std::string_view program);

} // namespace buildprint

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/program.hpp"

namespace buildprint {

// Questions about a program of a lineage. Paths are canonical.

/// The script that it runs; nullptr when it runs none.
const ProgramArgument *script_of(const Program &program);
/// The first argument, where it has this kind; else nullptr.
const ProgramArgument *first_argument(const Program &program, ProgramArgument::Kind kind);
/// Its verb: "install" of "npm install"; empty without.
std::string_view verb_of(const Program &program);

/// Whether writes of its executable or script as a temporary file were recorded.
bool has_writers(const Program &program);
/// The programs that wrote these; empty where there were none, or too many.
std::vector<Program> writers_of(const Program &program);

std::string_view base_name(std::string_view path);
std::string_view directory_of(std::string_view path);
/// With its dot; empty when the last segment has none.
std::string_view extension_of(std::string_view path);

/// Of the workspace itself: not of a dependency unpacked into it, nor of .git.
bool in_own_workspace(std::string_view path);

/// The base name of its executable.
std::string_view executable_name(const Program &program);
/// The file that decides what the program does: its script, else its executable.
const std::string &deciding_file(const Program &program);
/// A file of the project (or of a dependency) decides what it does, not the system: run.sh, build.js.
bool is_specific(const Program &program);
/// Executed from a temporary directory, or from memory alone.
bool is_temporary(const Program &program);
bool is_shell(const Program &program);
/// A shell that executes the code of its command line: "sh -c".
bool is_inline_shell(const Program &program);
/// An interpreter that executes what it reads from standard input.
bool reads_program_from_input(const Program &program);

/// "npm", "pip", "cargo", …, when the program is a package manager or build driver; else empty.
std::string_view driver_of(const Program &program);

/// For a title: the script without its interpreter, else the whole name.
std::string display_name(const Program &program);

} // namespace buildprint

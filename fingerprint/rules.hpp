#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/pattern.hpp"

namespace buildprint {

/// Programs that make names of one scheme. A program belongs to the tool when its canonical name matches one
/// of the globs: a path, never a bare file name.
struct Tool {
  std::string name;
  std::vector<std::string> programs; ///< "/usr/bin/python*", "/usr/lib/gcc/**"
};

/// R4: names that `tool` makes up under a directory. The part in ( ) of the pattern becomes <rand>.
struct RandomName {
  std::string name;    ///< "python-tempfile"
  std::string tool;    ///< of the tools
  std::string under;   ///< glob over the canonical directory: "$TMP", "$WS/**"
  std::string pattern; ///< of one path segment, see Pattern
  std::string example;
  /// The scheme is so loose that only a name which the tool was seen to create counts.
  bool only_seen_created = false;
};

/// R13: a place where a write changes what runs later. Kept exact.
struct Sink {
  std::string name; ///< "git-hooks"
  std::string path; ///< glob over the canonical path; "~" stands for any home directory
};

/// A file whose content gives access to something.
struct Secret {
  std::string name; ///< "npm"
  std::string path; ///< as Sink::path
};

/// R12: a unix socket behind which a daemon works on behalf of its clients.
struct Daemon {
  std::string name; ///< "docker"
  std::string path; ///< glob over the canonical path
};

/// Behaviors known to come and go between unchanged runs: tagged, never dropped.
struct OptionalBehavior {
  std::string name;
  std::string kind;    ///< of the behavior
  std::string program; ///< glob over the actor
  std::string below;   ///< glob over the program directly above; empty: any
  std::string object;  ///< glob; empty: any
};

/// How a program's arguments name what it runs (R3).
struct Interpreter {
  std::string names;          ///< glob over the file name
  std::string inline_flags;   ///< letters that bring code as the next argument: "c" for sh, "ce" …
  std::string module_flags;   ///< letters that name a module: "m" for python
  std::string valued_flags;   ///< letters whose value is the rest of the word, or the next argument
  std::string attached_flags; ///< letters whose value is the rest of the word
  std::string input_flags;    ///< letters that say "read standard input"
  std::vector<std::string> inline_options; ///< long forms: "--eval"
  std::vector<std::string> valued_options; ///< long forms that take the next argument
  std::vector<std::string> naming_options; ///< options that say what is done: "--test"
  bool one_dash_long = false;              ///< options have one dash and are never letters together: java's
  bool reads_input = true;                 ///< without a script it reads one from standard input
  bool runs_classes = false;               ///< what it runs is no path: java's main class
  bool argument_files = false;             ///< "@FILE" stands for the arguments in it: they are named, too
};

/// Tools whose first word says what they do (R3).
struct VerbTool {
  std::string names;        ///< glob over the file name of the program or script
  std::string valued_flags; ///< letters that take the next argument, before the verb
  std::vector<std::string> valued_options;
};

/// R3: a program that starts one process for each test file; those are one program, "<test>".
struct TestRunner {
  std::string program; ///< glob over the runner's canonical name
  std::string test;    ///< glob over the canonical path of what it starts
};

/// R8: a process that a program starts to share its own work with. Whether it does depends on the number of
/// processors and on how long things took the last time.
struct PoolWorker {
  std::string runner; ///< glob over the canonical name of who starts it
  std::string task;   ///< glob over what stands behind the runtime in its own
};

/// The canonical rules in force: the built-in catalogue, and what a project's file adds. docs/rules.md is
/// the catalogue in words.
struct Rules {
  std::vector<Tool> tools;
  std::vector<RandomName> random_names;
  std::vector<Sink> sinks;
  std::vector<Secret> secrets;
  std::vector<Daemon> daemons;
  std::vector<OptionalBehavior> optional;
  std::vector<Interpreter> interpreters;
  std::vector<VerbTool> verb_tools;
  std::vector<TestRunner> test_runners;
  std::vector<PoolWorker> pool_workers;
  std::vector<std::string> multi_call; ///< globs over file names: "busybox"

  std::string id() const; ///< "1-HASH"
};

Rules builtin_rules();

/// The names by which a recorder notices that a secret is read: of files, or of the directories that hold
/// them.
std::vector<std::string> watched_names(const Rules &rules);

/// "roots" of "R1", "random names" of "R4 python-tempfile"; empty for no rule.
std::string_view rule_title(std::string_view rule);

/// The built-in rules and those of the project's file ("buildprint/rules/1", `.buildprint/rules.json`).
/// Throws Error with the reason for a file that is not one, an unknown tool, a pattern that is malformed,
/// that matches nearly anything, that overlaps with another rule of the same tool, or that would merge a
/// sink or a secret.
Rules load_rules(const std::filesystem::path &path);
Rules parse_rules(std::string_view text, std::string_view source);

} // namespace buildprint

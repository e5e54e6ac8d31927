#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/compiled_rules.hpp"
#include "fingerprint/made_up_names.hpp"
#include "fingerprint/paths.hpp"
#include "fingerprint/program.hpp"

namespace buildprint {

/// What an engineer would call the thing that runs (R3).
struct NamedProgram {
  Program name;
  std::string version; ///< that R6 took out; may be empty
  std::string file;    ///< the raw path that decides what it does: its script, else its executable
  bool system = false; ///< is_system_program()

  /// The canonical path of the executable.
  const std::string &executable() const { return name.parts().path; }
};

/// Who made a file, as far as this recording saw.
class FileOrigins {
 public:
  virtual ~FileOrigins() = default;
  /// The tools of the programs that created `path`; nullopt when nobody was seen to.
  virtual std::optional<ToolSet> makers(std::string_view path) const = 0;
  /// The tools of the program that was the first to put something into the directory `path`, whose making
  /// is not seen; none when nobody was seen to.
  virtual ToolSet first_users(std::string_view path) const = 0;
  /// The programs that wrote `path`.
  virtual Writers writers(std::string_view path) const = 0;
};

/// Where a name stands.
struct NameContext {
  ToolSet lineage_tools = 0; ///< of the actor's ancestors
  std::string_view parent;   ///< the program above the new one; empty for the first
};

/// Makes names canonical. One for each recording.
class Namer {
 public:
  Namer(const CompiledRules &rules, const Roots &roots, const FileOrigins &origins,
        const MadeUpNames &made_up)
      : rules_(rules), roots_(roots), origins_(origins), made_up_(made_up) {}

  /// R1 and R4 to R7 over an absolute path. `system` switches R6 on.
  std::string path(std::string_view raw, bool system, const NameContext &context, Trace *trace) const;
  /// R3 over all.
  NamedProgram program(const Exec &exec, const NameContext &context, Trace *trace) const;
  /// The name of a program of which only the path is known.
  Program foreign_program(std::string_view exe, Trace *trace) const;

 private:
  struct Arguments;
  std::string without_random_names(std::string_view raw, std::string path, const NameContext &context,
                                   Trace *trace) const;
  /// One segment of it: `raw` up to its end, canonical `directory` above it.
  std::string without_random_name(std::string_view raw, std::string_view directory, std::string_view segment,
                                  const NameContext &context, Trace *trace) const;
  /// The canonical path of something that is run, by whom it was written when it is temporary.
  /// Where `raw` was `spelled` so that it may be another file, it is named as it was spelled.
  struct Runnable {
    std::string path;
    Writers writers;
  };
  Runnable runnable(std::string_view raw, std::string_view spelled, bool system, const NameContext &context,
                    Trace *trace) const;
  /// What an interpreter runs. Sets `file` when it is a script.
  std::vector<ProgramArgument> script(const Interpreter &interpreter, Arguments &arguments, const Exec &exec,
                                      const NameContext &context, std::string &file, Trace *trace) const;
  void add_verb(std::vector<ProgramArgument> &to, std::string_view tool, Arguments arguments) const;

  const CompiledRules &rules_;
  const Roots &roots_;
  const FileOrigins &origins_;
  const MadeUpNames &made_up_;
};

/// By owner and mode of the file itself; the directories above it are not asked.
bool only_root_may_write(const Exec &exec);

/// R0: root-owned, in a system directory, and writable by nobody else.
bool is_system_program(const Exec &exec);

} // namespace buildprint

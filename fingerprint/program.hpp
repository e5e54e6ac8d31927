#pragma once

#include <compare>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

struct ProgramParts;

/// The name of a program in a lineage, as a value: what ran, what it was given to run, and who wrote it.
/// Immutable and cheap to copy. `text()` is its form in a fingerprint file; because every name in it is
/// escaped (escape.hpp), two programs are equal exactly when their texts are. Decisions are taken on
/// `parts()`, never on the text.
class Program {
 public:
  Program(); ///< a program without a name: the launcher, above the recorded command
  explicit Program(ProgramParts parts);
  /// Inverse of text(). Total: a text that no Program formats to is a program of kind `other`.
  static Program parse(std::string_view text);

  const std::string &text() const;
  const ProgramParts &parts() const;
  bool empty() const { return text().empty(); }

  friend bool operator==(const Program &a, const Program &b) {
    return a.data_ == b.data_ || a.text() == b.text();
  }
  /// The order of a fingerprint file.
  friend std::strong_ordering operator<=>(const Program &a, const Program &b) {
    return a.data_ == b.data_ ? std::strong_ordering::equal : a.text() <=> b.text();
  }

 private:
  struct Data;
  std::shared_ptr<const Data> data_;
};

using Lineage = std::vector<Program>;

/// The programs that wrote a temporary file before it was executed.
struct Writers {
  std::vector<Program> programs; ///< sorted; empty when no write was seen
  bool many = false;             ///< too many to list; `programs` is empty

  bool any() const { return many || !programs.empty(); }
  friend bool operator==(const Writers &, const Writers &) = default;
};

/// What follows the executable in a program's name. Texts are canonical and escaped.
struct ProgramArgument {
  enum class Kind {
    word,           ///< a verb, an applet or a main class: "install"
    option,         ///< "--test", "-c" (inline code)
    module,         ///< "-m pytest"
    script,         ///< an absolute path
    argument_file,  ///< "@FILE", which may hold any arguments
    standard_input, ///< "-": the program reads its script from there
  };
  Kind kind = Kind::word;
  std::string text; ///< without "-m " and "@"; empty for standard_input
  Writers writers;  ///< of a script or an argument file

  friend bool operator==(const ProgramArgument &, const ProgramArgument &) = default;
};

struct ProgramParts {
  enum class Kind {
    none,         ///< no name
    file,         ///< an executable file: `path` is its canonical path
    memory,       ///< a file that exists in memory only (memfd): `path` is its name
    deleted,      ///< an executable that was removed before it was read: `path` is where it was
    container,    ///< the top of what ran in a container: `path` is the image without its tag
    package_step, ///< an installation step of a dependency: `path` is "MANAGER:NAME", the argument its stage
    unknown,      ///< a process whose start was not seen
    omitted,      ///< the middle of a very deep lineage
    other,        ///< a text that this version does not write
  };
  Kind kind = Kind::none;
  std::string path; ///< canonical and escaped; of `other` the whole text
  Writers writers;  ///< of the executable
  std::vector<ProgramArgument> arguments;

  friend bool operator==(const ProgramParts &, const ProgramParts &) = default;
};

struct Program::Data {
  std::string text;
  ProgramParts parts;
};

inline const std::string &Program::text() const {
  return data_->text;
}
inline const ProgramParts &Program::parts() const {
  return data_->parts;
}

/// The texts of a lineage, in order.
std::vector<std::string> texts_of(const Lineage &lineage);
/// "A > B > C", for readers.
std::string text_of(const Lineage &lineage);
Lineage parse_lineage(const std::vector<std::string> &texts);
/// Inverse of text_of(): no name of a program holds " > ".
Lineage parse_lineage_text(std::string_view text);

} // namespace buildprint

template <> struct std::hash<buildprint::Program> {
  std::size_t operator()(const buildprint::Program &program) const {
    return std::hash<std::string>{}(program.text());
  }
};

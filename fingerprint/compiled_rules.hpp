#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fingerprint/program.hpp"
#include "fingerprint/rules.hpp"

namespace buildprint {

/// Which tools made or make something: one bit for each row of Rules::tools.
using ToolSet = std::uint64_t;
inline constexpr std::size_t k_most_tools = 60;

/// Which pairs of neighboring characters stand in a text, hashed to bits: a text that has not all pairs of a
/// word has not the word.
class Pairs {
 public:
  Pairs() = default;
  explicit Pairs(std::string_view text);
  bool has_all(Pairs others) const { return (others.bits_ & ~bits_) == 0; }
  void add(Pairs others) { bits_ |= others.bits_; }

 private:
  std::uint64_t bits_ = 0;
};

/// A glob with cheap ways to say no.
class Glob {
 public:
  explicit Glob(std::string_view text);
  bool matches(std::string_view text) const;
  /// False when no text of these pairs matches: worth asking first where one text meets many globs.
  bool may_match(Pairs of_text) const { return of_text.has_all(pairs_); }
  std::string_view prefix() const { return prefix_; }

 private:
  Pairs pairs_; ///< of all that a text must have
  std::string prefix_, longest_literal_;
  bool literal_;
  Pattern pattern_;
};

/// For maps that are asked by a part of a text, without copying it.
struct TextHash : std::hash<std::string_view> {
  using is_transparent = void;
};

/// Named globs over canonical paths, found by their first segments.
class PathTable {
 public:
  /// '~' at the start of `glob` stands for any home directory.
  void add(const std::string &name, const std::string &glob);
  /// The name of the first row that matches; empty when none does.
  std::string_view find(std::string_view path) const;
  /// The name of the first row that matches at a fixed place below the directory; empty when none does.
  std::string_view first_below(std::string_view directory) const;

 private:
  struct Row {
    std::string name;
    Glob glob;
  };
  /// By the first two segments, or the first one, or "": as far as no '*' stands in them.
  using Rows = std::unordered_map<std::string, std::vector<Row>, TextHash, std::equal_to<>>;
  static void put(Rows &rows, const std::string &name, std::string_view glob);
  static std::string_view first(const Rows &rows, std::string_view path);
  Rows rows_;
  Rows above_; ///< the directories that hold what the rows match
  std::unordered_set<std::string> globs_above_;
};

/// Rules, ready to be asked.
class CompiledRules {
 public:
  explicit CompiledRules(const Rules &rules);

  /// The tools that a program belongs to: by its executable's path or by its whole name.
  ToolSet tools_of(std::string_view executable, std::string_view program) const;

  struct RandomRow {
    std::string name;
    Glob under;
    Pattern pattern;
    ToolSet tool;
    bool only_seen_created;
  };
  const std::vector<RandomRow> &random_names() const { return random_names_; }

  const Interpreter *interpreter(std::string_view file_name) const;
  const VerbTool *verb_tool(std::string_view file_name) const;
  bool is_multi_call(std::string_view file_name) const;
  bool is_test_of(std::string_view runner, std::string_view path) const;
  /// Whether `program`, of `executable`, is a process of the pool of `parent`. Only a runner's own runtime
  /// is, which could do all of it itself.
  bool is_pool_worker(std::string_view parent, std::string_view executable, std::string_view program) const;
  bool is_optional(std::string_view kind, const Lineage &lineage, std::string_view object) const;

  PathTable sinks, secrets, daemons;

 private:
  template <typename Row> struct Named {
    Glob names;
    Row row;
  };
  struct OptionalRow {
    std::string kind;
    Glob program, below, object;
    bool any_below, any_object;
  };
  std::vector<std::pair<Glob, ToolSet>> tools_;
  std::vector<RandomRow> random_names_;
  std::vector<Named<Interpreter>> interpreters_;
  std::vector<Named<VerbTool>> verb_tools_;
  std::vector<Glob> multi_call_;
  std::vector<std::pair<Glob, Glob>> test_runners_;
  std::vector<std::pair<Glob, Glob>> pool_workers_;
  std::vector<OptionalRow> optional_;
};

} // namespace buildprint

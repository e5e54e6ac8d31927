#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fingerprint/graph.hpp"
#include "fingerprint/paths.hpp"
#include "recorder/event.hpp"

namespace buildprint {

/// A number for each of very many keys, in eight bytes a key: an open table of 40 bits of the key's hash and
/// the number. Two keys of the same 40 bits share a number: of a million keys, one in a million.
class NumberTable {
 public:
  static constexpr std::uint32_t k_none = 0, k_largest = (1U << 24) - 1;

  std::uint32_t find(std::uint64_t hash) const;
  void set(std::uint64_t hash, std::uint32_t number); ///< at most k_largest; k_none forgets it
  std::size_t size() const { return slots_.size(); }  ///< of the table: eight bytes each
  void prefetch(std::uint64_t hash) const;            ///< brings its place near, without waiting for it

 private:
  std::size_t slot_of(std::uint64_t tag) const;
  void grow();
  std::vector<std::uint64_t> slots_; ///< the tag above, the number below; 0 = free
  std::size_t used_ = 0;
};

/// What a recording itself put into the directories of the system, and what ran there: which is first is
/// chance in a parallel build. Paths elsewhere are ignored. Each container has directories of its own; 0 =
/// none.
class SystemFiles {
 public:
  void written(std::string_view path, ProgramId container);
  /// `path` decides what `program`, a number, does.
  void ran(std::string_view path, ProgramId container, std::uint32_t program);
  /// The programs whose path, or a directory above it, was written in the same container.
  std::set<std::pair<std::uint32_t, ProgramId>> made() const;

 private:
  NumberTable files_; ///< 1 = written
  std::set<std::tuple<std::string, ProgramId, std::uint32_t>> ran_;
};

/// Which lineages wrote the programs of the workspace that ran: so that what is written by one step and run
/// by another can be told as one. Never a part of a name.
class WorkspaceFiles {
 public:
  explicit WorkspaceFiles(const Roots &roots) : roots_(roots) {}
  void use(const FileUse &use, NodeId by);
  /// Whoever writes `path`, before or after, is a writer of `program`, a number, until it is gone or
  /// replaced.
  void ran(std::string_view path, std::uint32_t program);
  struct Known {
    std::set<NodeId> nodes; ///< of files that had few
    bool many = false;      ///< a file had too many to tell
    friend bool operator==(const Known &, const Known &) = default;
  };
  std::map<std::uint32_t, Known> writers();

 private:
  struct Writers {
    std::array<NodeId, 3> nodes{}; ///< k_no_program_yet = none
    bool many = false;             ///< more than there is room for
    friend auto operator<=>(const Writers &, const Writers &) = default;
  };
  using SetNumber = std::uint32_t;
  /// A write whose place in the table is under way: waiting for one at a time takes longer than all the rest.
  struct Pending {
    std::uint64_t from, to; ///< of a removal, `from` is what is removed, and `to` is 0
    NodeId by;
  };
  using Told = std::set<std::pair<std::uint32_t, SetNumber>>; ///< programs, and who wrote a file of theirs
  SetNumber with(SetNumber set, NodeId by);
  void settle();
  void end(std::uint64_t file);

  const Roots &roots_;
  NumberTable files_;                ///< path → who wrote it, but for
  std::vector<Pending> pending_;     ///< what came last
  std::vector<Writers> sets_ = {{}}; ///< by number; few, files are many. The first is of nobody
  std::map<Writers, SetNumber> numbers_;
  std::map<std::pair<SetNumber, NodeId>, SetNumber> one_more_;
  std::unordered_map<std::uint64_t, std::set<std::uint32_t>>
      ran_;   ///< files that are there → as what they ran
  Told told_; ///< of files that are gone
};

} // namespace buildprint

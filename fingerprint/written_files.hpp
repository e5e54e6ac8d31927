#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_set>
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

/// What a recording itself put into the directories of the system.
class SystemFiles {
 public:
  /// REQUIRES: `path` lies there, and is written.
  void written(std::string_view path);
  /// `path`, or a directory above it, came by the recording; true, too, where that was too much to tell.
  bool may_have_come(std::string_view path) const;

 private:
  std::unordered_set<std::uint64_t> files_; ///< hashes of paths
};

/// Which lineages wrote the files of the workspace: so that what is written by one step and run by another
/// can be told as one. Never a part of a name.
class WorkspaceFiles {
 public:
  explicit WorkspaceFiles(const Roots &roots) : roots_(roots) {}
  void use(const FileUse &use, NodeId by);
  struct Known {
    std::vector<NodeId> nodes; ///< empty when nobody was seen to, and when there were too many to tell
    bool many = false;
  };
  Known writers(std::string_view path);

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
  SetNumber with(SetNumber set, NodeId by);
  void settle();

  const Roots &roots_;
  NumberTable files_;                ///< path → who wrote it, but for
  std::vector<Pending> pending_;     ///< what came last
  std::vector<Writers> sets_ = {{}}; ///< by number; few, files are many. The first is of nobody
  std::map<Writers, SetNumber> numbers_;
  std::map<std::pair<SetNumber, NodeId>, SetNumber> one_more_;
};

} // namespace buildprint

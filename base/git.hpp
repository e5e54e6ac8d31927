#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

struct git_repository;

namespace buildprint {

/// 40 hex digits. Two of them are equal when, and only when, the objects are.
using ObjectId = std::string;

struct Commit {
  ObjectId id;
  std::vector<ObjectId> parents;
  std::string author, email, subject, message;
  std::int64_t time = 0; ///< of the author, seconds since the epoch
  std::string date;      ///< of the author, where the author was: "2026-11-24"
};

/// One version of a file: the commit that brought it and the blob, empty when that commit removed the file.
struct FileVersion {
  Commit commit;
  ObjectId blob;
  std::vector<ObjectId> before; ///< the blobs that the commit's parents have there
  bool history_ends = false;    ///< a shallow clone stops here: the version may be older
};

/// A repository, opened to read; objects are only ever added, and only references named by the caller move.
/// Nothing that the repository configures is executed (no hook, filter or credential helper).
class GitRepository {
 public:
  /// The repository whose working tree or git directory holds `path`; nullopt when there is none.
  /// Throws Error when there is one that cannot be read.
  static std::optional<GitRepository> containing(const std::filesystem::path &path);

  /// Absent for a bare repository. Absolute, no slash at the end.
  std::optional<std::filesystem::path> workdir() const;
  bool is_shallow() const;
  /// The paths of the index, relative to the working tree, as bytes.
  std::vector<std::string> tracked_files() const;

  /// The commit that HEAD names; nullopt before the first commit.
  std::optional<ObjectId> head() const;
  /// The commit that `revision` names ("main", "v1.2^", 40 digits); nullopt when it names none.
  std::optional<ObjectId> resolve(const std::string &revision) const;
  Commit commit(const ObjectId &id) const;
  std::vector<std::string> remotes() const;
  /// The full name of the reference that `remote` calls its default; nullopt when that is not known here.
  std::optional<std::string> default_branch(const std::string &remote) const;
  /// "Name <mail>" as the configuration says; empty when it does not.
  std::string identity() const;

  /// The best common ancestor that this clone can see.
  std::optional<ObjectId> merge_base(const ObjectId &one, const ObjectId &two) const;
  /// The ancestor of `start`, itself included, that is youngest among `wanted`.
  std::optional<ObjectId> nearest_ancestor(const ObjectId &start,
                                           const std::unordered_set<ObjectId> &wanted) const;

  /// The content of the file at `path` in a commit; nullopt when there is no such file.
  std::optional<std::string> file_at(const ObjectId &commit, const std::string &path) const;
  /// The names of what stands directly in `folder` of a commit, sorted; none when there is no such folder.
  std::vector<std::string> names_in(const ObjectId &commit, const std::string &folder) const;
  std::string blob(const ObjectId &id) const;
  /// The paths that differ between two commits.
  std::vector<std::string> changed_paths(const ObjectId &before, const ObjectId &after) const;
  /// Every version of the file at `path` in the history of `start`, youngest first, as `git log -- PATH`
  /// simplifies it: of a merge, a parent with the same content is followed alone.
  std::vector<FileVersion> history(const ObjectId &start, const std::string &path) const;

  /// The full names of the references that begin with `prefix`, sorted.
  std::vector<std::string> references(const std::string &prefix) const;
  /// The commits that carry a note under `notes_ref`.
  std::unordered_set<ObjectId> annotated(const std::string &notes_ref) const;
  std::optional<std::string> note(const std::string &notes_ref, const ObjectId &commit) const;
  /// Adds or replaces the note. Throws Error when no author is configured.
  void write_note(const std::string &notes_ref, const ObjectId &commit, const std::string &text) const;

  /// The commits of `reference`, youngest first; none when it does not exist.
  std::vector<Commit> commits_of(const std::string &reference) const;
  /// Adds to `reference` (made when missing) a commit whose tree is that of its tip with one file replaced.
  ObjectId commit_file(const std::string &reference, const std::string &path, const std::string &content,
                       const std::string &message) const;

 private:
  struct Free {
    void operator()(git_repository *repository) const;
  };
  explicit GitRepository(git_repository *repository) : repository_(repository) {}

  std::unique_ptr<git_repository, Free> repository_;
};

} // namespace buildprint

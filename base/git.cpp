#include "base/git.hpp"

#include <git2.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <fstream>
#include <unordered_map>

#include "base/error.hpp"

namespace buildprint {
namespace {

/// Owns any libgit2 object: Git<git_commit, git_commit_free>.
template <auto free_function> struct Free {
  template <class T> void operator()(T *object) const { free_function(object); }
};
template <class T, auto free_function> using Git = std::unique_ptr<T, Free<free_function>>;
using GitCommit = Git<git_commit, git_commit_free>;
using GitTree = Git<git_tree, git_tree_free>;
using GitReference = Git<git_reference, git_reference_free>;

struct Library {
  Library() {
    git_libgit2_init();
    // Reading is safe whoever owns the files, because nothing that they configure is executed; a recording
    // made through sudo or in a CI container has an owner other than the caller as a rule.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    // Extensions that change nothing for a reader of present objects; libgit2 refuses what it does not know.
    const char *extensions[] = {"partialclone", "worktreeconfig", "preciousobjects"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, std::size(extensions));
  }
};

[[noreturn]] void fail(const std::string &what, const std::string &remedy = {}) {
  const git_error *error = git_error_last();
  const bool said = error != nullptr && error->message != nullptr;
  throw Error(said ? what + ": " + error->message : what, remedy);
}

void check(int result, const std::string &what, const std::string &remedy = {}) {
  if (result < 0) fail(what, remedy);
}

ObjectId to_id(const git_oid &oid) {
  ObjectId id(GIT_OID_HEXSZ, '\0');
  git_oid_fmt(id.data(), &oid);
  return id;
}

git_oid to_oid(const ObjectId &id) {
  git_oid oid;
  check(git_oid_fromstrn(&oid, id.data(), id.size()), "not the name of a git object: " + id);
  return oid;
}

std::string text(const char *maybe_null) {
  return maybe_null != nullptr ? maybe_null : "";
}

GitCommit find_commit(git_repository *repository, const git_oid &oid) {
  git_commit *commit = nullptr;
  const int result = git_commit_lookup(&commit, repository, &oid);
  if (result == GIT_ENOTFOUND) return nullptr;
  check(result, "cannot read commit " + to_id(oid), "run: git fsck");
  return GitCommit(commit);
}

GitCommit get_commit(git_repository *repository, const ObjectId &id) {
  auto commit = find_commit(repository, to_oid(id));
  if (!commit)
    throw Error("commit " + id + " is not in this clone", "fetch more history: git fetch --unshallow");
  return commit;
}

/// git_oid is 20 bytes of a cryptographic hash: any eight of them are a hash of it.
struct OidHash {
  std::size_t operator()(const git_oid &oid) const {
    std::size_t hash;
    std::memcpy(&hash, oid.id, sizeof hash);
    return hash;
  }
};
struct OidEqual {
  bool operator()(const git_oid &a, const git_oid &b) const { return git_oid_equal(&a, &b) != 0; }
};
using OidSet = std::unordered_set<git_oid, OidHash, OidEqual>;
using OidMap = std::unordered_map<git_oid, git_oid, OidHash, OidEqual>;

/// The last commits of a shallow clone: their parents exist elsewhere.
OidSet shallow_commits(git_repository *repository) {
  OidSet commits;
  if (git_repository_is_shallow(repository) != 1) return commits;
  std::ifstream file(std::filesystem::path(git_repository_commondir(repository)) / "shallow");
  for (std::string line; std::getline(file, line);) {
    git_oid oid;
    if (git_oid_fromstrn(&oid, line.data(), line.size()) == 0) commits.insert(oid);
  }
  return commits;
}

std::vector<GitCommit> parents_of(git_repository *repository, const git_commit *commit) {
  std::vector<GitCommit> parents;
  for (unsigned i = 0; i < git_commit_parentcount(commit); ++i)
    // Before libgit2 1.7 the parents of a shallow clone's last commits are named and missing; since then,
    // with its grafts, those commits have no parents at all.
    if (auto parent = find_commit(repository, *git_commit_parent_id(commit, i)))
      parents.push_back(std::move(parent));
  return parents;
}

/// Visits `start` and its ancestors, youngest first; `visit` returns the parents to go on to.
template <class Visit> void walk(git_repository *repository, const ObjectId &start, Visit visit) {
  const auto older = [](const GitCommit &a, const GitCommit &b) {
    return git_commit_time(a.get()) < git_commit_time(b.get());
  };
  std::vector<GitCommit> queue; // a heap: std::priority_queue cannot give up what it owns
  OidSet seen;
  queue.push_back(get_commit(repository, start));
  while (!queue.empty()) {
    std::pop_heap(queue.begin(), queue.end(), older);
    const GitCommit commit = std::move(queue.back());
    queue.pop_back();
    for (auto &parent : visit(commit.get())) {
      if (!seen.insert(*git_commit_id(parent.get())).second) continue;
      queue.push_back(std::move(parent));
      std::push_heap(queue.begin(), queue.end(), older);
    }
  }
}

Commit describe(const git_commit *commit) {
  Commit result;
  result.id = to_id(*git_commit_id(commit));
  for (unsigned i = 0; i < git_commit_parentcount(commit); ++i)
    result.parents.push_back(to_id(*git_commit_parent_id(commit, i)));
  result.message = text(git_commit_message(commit));
  result.subject = result.message.substr(0, result.message.find('\n'));
  if (const git_signature *author = git_commit_author(commit)) {
    result.author = text(author->name);
    result.email = text(author->email);
    result.time = author->when.time;
    const std::time_t local = author->when.time + author->when.offset * 60;
    std::tm parts{};
    char date[16];
    if (::gmtime_r(&local, &parts) != nullptr && std::strftime(date, sizeof date, "%Y-%m-%d", &parts) > 0)
      result.date = date;
  }
  return result;
}

std::optional<git_oid> tree_entry(git_repository *repository, const git_oid &tree_id, const std::string &path,
                                  git_object_t wanted) {
  git_tree *tree = nullptr;
  check(git_tree_lookup(&tree, repository, &tree_id), "cannot read tree " + to_id(tree_id),
        "a partial clone lacks it: fetch without --filter");
  const GitTree owner(tree);
  git_tree_entry *entry = nullptr;
  const int result = git_tree_entry_bypath(&entry, tree, path.c_str());
  if (result == GIT_ENOTFOUND) return std::nullopt;
  check(result, "cannot read " + path);
  const Git<git_tree_entry, git_tree_entry_free> entry_owner(entry);
  if (git_tree_entry_type(entry) != wanted) return std::nullopt;
  return *git_tree_entry_id(entry);
}

/// Finds one path in many commits; a folder that did not change between them is read once.
class PathFinder {
 public:
  PathFinder(git_repository *repository, const std::string &path) : repository_(repository) {
    const auto slash = path.rfind('/');
    if (slash != std::string::npos) folder_ = path.substr(0, slash);
    file_ = path.substr(slash == std::string::npos ? 0 : slash + 1);
  }

  /// The blob's name, zero when there is no such file.
  git_oid in(const git_commit *commit) {
    git_oid folder = *git_commit_tree_id(commit);
    if (!folder_.empty()) folder = remember(roots_, folder, folder_, GIT_OBJECT_TREE);
    if (git_oid_is_zero(&folder)) return folder;
    return remember(folders_, folder, file_, GIT_OBJECT_BLOB);
  }

 private:
  git_oid remember(OidMap &known, const git_oid &tree, const std::string &path, git_object_t wanted) {
    const auto [place, added] = known.try_emplace(tree, git_oid{});
    if (added)
      if (const auto found = tree_entry(repository_, tree, path, wanted)) place->second = *found;
    return place->second;
  }

  git_repository *repository_;
  std::string folder_, file_;
  OidMap roots_, folders_;
};

Git<git_signature, git_signature_free> signature_of(git_repository *repository) {
  git_signature *signature = nullptr;
  if (git_signature_default(&signature, repository) < 0)
    throw Error("no author is configured for this repository",
                "git config user.name NAME && git config user.email MAIL");
  return Git<git_signature, git_signature_free>(signature);
}

} // namespace

void GitRepository::Free::operator()(git_repository *repository) const {
  git_repository_free(repository);
}

std::optional<GitRepository> GitRepository::containing(const std::filesystem::path &path) {
  static const Library library;
  git_repository *repository = nullptr;
  const int result = git_repository_open_ext(&repository, path.c_str(), 0, nullptr);
  if (result == GIT_ENOTFOUND) return std::nullopt;
  check(result, "cannot read the git repository of " + path.string(), "run: git status");
  return GitRepository(repository);
}

std::optional<std::filesystem::path> GitRepository::workdir() const {
  const char *directory = git_repository_workdir(repository_.get());
  if (directory == nullptr) return std::nullopt;
  std::string path = directory;
  if (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

bool GitRepository::is_shallow() const {
  return git_repository_is_shallow(repository_.get()) == 1;
}

std::vector<std::string> GitRepository::tracked_files() const {
  git_index *index = nullptr;
  check(git_repository_index(&index, repository_.get()), "cannot read the git index");
  const Git<git_index, git_index_free> owner(index);
  std::vector<std::string> paths;
  const auto count = git_index_entrycount(index);
  paths.reserve(count);
  for (std::size_t i = 0; i < count; ++i) paths.emplace_back(git_index_get_byindex(index, i)->path);
  return paths;
}

std::optional<ObjectId> GitRepository::head() const {
  git_oid oid;
  const int result = git_reference_name_to_id(&oid, repository_.get(), "HEAD");
  if (result == GIT_ENOTFOUND) return std::nullopt;
  check(result, "cannot read HEAD", "run: git status");
  return to_id(oid);
}

std::optional<ObjectId> GitRepository::resolve(const std::string &revision) const {
  git_object *object = nullptr;
  if (git_revparse_single(&object, repository_.get(), revision.c_str()) < 0) return std::nullopt;
  const Git<git_object, git_object_free> owner(object);
  git_object *commit = nullptr;
  if (git_object_peel(&commit, object, GIT_OBJECT_COMMIT) < 0) return std::nullopt;
  const Git<git_object, git_object_free> commit_owner(commit);
  return to_id(*git_object_id(commit));
}

Commit GitRepository::commit(const ObjectId &id) const {
  return describe(get_commit(repository_.get(), id).get());
}

std::vector<std::string> GitRepository::remotes() const {
  git_strarray names{};
  check(git_remote_list(&names, repository_.get()), "cannot read the remotes");
  std::vector<std::string> result(names.strings, names.strings + names.count);
  git_strarray_dispose(&names);
  return result;
}

std::optional<std::string> GitRepository::default_branch(const std::string &remote) const {
  const std::string prefix = "refs/remotes/" + remote + "/";
  git_reference *reference = nullptr;
  if (git_reference_lookup(&reference, repository_.get(), (prefix + "HEAD").c_str()) == 0) {
    const GitReference owner(reference);
    if (const char *target = git_reference_symbolic_target(reference); target && resolve(target))
      return std::string(target);
  }
  for (const char *name : {"main", "master"})
    if (resolve(prefix + name)) return prefix + name;
  return std::nullopt;
}

std::string GitRepository::identity() const {
  git_signature *signature = nullptr;
  if (git_signature_default(&signature, repository_.get()) < 0) return {};
  const Git<git_signature, git_signature_free> owner(signature);
  return text(signature->name) + " <" + text(signature->email) + ">";
}

std::optional<ObjectId> GitRepository::merge_base(const ObjectId &one, const ObjectId &two) const {
  if (!is_shallow()) {
    const git_oid first = to_oid(one), second = to_oid(two);
    git_oid base;
    const int result = git_merge_base(&base, repository_.get(), &first, &second);
    if (result == GIT_ENOTFOUND) return std::nullopt;
    check(result, "cannot find where " + one + " and " + two + " part", "run: git fsck");
    return to_id(base);
  }
  std::unordered_set<ObjectId> ancestors;
  walk(repository_.get(), one, [&](const git_commit *commit) {
    ancestors.insert(to_id(*git_commit_id(commit)));
    return parents_of(repository_.get(), commit);
  });
  return nearest_ancestor(two, ancestors);
}

std::optional<ObjectId> GitRepository::nearest_ancestor(const ObjectId &start,
                                                        const std::unordered_set<ObjectId> &wanted) const {
  std::optional<ObjectId> found;
  if (wanted.empty()) return found;
  walk(repository_.get(), start, [&](const git_commit *commit) {
    if (auto id = to_id(*git_commit_id(commit)); !found && wanted.contains(id)) found = std::move(id);
    return found ? std::vector<GitCommit>() : parents_of(repository_.get(), commit);
  });
  return found;
}

std::optional<std::string> GitRepository::file_at(const ObjectId &id, const std::string &path) const {
  const auto found_commit = get_commit(repository_.get(), id);
  const auto entry =
      tree_entry(repository_.get(), *git_commit_tree_id(found_commit.get()), path, GIT_OBJECT_BLOB);
  if (!entry) return std::nullopt;
  return blob(to_id(*entry));
}

std::vector<std::string> GitRepository::names_in(const ObjectId &id, const std::string &folder) const {
  std::vector<std::string> names;
  const auto found_commit = get_commit(repository_.get(), id);
  const auto entry =
      tree_entry(repository_.get(), *git_commit_tree_id(found_commit.get()), folder, GIT_OBJECT_TREE);
  if (!entry) return names;
  git_tree *tree = nullptr;
  check(git_tree_lookup(&tree, repository_.get(), &*entry), "cannot read " + folder + " of " + id,
        "a partial clone lacks it: fetch without --filter");
  const GitTree owner(tree);
  for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i)
    names.emplace_back(git_tree_entry_name(git_tree_entry_byindex(tree, i)));
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> GitRepository::references(const std::string &prefix) const {
  git_strarray all{};
  check(git_reference_list(&all, repository_.get()), "cannot read the references");
  std::vector<std::string> names(all.strings, all.strings + all.count);
  git_strarray_dispose(&all);
  std::erase_if(names, [&](const std::string &name) { return !name.starts_with(prefix); });
  std::sort(names.begin(), names.end());
  return names;
}

std::string GitRepository::blob(const ObjectId &id) const {
  const git_oid oid = to_oid(id);
  git_blob *blob = nullptr;
  check(git_blob_lookup(&blob, repository_.get(), &oid), "cannot read object " + id,
        "a partial clone lacks it: git cat-file -p " + id);
  const Git<git_blob, git_blob_free> owner(blob);
  return std::string(static_cast<const char *>(git_blob_rawcontent(blob)),
                     static_cast<std::size_t>(git_blob_rawsize(blob)));
}

std::vector<std::string> GitRepository::changed_paths(const ObjectId &before, const ObjectId &after) const {
  const auto tree_of = [&](const ObjectId &id) {
    git_tree *tree = nullptr;
    check(git_commit_tree(&tree, get_commit(repository_.get(), id).get()), "cannot read the tree of " + id);
    return GitTree(tree);
  };
  const auto old_tree = tree_of(before), new_tree = tree_of(after);
  git_diff *diff = nullptr;
  check(git_diff_tree_to_tree(&diff, repository_.get(), old_tree.get(), new_tree.get(), nullptr),
        "cannot compare " + before + " with " + after);
  const Git<git_diff, git_diff_free> owner(diff);
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < git_diff_num_deltas(diff); ++i)
    paths.emplace_back(git_diff_get_delta(diff, i)->new_file.path);
  return paths;
}

std::vector<FileVersion> GitRepository::history(const ObjectId &start, const std::string &path) const {
  std::vector<FileVersion> versions;
  PathFinder finder(repository_.get(), path);
  const auto shallow = shallow_commits(repository_.get());
  walk(repository_.get(), start, [&](const git_commit *commit) {
    const git_oid blob = finder.in(commit);
    auto parents = parents_of(repository_.get(), commit);
    std::vector<ObjectId> before;
    for (auto &parent : parents) {
      const git_oid parent_blob = finder.in(parent.get());
      if (git_oid_is_zero(&parent_blob) == 0) before.push_back(to_id(parent_blob));
      if (git_oid_equal(&parent_blob, &blob) == 0) continue;
      std::vector<GitCommit> same;
      same.push_back(std::move(parent));
      return same;
    }
    const bool removed = git_oid_is_zero(&blob) != 0;
    const bool ends = shallow.count(*git_commit_id(commit)) != 0;
    if (!removed || !before.empty())
      versions.push_back({describe(commit), removed ? ObjectId() : to_id(blob), std::move(before), ends});
    return parents;
  });
  return versions;
}

std::unordered_set<ObjectId> GitRepository::annotated(const std::string &notes_ref) const {
  std::unordered_set<ObjectId> commits;
  git_note_iterator *iterator = nullptr;
  const int result = git_note_iterator_new(&iterator, repository_.get(), notes_ref.c_str());
  if (result == GIT_ENOTFOUND) return commits;
  check(result, "cannot read the notes of " + notes_ref);
  const Git<git_note_iterator, git_note_iterator_free> owner(iterator);
  git_oid note, annotated;
  while (git_note_next(&note, &annotated, iterator) == 0) commits.insert(to_id(annotated));
  return commits;
}

std::optional<std::string> GitRepository::note(const std::string &notes_ref, const ObjectId &commit) const {
  const git_oid oid = to_oid(commit);
  git_note *note = nullptr;
  const int result = git_note_read(&note, repository_.get(), notes_ref.c_str(), &oid);
  if (result == GIT_ENOTFOUND) return std::nullopt;
  check(result, "cannot read the note of " + commit + " in " + notes_ref);
  const Git<git_note, git_note_free> owner(note);
  return text(git_note_message(note));
}

void GitRepository::write_note(const std::string &notes_ref, const ObjectId &commit,
                               const std::string &content) const {
  const auto signature = signature_of(repository_.get());
  const git_oid oid = to_oid(commit);
  git_oid note;
  check(git_note_create(&note, repository_.get(), notes_ref.c_str(), signature.get(), signature.get(), &oid,
                        content.c_str(), 1),
        "cannot write a note to " + notes_ref);
}

std::vector<Commit> GitRepository::commits_of(const std::string &reference) const {
  std::vector<Commit> commits;
  if (const auto tip = resolve(reference))
    walk(repository_.get(), *tip, [&](const git_commit *commit) {
      commits.push_back(describe(commit));
      return parents_of(repository_.get(), commit);
    });
  return commits;
}

ObjectId GitRepository::commit_file(const std::string &reference, const std::string &path,
                                    const std::string &content, const std::string &message) const {
  const std::string what = "cannot write to " + reference;
  const auto signature = signature_of(repository_.get());
  const auto tip = resolve(reference);
  const GitCommit parent = tip ? get_commit(repository_.get(), *tip) : nullptr;
  git_tree *parent_tree = nullptr;
  if (parent) check(git_commit_tree(&parent_tree, parent.get()), what);
  const GitTree tree_owner(parent_tree);
  git_tree_update update{};
  update.action = GIT_TREE_UPDATE_UPSERT;
  update.filemode = GIT_FILEMODE_BLOB;
  update.path = path.c_str();
  check(git_blob_create_from_buffer(&update.id, repository_.get(), content.data(), content.size()), what);
  git_oid tree_id, commit_id;
  check(git_tree_create_updated(&tree_id, repository_.get(), parent_tree, 1, &update), what);
  git_tree *tree = nullptr;
  check(git_tree_lookup(&tree, repository_.get(), &tree_id), what);
  const GitTree new_tree_owner(tree);
  const git_commit *parents[] = {parent.get()};
  check(git_commit_create(&commit_id, repository_.get(), reference.c_str(), signature.get(), signature.get(),
                          nullptr, message.c_str(), tree, parent ? 1 : 0, parents),
        what);
  return to_id(commit_id);
}

} // namespace buildprint

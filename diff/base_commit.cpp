// Which commit a change is held against.
#include "base/error.hpp"
#include "base/text.hpp"
#include "diff/baseline.hpp"

namespace buildprint {
namespace {

constexpr const char *k_deepen =
    "fetch more history: git fetch --unshallow (actions/checkout: fetch-depth: 0)";

/// The remote that CI systems and `git clone` make, else the only one; empty when there is none to choose.
std::string remote_of(const GitRepository &repository) {
  const auto remotes = repository.remotes();
  for (const auto &remote : remotes)
    if (remote == "origin") return remote;
  return remotes.size() == 1 ? remotes.front() : std::string();
}

struct Target {
  ObjectId id;
  std::string name;
};

std::optional<Target> branch(const GitRepository &repository, const std::string &name) {
  const auto remote = remote_of(repository);
  if (!remote.empty())
    if (const auto id = repository.resolve("refs/remotes/" + remote + "/" + name))
      return Target{*id, remote + "/" + name};
  if (const auto id = repository.resolve("refs/heads/" + name)) return Target{*id, name};
  return std::nullopt;
}

/// What the CI system says that the change goes to.
std::optional<Target> target_of_ci(const GitRepository &repository, const CiContext &ci,
                                   const ObjectId &head) {
  if (!ci.target_branch.empty())
    if (auto target = branch(repository, ci.target_branch)) return target;
  if (!ci.base_commit.empty())
    if (const auto id = repository.resolve(ci.base_commit))
      return Target{*id, "the base that " + ci.system + " names"};
  const auto parents = repository.commit(head).parents;
  if (ci.pull_request() && ci.merged_head && parents.size() == 2 && repository.resolve(parents.front()))
    return Target{parents.front(), "the first parent of the pull request's merge"};
  return std::nullopt;
}

/// The branch that changes usually go to.
std::optional<Target> usual_target(const GitRepository &repository) {
  if (const auto remote = remote_of(repository); !remote.empty()) {
    if (const auto name = repository.default_branch(remote))
      return Target{*repository.resolve(*name), name->substr(std::string("refs/remotes/").size())};
    return std::nullopt;
  }
  for (const char *name : {"main", "master", "trunk"})
    if (auto target = branch(repository, name)) return target;
  return std::nullopt;
}

[[noreturn]] void fail_without_target(const GitRepository &repository, const CiContext &ci) {
  const auto remote = remote_of(repository);
  if (!ci.target_branch.empty())
    throw Error("the target branch " + printable(ci.target_branch) + " is not in this clone",
                repository.is_shallow() ? k_deepen
                                        : "fetch it: git fetch " + (remote.empty() ? "origin" : remote) +
                                              " " + printable(ci.target_branch));
  if (!remote.empty())
    throw Error("the default branch of the remote " + remote + " is not known here",
                "run: git remote set-head " + remote + " --auto, or name it: --base " + remote + "/BRANCH");
  throw Error(repository.remotes().empty()
                  ? "there is no remote, and no branch main, master or trunk to compare with"
                  : "there are several remotes, and none is called origin",
              "name the branch that changes go to: --base BRANCH");
}

Target choose_target(const GitRepository &repository, const BaselineQuery &query, const ObjectId &head) {
  if (!query.base.empty()) {
    if (const auto id = repository.resolve(query.base)) return {*id, query.base};
    if (auto target = branch(repository, query.base)) return *target;
    throw Error("--base " + printable(query.base) + " is neither a branch nor a commit of this clone",
                repository.is_shallow() ? k_deepen : "see: git branch -a, or fetch it first");
  }
  auto target = target_of_ci(repository, query.ci, head);
  if (!target && !query.ci.pull_request()) target = usual_target(repository);
  if (!target) fail_without_target(repository, query.ci);
  return *target;
}

ObjectId where_they_part(const GitRepository &repository, const ObjectId &head, const Target &target) {
  if (const auto base = repository.merge_base(head, target.id)) return *base;
  throw Error("this clone shows no common history of HEAD and " + printable(target.name),
              repository.is_shallow() ? k_deepen : "name another branch: --base BRANCH");
}

} // namespace

std::optional<BaseCommit> find_base(const GitRepository &repository, const BaselineQuery &query) {
  const auto head = repository.head();
  if (!head) {
    if (!query.base.empty() && !repository.resolve(query.base))
      throw Error("--base " + printable(query.base) + " does not exist: there is no commit yet",
                  "commit first");
    return std::nullopt;
  }
  const auto target = choose_target(repository, query, *head);
  const BaseCommit base{where_they_part(repository, *head, target),
                        "merge base with " + printable(target.name)};
  if (query.base.empty() || !query.ci.pull_request()) return base;
  // A pull request can edit the command line that names the base, so the CI system's word bounds it.
  const auto told = target_of_ci(repository, query.ci, *head);
  if (!told) fail_without_target(repository, query.ci);
  const auto start = where_they_part(repository, *head, *told);
  if (repository.merge_base(base.id, start) != base.id)
    throw Error("--base " + printable(query.base) + " lies within the change under test, which starts at " +
                    start.substr(0, 12),
                "compare with the target branch: --base " + printable(told->name));
  return base;
}

} // namespace buildprint

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/git.hpp"
#include "diff/baseline_choice.hpp"
#include "diff/ci_context.hpp"
#include "diff/policy.hpp"
#include "fingerprint/fingerprint.hpp"

namespace buildprint {

// Where things are committed, relative to the top of the working tree.
constexpr const char *k_folder = ".buildprint";
constexpr const char *k_policy_path = ".buildprint/policy.json";
constexpr const char *k_rules_path = ".buildprint/rules.json";
/// `stem` is the workload's name, or begins with it where there are several baselines.
std::string fingerprint_path(const std::string &stem);
/// Throws Error for a name that could leave the folder or that is taken by another file of it.
void require_workload_name(const std::string &name);

/// Where baselines are kept: in the tree, in the note of a commit, or in a history of their own.
enum class Store : std::uint8_t { tree, notes, ref };
std::string notes_ref(const std::string &stem);
constexpr const char *k_baselines_ref = "refs/buildprint/baselines";

struct BaselineQuery {
  std::string name; ///< of the workload
  std::string base; ///< a revision of the target branch; empty = found out
  Store store = Store::tree;
  CiContext ci;
  Labels labels; ///< of the run under test
};

/// The commit that the change under test is held against.
struct BaseCommit {
  ObjectId id;
  std::string found_as; ///< "merge base with origin/main"
};

/// What the base commit says. Nothing of it can be influenced by the change under test.
struct Baseline {
  std::optional<BaseCommit> commit; ///< nullopt before the first commit
  std::string source;               ///< "git:1f2e3d4c5b6a:.buildprint/unit-tests.json"
  std::string stem;                 ///< of the baseline that was chosen, else of the one that there should be
  std::vector<std::string> others;  ///< when none speaks of the run: those there are, in words
  std::optional<Fingerprint> fingerprint;
  Policy policy;
  std::string rules;        ///< the content of the rules file; empty when there is none
  std::string rules_source; ///< as named to the reader
};

/// What the change under test says itself: never followed, only told apart.
struct OwnClaims {
  std::optional<Fingerprint> fingerprint;
  std::string stem; ///< of that fingerprint
  Policy policy;
  std::vector<std::string> remarks; ///< what a reviewer must know, a line each
};

/// The repository of `path`. Throws Error with the remedy when there is none, or it has no working tree.
GitRepository open_repository(const std::filesystem::path &path);

/// nullopt before the first commit. Throws Error, with the remedy, when the base is not to be found (a
/// revision that does not exist, a shallow clone, no common history), or when it lies within the change under
/// test.
std::optional<BaseCommit> find_base(const GitRepository &repository, const BaselineQuery &query);

Baseline read_baseline(const GitRepository &repository, const BaselineQuery &query);

/// In CI the claims are read from HEAD, where an earlier step of the job cannot have edited them; elsewhere
/// from the working tree, where people accept before they commit.
OwnClaims read_own_claims(const GitRepository &repository, const BaselineQuery &query,
                          const Baseline &baseline);

/// Keeps `text` as the baseline of `commit`, outside of the tree. REQUIRES: store is notes or ref.
void write_baseline(const GitRepository &repository, const std::string &stem, Store store,
                    const ObjectId &commit, const std::string &text, const std::string &reason);

} // namespace buildprint

#include "diff/baseline.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "fingerprint/fingerprint_json.hpp"

namespace buildprint {
namespace {

constexpr std::string_view k_belongs_to = "\nBaseline-of: ";

std::string source_of(const ObjectId &commit, const std::string &place) {
  return "git:" + commit.substr(0, 12) + ":" + place;
}

struct Stored {
  std::string text, source;
};

/// The commits that a baseline of `name` in the history of its own belongs to, and where it stands there.
std::unordered_map<ObjectId, ObjectId> owners_in_ref(const GitRepository &repository) {
  std::unordered_map<ObjectId, ObjectId> owners;
  for (const auto &commit : repository.commits_of(k_baselines_ref)) {
    const auto at = commit.message.rfind(k_belongs_to);
    if (at == std::string::npos) continue;
    const auto owner = commit.message.substr(at + k_belongs_to.size(), 40);
    owners.try_emplace(owner, commit.id); // youngest first: the last word counts
  }
  return owners;
}

std::optional<Stored> stored_in_ref(const GitRepository &repository, const ObjectId &from,
                                    const std::string &path) {
  auto owners = owners_in_ref(repository);
  std::unordered_set<ObjectId> wanted;
  for (const auto &[owner, keeper] : owners)
    if (repository.file_at(keeper, path)) wanted.insert(owner);
  const auto nearest = repository.nearest_ancestor(from, wanted);
  if (!nearest) return std::nullopt;
  return Stored{*repository.file_at(owners[*nearest], path), source_of(owners[*nearest], path)};
}

/// As it stands at `commit`, or at the nearest ancestor that has one.
std::optional<Stored> stored_fingerprint(const GitRepository &repository, const ObjectId &commit, Store store,
                                         const std::string &stem) {
  const auto path = fingerprint_path(stem);
  if (store == Store::ref) return stored_in_ref(repository, commit, path);
  if (store == Store::notes) {
    const auto reference = notes_ref(stem);
    const auto nearest = repository.nearest_ancestor(commit, repository.annotated(reference));
    if (!nearest) return std::nullopt;
    return Stored{*repository.note(reference, *nearest), source_of(*nearest, reference)};
  }
  if (auto text = repository.file_at(commit, path)) return Stored{std::move(*text), source_of(commit, path)};
  return std::nullopt;
}

/// NAME itself, and what of `files` could be another baseline of it: NAME.SOMETHING.json.
std::vector<std::string> possible_stems(const std::string &name, const std::vector<std::string> &files) {
  constexpr std::string_view k_ending = ".json";
  std::vector<std::string> stems{name};
  for (const auto &file : files)
    if (file.starts_with(name + '.') && file.ends_with(k_ending) &&
        file.size() > name.size() + k_ending.size())
      stems.push_back(file.substr(0, file.size() - k_ending.size()));
  return stems;
}

std::vector<std::string> stored_stems(const GitRepository &repository, const ObjectId &commit,
                                      const BaselineQuery &query) {
  if (query.store == Store::tree) return possible_stems(query.name, repository.names_in(commit, k_folder));
  if (query.store == Store::ref) {
    const auto tip = repository.resolve(k_baselines_ref);
    return possible_stems(query.name, tip ? repository.names_in(*tip, k_folder) : std::vector<std::string>());
  }
  std::vector<std::string> files;
  for (const auto &reference : repository.references(notes_ref(query.name)))
    files.push_back(reference.substr(notes_ref("").size()) + ".json");
  return possible_stems(query.name, files);
}

/// Of another workload is what only begins with the same letters: unit-tests.slow of unit-tests.
void add_candidate(std::vector<Candidate> &candidates, const std::string &name, const std::string &stem,
                   const std::string &text, const std::string &source) {
  auto fingerprint = parse_fingerprint(text, source);
  if (stem == name || fingerprint.name == name) candidates.push_back({stem, source, std::move(fingerprint)});
}

/// The baselines that the workload has at `commit`.
std::vector<Candidate> candidates_at(const GitRepository &repository, const ObjectId &commit,
                                     const BaselineQuery &query) {
  std::vector<Candidate> candidates;
  for (const auto &stem : stored_stems(repository, commit, query))
    if (const auto stored = stored_fingerprint(repository, commit, query.store, stem))
      add_candidate(candidates, query.name, stem, stored->text, stored->source);
  return candidates;
}

std::vector<Candidate> candidates_in_working_tree(const GitRepository &repository,
                                                  const BaselineQuery &query) {
  const auto folder = *repository.workdir() / k_folder;
  std::vector<std::string> files;
  std::error_code none;
  for (const auto &entry : std::filesystem::directory_iterator(folder, none))
    files.push_back(entry.path().filename().string());
  std::sort(files.begin(), files.end());
  std::vector<Candidate> candidates;
  for (const auto &stem : possible_stems(query.name, files)) {
    const auto path = fingerprint_path(stem);
    if (std::filesystem::exists(*repository.workdir() / path))
      add_candidate(candidates, query.name, stem, read_file(*repository.workdir() / path), path);
  }
  return candidates;
}

void choose_baseline(const std::vector<Candidate> &candidates, const BaselineQuery &query,
                     Baseline &baseline) {
  if (const auto chosen = choose(candidates, query.labels, query.name)) {
    baseline.stem = candidates[*chosen].stem;
    baseline.source = candidates[*chosen].source;
    baseline.fingerprint = candidates[*chosen].fingerprint;
    return;
  }
  baseline.stem = stem_beside(candidates, query.labels, query.name);
  for (const auto &candidate : candidates)
    baseline.others.push_back(fingerprint_path(candidate.stem) + " (" +
                              in_words(candidate.fingerprint.labels) + ")");
}

std::optional<std::string> working_file(const GitRepository &repository, const std::string &path) {
  const auto file = *repository.workdir() / path;
  if (!std::filesystem::exists(file)) return std::nullopt;
  return read_file(file);
}

/// A file of a CI system or of ours whose change may switch the gate off.
bool decides_about_the_gate(std::string_view path) {
  constexpr std::array<std::string_view, 8> k_folders{
      ".github/workflows/", ".github/actions/", ".gitlab/ci/", ".circleci/",
      ".buildkite/",        ".woodpecker/",     ".teamcity/",  ".azure-pipelines/"};
  constexpr std::array<std::string_view, 12> k_files{
      ".gitlab-ci.yml", "Jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml",
      ".travis.yml",    ".drone.yml",  ".woodpecker.yml",     "action.yml",
      "action.yaml",    "CODEOWNERS",  ".github/CODEOWNERS",  "docs/CODEOWNERS"};
  return std::any_of(k_folders.begin(), k_folders.end(),
                     [&](auto folder) { return path.starts_with(folder); }) ||
         std::find(k_files.begin(), k_files.end(), path) != k_files.end();
}

bool same_but_for_acceptances(const Policy &a, const Policy &b) {
  return a.levels == b.levels && std::ranges::equal(a.allow, b.allow, same_entry) &&
         std::ranges::equal(a.deny, b.deny, same_entry);
}

} // namespace

std::string fingerprint_path(const std::string &stem) {
  return std::string(k_folder) + "/" + stem + ".json";
}

void require_workload_name(const std::string &name) {
  const bool plain = !name.empty() && name.front() != '.' && is_printable(name) &&
                     name.find_first_of("/\\ \"'*?[~^:") == std::string::npos &&
                     name.find("..") == std::string::npos;
  if (!plain)
    throw Error("\"" + printable(name) + "\" cannot name a workload", "use letters, digits, dots and dashes");
  if (name == "policy" || name == "rules")
    throw Error("the name " + name + " is taken: " + fingerprint_path(name) + " is another file",
                "choose another name");
}

std::string notes_ref(const std::string &stem) {
  return "refs/notes/buildprint/" + stem;
}

GitRepository open_repository(const std::filesystem::path &path) {
  auto repository = GitRepository::containing(path);
  if (!repository)
    throw Error("there is no git repository at " + path.string(),
                "run inside of one, or compare two files: buildprint diff BASE HEAD");
  if (!repository->workdir())
    throw Error("the git repository at " + path.string() + " is bare: it has no working tree",
                "run in a clone or a worktree of it");
  return std::move(*repository);
}

Baseline read_baseline(const GitRepository &repository, const BaselineQuery &query) {
  require_workload_name(query.name);
  Baseline baseline;
  baseline.source = fingerprint_path(query.name);
  baseline.stem = stem_beside({}, query.labels, query.name);
  baseline.commit = find_base(repository, query);
  baseline.policy.today = today_utc();
  if (!baseline.commit) return baseline;
  const auto &commit = baseline.commit->id;
  choose_baseline(candidates_at(repository, commit, query), query, baseline);
  if (const auto text = repository.file_at(commit, k_policy_path)) {
    baseline.policy = parse_policy(*text, source_of(commit, k_policy_path));
    baseline.policy.today = today_utc();
  }
  baseline.rules = repository.file_at(commit, k_rules_path).value_or("");
  baseline.rules_source = source_of(commit, k_rules_path);
  return baseline;
}

OwnClaims read_own_claims(const GitRepository &repository, const BaselineQuery &query,
                          const Baseline &baseline) {
  OwnClaims claims;
  const auto head = repository.head();
  if (query.ci.in_ci() && !head) return claims;
  const auto own = [&](const std::string &path) {
    return query.ci.in_ci() ? repository.file_at(*head, path) : working_file(repository, path);
  };
  const bool from_working_tree = query.store == Store::tree && !query.ci.in_ci();
  const auto candidates = from_working_tree ? candidates_in_working_tree(repository, query)
                          : head            ? candidates_at(repository, *head, query)
                                            : std::vector<Candidate>();
  if (const auto chosen = choose(candidates, query.labels, query.name)) {
    claims.stem = candidates[*chosen].stem;
    claims.fingerprint = candidates[*chosen].fingerprint;
  }
  const auto still_there = [&](const Candidate &candidate) { return candidate.stem == baseline.stem; };
  if (query.store == Store::tree && baseline.fingerprint &&
      std::none_of(candidates.begin(), candidates.end(), still_there))
    claims.remarks.push_back("this change removes " + fingerprint_path(baseline.stem) +
                             ": the one of the base commit was used");
  if (const auto text = own(k_policy_path)) claims.policy = parse_policy(*text, k_policy_path);
  claims.policy.today = today_utc();
  if (!same_but_for_acceptances(claims.policy, baseline.policy))
    claims.remarks.push_back("this change edits " + std::string(k_policy_path) +
                             ": its levels and its allow and deny entries count from when it is merged");
  if (own(k_rules_path).value_or("") != baseline.rules)
    claims.remarks.push_back("this change edits " + std::string(k_rules_path) +
                             ": the rules of the base commit were used");
  if (!baseline.commit || !head) return claims;
  for (const auto &path : repository.changed_paths(baseline.commit->id, *head))
    if (decides_about_the_gate(path))
      claims.remarks.push_back("this change edits " + printable(path) +
                               ": see that the gate still runs, and against the right base");
  return claims;
}

void write_baseline(const GitRepository &repository, const std::string &stem, Store store,
                    const ObjectId &commit, const std::string &text, const std::string &reason) {
  if (store == Store::notes) return repository.write_note(notes_ref(stem), commit, text);
  repository.commit_file(k_baselines_ref, fingerprint_path(stem), text,
                         stem + ": " + reason + "\n" + std::string(k_belongs_to) + commit + "\n");
}

} // namespace buildprint

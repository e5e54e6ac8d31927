#include "diff/locate.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "diff/attribution.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

bool is_foreign(const std::string &folder) {
  return folder.starts_with('.') || folder == "node_modules" || folder == "vendor" || folder == "target" ||
         folder == "build" || folder == "dist";
}

/// Where lock files and manifests stand: at the top, and in the parts of a repository of several projects.
/// Nearest to the top first.
std::vector<std::string> project_folders(const fs::path &repository) {
  constexpr int k_deepest = 3;
  constexpr std::size_t k_most = 200;
  std::set<std::pair<int, std::string>> folders{{0, ""}};
  std::error_code error;
  fs::recursive_directory_iterator at(repository, fs::directory_options::skip_permission_denied, error), end;
  for (; !error && at != end && folders.size() < k_most; at.increment(error)) {
    const auto name = at->path().filename().string();
    if (at->is_directory(error) && (is_foreign(name) || at.depth() >= k_deepest))
      at.disable_recursion_pending();
    if (at.depth() > 0 && is_package_file(name))
      folders.emplace(at.depth(), at->path().parent_path().lexically_relative(repository).string() + '/');
  }
  std::vector<std::string> paths;
  for (const auto &[depth, folder] : folders) paths.push_back(folder);
  return paths;
}

std::string variable(const char *name) {
  const char *value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

Workflows workflows_of(const fs::path &repository) {
  std::vector<std::string> files{".gitlab-ci.yml", "Jenkinsfile"};
  std::error_code error;
  for (fs::directory_iterator at(repository / ".github/workflows", error), end; !error && at != end;
       at.increment(error))
    files.push_back(".github/workflows/" + at->path().filename().string());
  std::sort(files.begin(), files.end());
  const auto reference = variable("GITHUB_WORKFLOW_REF"); // owner/name/.github/workflows/ci.yml@refs/…
  std::stable_partition(files.begin(), files.end(), [&](const std::string &file) {
    return reference.find('/' + file + '@') != std::string::npos;
  });
  return {std::move(files), variable("GITHUB_JOB"), variable("GITHUB_ACTION"),
          variable("GITHUB_ACTION_REPOSITORY")};
}

} // namespace

void locate(std::vector<Finding> &findings, const fs::path &repository, const FileReader &base) {
  if (findings.empty()) return;
  const auto read = files_below(repository);
  const auto folders = project_folders(repository);
  const auto workflows = workflows_of(repository);
  for (auto &finding : findings) {
    if (finding.behaviors.empty()) continue;
    if (auto &package = finding.package) {
      if (const auto entry = find_package(*package, read, folders)) {
        finding.where = entry->place;
        if (package->version.empty()) package->version = entry->version;
      }
      const auto before = base ? find_package(*package, base, folders) : std::nullopt;
      if (package->base_version.empty() && before && before->version != package->version)
        package->base_version = before->version;
    }
    if (finding.where) continue;
    if (auto script = find_script(finding, read, workflows)) {
      finding.where = script->place;
      if (!finding.package) finding.package = std::move(script->who);
    }
  }
}

} // namespace buildprint

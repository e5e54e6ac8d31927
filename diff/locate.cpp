// Where in the repository a finding comes from: the line of a dependency, a script or a recipe.
#include <algorithm>
#include <array>
#include <fstream>

#include "diff/attribution.hpp"
#include "diff/object.hpp"
#include "diff/program.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

/// Larger files are generated; nobody reads a line of them.
constexpr std::uintmax_t k_largest_file = 32 * 1024 * 1024;

/// `path` below `repository`, symlinks resolved; nullopt when it is no regular file there.
std::optional<fs::path> inside(const fs::path &repository, const fs::path &path) {
  std::error_code error;
  const auto root = fs::canonical(repository, error);
  if (error) return std::nullopt;
  const auto file = fs::canonical(root / path, error);
  if (error || !fs::is_regular_file(file, error) || fs::file_size(file, error) > k_largest_file)
    return std::nullopt;
  return std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first == root.end()
             ? std::optional(file)
             : std::nullopt;
}

/// The first line of the file that `fits`; nullopt when there is none.
template <class Fits>
std::optional<Place> first_line(const fs::path &repository, const std::string &path, Fits fits) {
  const auto file = inside(repository, path);
  if (!file) return std::nullopt;
  std::ifstream in(*file);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number)
    if (fits(std::string_view(line))) return Place{path, number};
  return std::nullopt;
}

bool part_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// `word` stands in `line`, not as a part of a longer word.
bool has_word(std::string_view line, std::string_view word) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !part_of_word(line[at - 1])) && (end == line.size() || !part_of_word(line[end])))
      return true;
  }
  return false;
}

// Dependencies -------------------------------------------------------------------------------------

/// How a manager's file names a package; NAME stands for it. `start`: at the start of the line, blanks aside.
struct LockLine {
  std::string_view manager, file, pattern;
  bool start = false;
};

// In the order of search: the lock file says what was resolved, the manifest only what was asked for.
constexpr std::array k_lock_lines{
    LockLine{"npm", "package-lock.json", "/NAME\": {"},
    LockLine{"npm", "package-lock.json", "\"NAME\": {", true},
    LockLine{"npm", "npm-shrinkwrap.json", "/NAME\": {"},
    LockLine{"npm", "yarn.lock", "NAME@", true},
    LockLine{"npm", "yarn.lock", "\"NAME@", true},
    LockLine{"npm", "pnpm-lock.yaml", "NAME@", true},
    LockLine{"npm", "pnpm-lock.yaml", "'NAME@", true},
    LockLine{"npm", "pnpm-lock.yaml", "/NAME@", true},
    LockLine{"npm", "pnpm-lock.yaml", "/NAME/", true},
    LockLine{"npm", "package.json", "\"NAME\":", true},
    LockLine{"cargo", "Cargo.lock", "name = \"NAME\"", true},
    LockLine{"cargo", "Cargo.toml", "NAME =", true},
    LockLine{"cargo", "Cargo.toml", "[dependencies.NAME]", true},
    LockLine{"pip", "poetry.lock", "name = \"NAME\"", true},
    LockLine{"pip", "uv.lock", "name = \"NAME\"", true},
    LockLine{"pip", "pdm.lock", "name = \"NAME\"", true},
    LockLine{"pip", "Pipfile.lock", "\"NAME\": {", true},
    LockLine{"pip", "requirements.txt", "NAME", true},
    LockLine{"pip", "requirements-dev.txt", "NAME", true},
    LockLine{"pip", "dev-requirements.txt", "NAME", true},
    LockLine{"pip", "requirements/dev.txt", "NAME", true},
    LockLine{"pip", "requirements/test.txt", "NAME", true},
    LockLine{"pip", "pyproject.toml", "NAME"},
    LockLine{"pip", "setup.cfg", "NAME"},
    LockLine{"go", "go.mod", "NAME"},
    LockLine{"go", "go.sum", "NAME ", true},
    LockLine{"maven", "pom.xml", "<artifactId>NAME</artifactId>"},
    LockLine{"gradle", "gradle.lockfile", "NAME"},
    LockLine{"gradle", "build.gradle", "NAME"},
    LockLine{"gradle", "build.gradle.kts", "NAME"},
    LockLine{"gem", "Gemfile.lock", "NAME (", true},
    LockLine{"gem", "Gemfile", "NAME"},
};

/// The family of managers that share their files.
std::string_view family_of(std::string_view manager) {
  if (manager == "yarn" || manager == "pnpm") return "npm";
  if (manager == "python" || manager == "setuptools" || manager == "poetry" || manager == "uv") return "pip";
  if (manager == "bundler" || manager == "ruby") return "gem";
  return manager;
}

/// PEP 503: case and the kind of separator do not matter.
std::string same_name(std::string_view text, std::string_view family) {
  std::string out(text);
  if (family != "pip") return out;
  for (auto &c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_' || c == '.') c = '-';
  }
  return out;
}

bool names_package(std::string_view line, const LockLine &form, const std::string &name) {
  const auto at = form.pattern.find("NAME");
  const auto wanted =
      std::string(form.pattern.substr(0, at)) + name + std::string(form.pattern.substr(at + 4));
  if (form.start) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with(same_name(wanted, form.manager))) return false;
    return form.pattern != "NAME" || line.size() == wanted.size() || !part_of_word(line[wanted.size()]);
  }
  return form.pattern == "NAME" ? has_word(line, wanted) : line.find(wanted) != std::string_view::npos;
}

std::optional<Place> locate_package(const Package &package, const fs::path &repository) {
  const auto family = family_of(package.manager);
  auto name = same_name(package.name, family);
  if (family == "maven") name = name.substr(name.rfind(':') + 1);
  if (name.empty()) return std::nullopt;
  for (const auto &form : k_lock_lines) {
    if (form.manager != family) continue;
    const auto place = first_line(repository, std::string(form.file), [&](std::string_view line) {
      return names_package(family == "pip" ? same_name(line, family) : line, form, name);
    });
    if (place) return place;
  }
  return std::nullopt;
}

// Scripts and recipes -------------------------------------------------------------------------------

/// The files that can have said what happened, nearest to the cause first.
std::vector<std::string> files_above(const Behavior &cause, const fs::path &repository) {
  std::vector<std::string> files;
  for (auto program = cause.lineage.rbegin(); program != cause.lineage.rend(); ++program) {
    const auto file = deciding_file(*program);
    if (file.starts_with("$WS/")) files.emplace_back(file.substr(4));
    const auto driver = driver_of(*program);
    if (driver == "make") files.insert(files.end(), {"GNUmakefile", "makefile", "Makefile"});
    if (driver == "npm" || driver == "yarn" || driver == "pnpm") files.emplace_back("package.json");
    if (driver == "cmake" || driver == "ctest" || driver == "ninja") files.emplace_back("CMakeLists.txt");
  }
  std::error_code error;
  std::vector<std::string> workflows{".gitlab-ci.yml", "Jenkinsfile"};
  for (fs::directory_iterator at(repository / ".github/workflows", error), end; !error && at != end;
       at.increment(error))
    workflows.push_back(".github/workflows/" + at->path().filename().string());
  std::sort(workflows.begin(), workflows.end());
  files.insert(files.end(), workflows.begin(), workflows.end());
  return files;
}

/// What the line can be known by, the most telling first: hosts, then programs and scripts.
std::vector<std::string> words_of(const Finding &finding) {
  std::vector<std::string> hosts, programs;
  for (const auto &item : finding.behaviors) {
    const auto &behavior = item.behavior;
    if (is_egress(behavior) && destination_of(behavior)) hosts.emplace_back(destination_of(behavior)->host);
    if (behavior.kind != Kind::exec) continue;
    const auto file = base_name(deciding_file(behavior.lineage.back()));
    if (!is_shell(behavior.lineage.back())) programs.emplace_back(file);
  }
  hosts.insert(hosts.end(), programs.begin(), programs.end());
  return hosts;
}

std::optional<Place> locate_script(const Finding &finding, const fs::path &repository) {
  const auto files = files_above(finding.behaviors.front().behavior, repository);
  const auto words = words_of(finding);
  for (const auto &file : files)
    for (const auto &word : words)
      if (auto place =
              first_line(repository, file, [&](std::string_view line) { return has_word(line, word); }))
        return place;
  // No line tells: the script itself.
  for (const auto &file : files)
    if (!file.starts_with(".") && inside(repository, file)) return Place{file, 1};
  return std::nullopt;
}

} // namespace

void locate(std::vector<Finding> &findings, const fs::path &repository) {
  for (auto &finding : findings) {
    if (finding.behaviors.empty()) continue;
    if (finding.package) finding.where = locate_package(*finding.package, repository);
    if (!finding.where) finding.where = locate_script(finding, repository);
  }
}

} // namespace buildprint

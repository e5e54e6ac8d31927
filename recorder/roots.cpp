#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "recorder/run_info.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

/// Directories of the system: nothing that a command line names there is somebody's workspace.
constexpr std::array k_system_trees{"/bin", "/boot", "/dev", "/etc",  "/lib", "/lib32", "/lib64",
                                    "/nix", "/proc", "/run", "/sbin", "/sys", "/usr"};
/// Directories that hold others' trees: never a root themselves.
constexpr std::array k_crossroads{"/",     "/home", "/media", "/mnt",    "/opt",
                                  "/root", "/srv",  "/var",   "/var/lib"};

struct ToolCache {
  const char *variable; ///< that moves it, or nullptr
  const char *in_home;  ///< where it is otherwise
  const char *sentinel;
};
constexpr ToolCache k_tool_caches[] = {
    {"CARGO_HOME", ".cargo", "$CACHE/cargo"},
    {"RUSTUP_HOME", ".rustup", "$CACHE/rustup"},
    {"GOCACHE", ".cache/go-build", "$CACHE/go-build"},
    {"GOMODCACHE", "go/pkg/mod", "$CACHE/go-mod"},
    {"npm_config_cache", ".npm", "$CACHE/npm"},
    {"NPM_CONFIG_CACHE", nullptr, "$CACHE/npm"},
    {"YARN_CACHE_FOLDER", ".yarn/berry/cache", "$CACHE/yarn"},
    {"PNPM_HOME", ".local/share/pnpm", "$CACHE/pnpm"},
    {"PIP_CACHE_DIR", ".cache/pip", "$CACHE/pip"},
    {"UV_CACHE_DIR", ".cache/uv", "$CACHE/uv"},
    {"POETRY_CACHE_DIR", ".cache/pypoetry", "$CACHE/poetry"},
    {"GRADLE_USER_HOME", ".gradle", "$CACHE/gradle"},
    {"MAVEN_USER_HOME", ".m2", "$CACHE/maven"},
    {"CCACHE_DIR", ".cache/ccache", "$CACHE/ccache"},
    {"SCCACHE_DIR", ".cache/sccache", "$CACHE/sccache"},
    {"COMPOSER_CACHE_DIR", ".cache/composer", "$CACHE/composer"},
    {"NUGET_PACKAGES", ".nuget/packages", "$CACHE/nuget"},
    {"GEM_HOME", ".gem", "$CACHE/gem"},
    {"XDG_CACHE_HOME", ".cache", "$CACHE"},
};

bool is_under(const std::string &path, const std::string &tree) {
  return path == tree || (path.starts_with(tree) && path[tree.size()] == '/');
}

/// Absolute, without "." and "..", without a slash at the end.
std::string normal(const fs::path &path) {
  auto text = path.lexically_normal().string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

std::string resolved(const fs::path &path) {
  std::error_code error;
  const auto real = fs::canonical(path, error);
  return error ? normal(path) : normal(real);
}

bool is_directory(const fs::path &path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

enum class Where : std::uint8_t { here, elsewhere };

class Roots {
 public:
  explicit Roots(Where where) : where_(where) {}
  /// Adds `path` as written and as resolved, unless it is the system's or already stands for something.
  void add(const fs::path &path, const char *sentinel) {
    for (const auto &form : {normal(path), where_ == Where::here ? resolved(path) : normal(path)}) {
      const auto text = printable(form);
      if (text.front() != '/' || is_systems(form) || has(text)) continue;
      roots_.push_back({text, sentinel});
    }
  }
  /// Root's home is a home like any other, though no workspace.
  void add_home(const fs::path &path) {
    if (normal(path) == "/root" && !has("/root"))
      roots_.push_back({"/root", "$HOME"});
    else
      add(path, "$HOME");
  }
  bool has(const std::string &path) const {
    return std::any_of(roots_.begin(), roots_.end(), [&](const Root &root) { return root.path == path; });
  }
  bool covers(const std::string &path) const {
    return std::any_of(roots_.begin(), roots_.end(),
                       [&](const Root &root) { return is_under(path, root.path); });
  }
  bool holds_one_of(const std::string &tree) const {
    return std::any_of(roots_.begin(), roots_.end(),
                       [&](const Root &root) { return is_under(root.path, tree); });
  }
  static bool is_systems(const std::string &path) {
    const auto same = [&](const char *other) { return path == other; };
    const auto under = [&](const char *tree) { return is_under(path, tree); };
    return std::any_of(k_crossroads.begin(), k_crossroads.end(), same) ||
           std::any_of(k_system_trees.begin(), k_system_trees.end(), under);
  }
  std::vector<Root> take() { return std::move(roots_); }

 private:
  const Where where_;
  std::vector<Root> roots_;
};

std::optional<std::string> variable(const std::vector<std::string> &environment, std::string_view name) {
  for (const auto &entry : environment)
    if (entry.starts_with(name) && entry.size() > name.size() + 1 && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
  return std::nullopt;
}

/// The directories that the command line hands over: `make -C DIR`, `run DIR`, `--prefix=DIR`.
std::set<std::string> named_directories(const std::vector<std::string> &command, const fs::path &cwd) {
  std::set<std::string> named;
  for (std::size_t i = 1; i < command.size(); ++i) {
    std::string_view word = command[i];
    if (word.starts_with('-')) word.remove_prefix(std::min(word.find('=') + 1, word.size()));
    if (word.empty() || word.starts_with('-') || word.size() > 4096) continue;
    const auto path = normal(cwd / word);
    if (is_directory(path)) named.insert(path);
  }
  return named;
}

std::vector<Root> find(Where where, const fs::path &workspace, const fs::path &cwd,
                       const std::vector<std::string> &command, const std::vector<std::string> &environment) {
  Roots temporary_and_home(where);
  for (const char *directory : {"/tmp", "/var/tmp"}) temporary_and_home.add(directory, "$TMP");
  if (const auto moved = variable(environment, "TMPDIR")) temporary_and_home.add(cwd / *moved, "$TMP");
  const auto home = variable(environment, "HOME");
  const bool own_home = home && *home != "/" && *home != "/nonexistent";

  Roots roots(where);
  roots.add(workspace, "$WS");
  for (const auto &directory : named_directories(command, cwd)) {
    const bool shared = temporary_and_home.holds_one_of(directory) || (home && is_under(*home, directory));
    if (!roots.covers(directory) && !roots.holds_one_of(directory) && !shared) roots.add(directory, "$WS");
  }
  for (const auto &cache : k_tool_caches) {
    if (const auto moved = cache.variable == nullptr ? std::nullopt : variable(environment, cache.variable))
      roots.add(cwd / *moved, cache.sentinel);
    if (own_home && cache.in_home != nullptr) roots.add(fs::path(*home) / cache.in_home, cache.sentinel);
  }
  for (const auto &root : temporary_and_home.take()) roots.add(root.path, root.sentinel.c_str());
  if (own_home) roots.add_home(*home);
  return roots.take();
}

} // namespace

std::vector<Root> find_roots(const fs::path &workspace, const fs::path &cwd,
                             const std::vector<std::string> &command,
                             const std::vector<std::string> &environment) {
  return find(Where::here, workspace, cwd, command, environment);
}

std::vector<Root> find_roots_elsewhere(const fs::path &workspace,
                                       const std::vector<std::string> &environment) {
  return find(Where::elsewhere, workspace, workspace, {}, environment);
}

} // namespace buildprint

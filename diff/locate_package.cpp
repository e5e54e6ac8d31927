// The line of a dependency in its manager's lock file or manifest, and the version that stands there.
#include <algorithm>
#include <array>

#include "diff/locate.hpp"

namespace buildprint {
namespace {

/// How a file of a family of managers names a package; NAME stands for it. `start`: at the start of the line,
/// blanks aside. `manager`: whose own file it is, where the family has several.
struct LockLine {
  std::string_view family, file, pattern;
  bool start = false;
  std::string_view manager = {};
};

// In the order of search: the lock file says what was resolved, the manifest only what was asked for.
constexpr std::array k_lock_lines{
    LockLine{"npm", "package-lock.json", "/NAME\": {"},
    LockLine{"npm", "package-lock.json", "\"NAME\": {", true},
    LockLine{"npm", "npm-shrinkwrap.json", "/NAME\": {"},
    LockLine{"npm", "yarn.lock", "NAME@", true, "yarn"},
    LockLine{"npm", "yarn.lock", "\"NAME@", true, "yarn"},
    LockLine{"npm", "pnpm-lock.yaml", "NAME@", true, "pnpm"},
    LockLine{"npm", "pnpm-lock.yaml", "'NAME@", true, "pnpm"},
    LockLine{"npm", "pnpm-lock.yaml", "/NAME@", true, "pnpm"},
    LockLine{"npm", "pnpm-lock.yaml", "/NAME/", true, "pnpm"},
    LockLine{"npm", "bun.lock", "\"NAME\": [", true, "bun"},
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
    LockLine{"pip", "requirements.in", "NAME", true},
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
  if (manager == "yarn" || manager == "pnpm" || manager == "bun") return "npm";
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

/// Where NAME stands in a line that names the package in this form; npos when it does not.
std::size_t name_in(std::string_view line, const LockLine &form, const std::string &name) {
  const auto place = form.pattern.find("NAME");
  const auto before = form.pattern.substr(0, place), after = form.pattern.substr(place + 4);
  const auto wanted = std::string(before) + name + std::string(after);
  const auto whole_word = [&](std::size_t at) {
    const bool begins = !before.empty() || at == 0 || !part_of_word(line[at - 1]);
    return begins &&
           (!after.empty() || at + wanted.size() == line.size() || !part_of_word(line[at + wanted.size()]));
  };
  const auto start = form.start ? indent_of(line) : std::size_t{0};
  for (auto at = line.find(wanted, start); at != std::string_view::npos; at = line.find(wanted, at + 1)) {
    if (form.start && at != start) return std::string_view::npos;
    if (whole_word(at)) return at + before.size();
  }
  return std::string_view::npos;
}

/// "1.3.0" of `": "^1.3.0",`, `==1.3.0`, ` (1.3.0)`: from the first digit on, whatever belongs to a version.
std::string version_in(std::string_view text) {
  constexpr std::string_view k_digits = "0123456789",
                             k_more = ".+-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const auto start = text.find_first_of(k_digits);
  if (start == std::string_view::npos) return {};
  auto end = start;
  while (end < text.size() && (k_digits.find(text[end]) != std::string_view::npos ||
                               k_more.find(text[end]) != std::string_view::npos))
    ++end;
  return std::string(text.substr(start, end - start));
}

/// The value of a key `version` among the lines that belong to the entry of line `at`.
std::string version_below(const std::vector<std::string_view> &lines, std::size_t at, bool table) {
  constexpr std::size_t k_most_lines = 40;
  const auto indent = indent_of(lines[at]);
  for (auto i = at + 1; i < std::min(lines.size(), at + k_most_lines); ++i) {
    auto line = trimmed(lines[i]);
    if (line.empty() || line.starts_with('[')) return {};
    if (line.starts_with("<version>")) return version_in(line.substr(9));
    if (line.starts_with('"')) line.remove_prefix(1);
    // Keys of a table stand beside its name, those of a mapping below it.
    if (!table && indent_of(lines[i]) <= indent) return {};
    if (line.starts_with("version") && (line.size() == 7 || !part_of_word(line[7])))
      return version_in(line.substr(7));
  }
  return {};
}

/// Beside the name in maven's files.
bool is_element(const LockLine &form) {
  return form.pattern.starts_with('<');
}

/// The first line that names the package; of several versions in one file, the line of `version`.
std::optional<PackageEntry> entry_in(const std::string &text, const LockLine &form, const std::string &name,
                                     const std::string &version) {
  const auto lines = lines_of(text);
  const bool table = form.pattern.starts_with("name =") || is_element(form);
  std::optional<PackageEntry> best;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = form.family == "pip" ? same_name(lines[i], "pip") : std::string(lines[i]);
    const auto at = name_in(line, form, name);
    if (at == std::string::npos) continue;
    auto there = version_below(lines, i, table);
    if (there.empty() && !table) there = version_in(lines[i].substr(at + name.size()));
    const bool wanted = there == version;
    if (!best || wanted) best = PackageEntry{{std::string(form.file), static_cast<int>(i) + 1}, there};
    if (version.empty() || wanted) break;
  }
  return best;
}

/// The project's own package: its script stands in its manifest, not in a lock file.
std::optional<PackageEntry> own_script(const Package &package, const FileReader &read,
                                       const std::string &folder) {
  if (family_of(package.manager) != "npm" || package.stage.empty()) return std::nullopt;
  const auto manifest = read(folder + "package.json");
  if (!manifest || manifest->find("\"name\": \"" + package.name + '"') == std::string::npos)
    return std::nullopt;
  const auto lines = lines_of(*manifest);
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (trimmed(lines[i]).starts_with('"' + package.stage + "\":"))
      return PackageEntry{{folder + "package.json", static_cast<int>(i) + 1}, {}};
  return std::nullopt;
}

} // namespace

std::optional<PackageEntry> find_package(const Package &package, const FileReader &read,
                                         const std::vector<std::string> &folders) {
  const auto family = family_of(package.manager);
  auto name = same_name(package.name, family);
  if (family == "maven") name = name.substr(name.rfind(':') + 1);
  if (name.empty()) return std::nullopt;
  for (const auto &folder : folders) {
    if (auto own = own_script(package, read, folder)) return own;
    for (const bool own : {true, false})
      for (const auto &form : k_lock_lines) {
        if (form.family != family || own != (form.manager == package.manager)) continue;
        const auto text = read(folder + std::string(form.file));
        if (!text) continue;
        if (auto entry = entry_in(*text, form, name, package.version)) {
          entry->place.file = folder + entry->place.file;
          return entry;
        }
      }
  }
  return std::nullopt;
}

bool is_package_file(std::string_view name) {
  return std::any_of(k_lock_lines.begin(), k_lock_lines.end(),
                     [&](const LockLine &form) { return form.file == name; });
}

} // namespace buildprint

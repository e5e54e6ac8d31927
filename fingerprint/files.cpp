#include "fingerprint/files.hpp"

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "fingerprint/packages.hpp"

namespace buildprint {
namespace {

/// "left-pad" of "npm:left-pad postinstall".
std::string_view package_name(std::string_view package) {
  package.remove_prefix(std::min(package.size(), package.find(':') + 1));
  return package.substr(0, package.find(' '));
}

/// What nobody runs: hooks that are copied into every new repository, and beside programs what a tool makes
/// up while it installs one. The program's own name comes by a rename.
bool is_inert(std::string_view sink, std::string_view path) {
  // tempfile of Rust, RubyGems and others; `cargo install`; pnpm's path-temp.
  static const std::array k_made_up = {Pattern::parse(R"(\..+)"),
                                       Pattern::parse("cargo-install[A-Za-z0-9]{6}"),
                                       Pattern::parse("_tmp_[0-9]+_[0-9a-f]+")};
  const auto is = [&](const Pattern &pattern) { return pattern.matches(file_name(path)); };
  return path.ends_with(".sample") || (sink == "programs" && std::ranges::any_of(k_made_up, is));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "loop<n>" of "loop7", "cpu/<n>/msr", "i2c-<n>": which of several is chance. Not of "i2c": within a word.
std::string without_numbers(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    auto end = i;
    while (end < name.size() && is_digit(name[end])) ++end;
    const auto is_letter = [&](std::size_t at) {
      return at < name.size() && name[at] >= 'a' && name[at] <= 'z';
    };
    const bool within = i > 0 && is_letter(i - 1) && is_letter(end);
    if (end > i && !within)
      out += "<n>";
    else
      out.append(name.substr(i, std::max<std::size_t>(end - i, 1)));
    i = std::max(end, i + 1);
  }
  return out;
}

Object class_of(std::string_view canonical) {
  using object::FileClass;
  if (canonical.starts_with("$WS")) {
    const auto git = canonical.find("/.git");
    const bool inside =
        git != std::string_view::npos && (git + 5 == canonical.size() || canonical[git + 5] == '/');
    return inside ? FileClass::git_directory : FileClass::workspace;
  }
  if (canonical.starts_with("$TMP")) return FileClass::temporary;
  if (canonical.starts_with("$CACHE")) return FileClass::cache;
  if (canonical.starts_with("$HOME")) return FileClass::home;
  if (canonical.starts_with("/dev/") || canonical.starts_with("/proc/")) return {};
  return FileClass::system;
}

} // namespace

void TemporaryFiles::add(Origin &origin, ProgramId program) {
  for (auto &slot : origin.programs) {
    if (slot == program) return;
    if (slot != 0) continue;
    slot = program;
    return;
  }
  origin.many = true;
}

void TemporaryFiles::use(const FileUse &use, ProgramId by) {
  if (use.access == FileAccess::read || use.access == FileAccess::permissions) return;
  const bool moves = use.access == FileAccess::rename_to || use.access == FileAccess::link_to;
  const bool temporary = roots_.sentinel_of(use.path) == "$TMP";
  if (!temporary && !moves) return;
  if (use.access == FileAccess::remove) {
    files_.erase(secret_hash(use.path));
    return;
  }
  Origin origin;
  if (moves) {
    const auto from = files_.find(secret_hash(use.target));
    if (from != files_.end()) {
      origin = from->second;
      if (use.access == FileAccess::rename_to) files_.erase(from);
    }
  } else if (use.access == FileAccess::write) {
    const auto before = files_.find(secret_hash(use.path));
    if (before != files_.end()) origin = before->second;
  }
  if (!temporary) return;
  enter_directories_above(use.path, by);
  add(origin, by);
  files_[secret_hash(use.path)] = origin;
}

void TemporaryFiles::enter_directories_above(std::string_view path, ProgramId program) {
  // Their removal is not seen either; a suite that makes a directory for each of a million tests must not
  // make memory for each.
  constexpr std::size_t k_most_directories = 65'536;
  for (auto slash = path.rfind('/'); slash != 0 && slash != std::string_view::npos; slash = path.rfind('/')) {
    path = path.substr(0, slash);
    if (roots_.is_root(path) || directories_.size() >= k_most_directories) return;
    if (!directories_.emplace(secret_hash(path), program).second) return; // those above it are known, too
  }
}

ToolSet TemporaryFiles::first_users(std::string_view path) const {
  const auto found = directories_.find(secret_hash(path));
  return found == directories_.end() ? 0 : graph_.tools(found->second);
}

std::optional<ToolSet> TemporaryFiles::makers(std::string_view path) const {
  const auto found = files_.find(secret_hash(path));
  if (found == files_.end()) return std::nullopt;
  ToolSet tools = 0;
  for (const auto program : found->second.programs) tools |= program == 0 ? 0 : graph_.tools(program);
  return tools;
}

Writers TemporaryFiles::writers(std::string_view path) const {
  const auto found = files_.find(secret_hash(path));
  if (found == files_.end()) return {};
  Writers writers;
  writers.many = found->second.many;
  if (writers.many) return writers;
  for (const auto program : found->second.programs)
    if (program != 0) writers.programs.push_back(graph_.program(program));
  std::ranges::sort(writers.programs);
  return writers;
}

bool is_of_a_tree(FileAccess access) {
  return access == FileAccess::rename_to || access == FileAccess::link_to || access == FileAccess::symlink_to;
}

std::string FileClasses::canonical(std::string_view raw) const {
  return roots_.map(merged_system_path(raw), nullptr);
}

Object FileClasses::written(const FileUse &use, std::string_view package, Trace *trace) const {
  const auto path = canonical(use.path);
  const auto sink = rules_.sinks.find(path);
  // What lies below is not known, so that it may be what somebody runs.
  const bool tree = sink.empty() && is_of_a_tree(use.access) && !rules_.sinks.first_below(path).empty();
  Object object;
  if (tree || (!sink.empty() && !is_inert(sink, path))) {
    object = object::Sink{path};
  } else if (use.tracked) {
    object = object::TrackedFile{path};
  } else if (!package.empty()) {
    const auto other = installed_package(path);
    const bool temporary = path.starts_with("$TMP") || path.starts_with("$CACHE");
    // Managers link programs outside of any step; what tools keep in .cache and the like nobody runs.
    const bool kept = other.starts_with('.') && other != ".bin";
    if (!other.empty() && !temporary && other != package_name(package) && !kept)
      object = object::Sink{std::string(path.data(), other.data() + other.size())};
  }
  // Semaphores and shared memory are no files to their programs, and come with the number of workers.
  if (object.empty() && !use.path.starts_with("/dev/shm/")) object = class_of(path);
  note(trace, "R13", use.path, object.text());
  return object;
}

Object FileClasses::device(const FileUse &use, Trace *trace) const {
  const std::string_view text = use.device;
  const auto kind = text.substr(0, text.find(' ')),
             name = text.substr(std::min(text.size(), kind.size() + 1));
  const bool numbered = !name.empty() && is_digit(name.front()); // it has no name, and may be anything
  std::string path = "/dev/";
  if (kind == "disk" || numbered)
    path += '<' + std::string(kind) + '>';
  else
    path += without_numbers(escape_name(name));
  Object object;
  const bool block = kind == "disk" || kind == "block";
  if (block || numbered || !rules_.sinks.find(path).empty()) object = object::Sink{path};
  note(trace, "R13", use.path + " is " + use.device, object.text());
  return object;
}

Object FileClasses::read(const FileUse &use, const NameContext &context, Trace *trace) const {
  return secret(rules_.secrets.find(canonical(use.path)), use, context, trace);
}

Object FileClasses::taken(const FileUse &use, const NameContext &context, Trace *trace) const {
  const auto path = canonical(use.path);
  const auto kind = rules_.secrets.find(path);
  return secret(kind.empty() ? rules_.secrets.first_below(path) : kind, use, context, trace);
}

Object FileClasses::secret(std::string_view kind, const FileUse &use, const NameContext &context,
                           Trace *trace) const {
  if (kind.empty()) return {};
  Object object = object::Secret{std::string(kind), namer_.path(use.path, false, context, nullptr)};
  note(trace, "R13", use.path, object.text());
  return object;
}

} // namespace buildprint

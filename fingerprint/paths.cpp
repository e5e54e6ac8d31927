#include "fingerprint/paths.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace buildprint {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// `path` is `root` or lies below it: whole segments only, "/tmpfiles" is not below "/tmp". The last
/// character is looked at first: it tells most apart, and this is asked many times for every file.
bool is_under(std::string_view path, std::string_view root) {
  return path.size() >= root.size() && path[root.size() - 1] == root.back() && path.starts_with(root) &&
         (path.size() == root.size() || path[root.size()] == '/');
}

/// Where one version stands in a segment.
struct Span {
  std::size_t begin = std::string_view::npos, end = 0;
  explicit operator bool() const { return begin != std::string_view::npos; }
};

/// "12" (a whole segment), "gcc-12", "java-17-openjdk", "python3.11" (what follows the major version),
/// "perl5.36.0". Not: "sha256sum", "base64", "x86_64", "python3", "mkfs.ext4".
Span version_span(std::string_view segment) {
  if (version_end(segment, 0) == segment.size() && !segment.empty()) return {0, segment.size()};
  for (std::size_t i = 1; i < segment.size(); ++i) {
    const auto end = version_end(segment, i);
    if (end == std::string_view::npos) continue;
    const bool at_border = end == segment.size() || segment[end] == '-';
    if (segment[i - 1] == '-' && at_border) return {i, end};
    const auto dot = segment.find('.', i);
    if (is_letter(segment[i - 1]) && dot < end && at_border) return {dot + 1, end};
    i = end - 1;
  }
  return {};
}

constexpr std::array<std::string_view, 8> k_architectures{"x86_64", "aarch64", "i686",        "i386",
                                                          "arm",    "riscv64", "powerpc64le", "s390x"};

/// "x86_64-linux-gnu", at the start of a segment: its length, 0 when there is none.
std::size_t triple_length(std::string_view segment) {
  if (segment.find('-') == std::string_view::npos) return 0; // nearly all
  for (const auto architecture : k_architectures) {
    if (!segment.starts_with(architecture)) continue;
    for (const std::string_view system : {"-linux-gnueabihf", "-linux-gnu", "-linux-musl", "-pc-linux-gnu",
                                          "-unknown-linux-gnu", "-redhat-linux"})
      if (segment.substr(architecture.size()).starts_with(system)) {
        const auto length = architecture.size() + system.size();
        if (length == segment.size() || segment[length] == '-') return length;
      }
  }
  return 0;
}

void append_without_versions(std::string &out, std::string_view segment) {
  if (const auto triple = triple_length(segment)) {
    out += "<triple>";
    segment.remove_prefix(triple);
  }
  const auto span = version_span(segment);
  out += segment.substr(0, span.begin);
  if (!span) return;
  out += "<v>";
  out += segment.substr(span.end);
}

/// The length of a hash that begins at `at`, 0 when none does. Hashes stand between characters that are no
/// letters or digits.
std::size_t hash_length(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_hex(text[end])) ++end;
  const auto closed = [&](std::size_t i) {
    return i >= text.size() || !(is_digit(text[i]) || is_letter(text[i]));
  };
  if (end - at >= 16 && closed(end)) return end - at;
  // A UUID: 8-4-4-4-12.
  if (end - at != 8) return 0;
  for (const std::size_t group : {4, 4, 4, 12}) {
    if (end >= text.size() || text[end] != '-') return 0;
    const auto start = ++end;
    while (end < text.size() && is_hex(text[end])) ++end;
    if (end - start != group) return 0;
  }
  return closed(end) ? end - at : 0;
}

/// Nix names its outputs /nix/store/HASH-NAME, in its own base 32 (no e, o, t, u).
std::size_t store_hash_length(std::string_view text, std::size_t at) {
  constexpr std::string_view k_store = "/nix/store/";
  constexpr std::string_view k_digits = "0123456789abcdfghijklmnpqrsvwxyz";
  if (at != k_store.size() || !text.starts_with(k_store) || text.size() < at + 33 || text[at + 32] != '-')
    return 0;
  return text.substr(at, 32).find_first_not_of(k_digits) == std::string_view::npos ? 32 : 0;
}

/// Absolute, and no segment is empty or begins with a dot: as the kernel names nearly all.
bool is_plain(std::string_view path) {
  if (path.size() < 2 || !path.starts_with('/')) return false;
  for (std::size_t i = 0; i < path.size(); ++i)
    if (path[i] == '/' && (i + 1 == path.size() || path[i + 1] == '/' || path[i + 1] == '.')) return false;
  return true;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> k_merged{{{"/bin", "/usr/bin"},
                                                                                 {"/sbin", "/usr/sbin"},
                                                                                 {"/lib", "/usr/lib"},
                                                                                 {"/lib32", "/usr/lib32"},
                                                                                 {"/lib64", "/usr/lib64"},
                                                                                 {"/libx32", "/usr/libx32"},
                                                                                 {"/var/run", "/run"},
                                                                                 {"/var/lock", "/run/lock"}}};

constexpr std::array<std::string_view, 10> k_system_directories{
    "/usr/bin",    "/usr/sbin",    "/usr/lib",   "/usr/lib32", "/usr/lib64",
    "/usr/libx32", "/usr/libexec", "/usr/local", "/usr/share", "/usr/games"};

} // namespace

std::size_t version_end(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_digit(text[at])) return std::string_view::npos;
  std::size_t end = at;
  while (end < text.size() &&
         (is_digit(text[end]) || (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1]))))
    ++end;
  return end;
}

std::string absolute_path(std::string_view directory, std::string_view path) {
  if (is_plain(path)) return std::string(path);
  std::vector<std::string_view> kept;
  const auto walk = [&](std::string_view part) {
    for (const auto segment : split(part, '/')) {
      if (segment.empty() || segment == ".") continue;
      if (segment != "..")
        kept.push_back(segment);
      else if (!kept.empty())
        kept.pop_back();
    }
  };
  if (!path.starts_with('/')) walk(directory);
  walk(path);
  std::string out;
  for (const auto segment : kept) (out += '/') += segment;
  return out.empty() ? "/" : out;
}

std::string spelled_path(std::string_view directory, std::string_view path) {
  std::string out = path.starts_with('/') ? std::string() : absolute_path("/", directory);
  if (out == "/") out.clear();
  const auto known = out.size();
  for (const auto segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    const auto above = out.rfind('/');
    if (segment != "..")
      (out += '/') += segment;
    else if (out.empty())
      continue;
    else if (out.size() <= known || leads_to_system_directory(out))
      out.resize(above);
    else
      out += "/..";
  }
  return out.empty() ? "/" : out;
}

bool climbs(std::string_view path) {
  return path == ".." || path.starts_with("../") || path.ends_with("/..") || path.find("/../") != path.npos;
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string merged_system_path(std::string_view path) {
  constexpr std::string_view k_initials = "bslv"; // of the names in the table
  if (path.size() < 2 || k_initials.find(path[1]) == std::string_view::npos) return std::string(path);
  for (const auto &[from, to] : k_merged)
    if (is_under(path, from)) return std::string(to) + std::string(path.substr(from.size()));
  return std::string(path);
}

bool in_system_directory(std::string_view path) {
  return path.starts_with("/usr/") &&
         std::ranges::any_of(k_system_directories,
                             [&](std::string_view directory) { return is_under(path, directory); });
}

bool leads_to_system_directory(std::string_view path) {
  return in_system_directory(path) || std::ranges::any_of(k_merged, [&](const auto &moved) {
           return is_under(path, moved.first) && in_system_directory(moved.second);
         });
}

std::string without_versions(std::string_view path, Trace *trace) {
  std::string out;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    append_without_versions(out, path.substr(begin, end - begin));
    if (end != path.size()) out += '/';
    begin = end + 1;
  }
  note(trace, "R6", path, out);
  return out;
}

std::string version_in(std::string_view path) {
  std::string version;
  for (auto segment : split(path, '/')) {
    segment.remove_prefix(triple_length(segment));
    const auto span = version_span(segment);
    if (!span) continue;
    // "python3.11": the reader wants "3.11", though only what follows the dot is taken out.
    auto begin = span.begin;
    while (begin > 0 && (is_digit(segment[begin - 1]) || segment[begin - 1] == '.')) --begin;
    version = segment.substr(begin, span.end - begin);
  }
  return version;
}

std::string without_hashes(std::string_view path, Trace *trace) {
  std::string out;
  std::size_t at = 0;
  while (at < path.size()) {
    const bool at_border = at == 0 || !(is_digit(path[at - 1]) || is_letter(path[at - 1]));
    std::size_t length = at_border ? hash_length(path, at) : 0;
    if (length == 0 && at_border) length = store_hash_length(path, at);
    if (length > 0)
      out += "<hash>";
    else
      out += path[at];
    at += std::max<std::size_t>(length, 1);
  }
  note(trace, "R5", path, out);
  return out;
}

std::string without_pids(std::string_view path, Trace *trace) {
  constexpr std::string_view k_proc = "/proc/";
  if (!path.starts_with(k_proc)) return std::string(path);
  std::size_t end = k_proc.size();
  while (end < path.size() && is_digit(path[end])) ++end;
  if (end == k_proc.size() || (end < path.size() && path[end] != '/')) return std::string(path);
  const auto out = "/proc/<pid>" + std::string(path.substr(end));
  note(trace, "R7", path, out);
  return out;
}

std::string without_own_pids(std::string_view path, const std::function<bool(std::uint64_t)> &is_own,
                             Trace *trace) {
  constexpr std::size_t k_shortest = 3, k_longest = 7; // PID_MAX_LIMIT is 2^22
  const bool made_up_here = path.starts_with('$') || path.starts_with('@') || path.starts_with("/run/user/");
  if (!made_up_here) return std::string(path);
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    auto end = at;
    while (end < path.size() && is_digit(path[end])) ++end;
    const auto digits = path.substr(at, end - at);
    const bool pid = digits.size() >= k_shortest && digits.size() <= k_longest && digits.front() != '0' &&
                     !out.ends_with('%') && is_own(std::stoull(std::string(digits)));
    end = std::max(end, at + 1);
    out += pid ? "<pid>" : path.substr(at, end - at);
    at = end;
  }
  note(trace, "R7", path, out);
  return out;
}

Roots::Roots(std::vector<Root> roots) : roots_(std::move(roots)) {
  // Where everybody may write, whatever TMPDIR says: a program there is a temporary one.
  for (const char *shared : {"/tmp", "/var/tmp", "/dev/shm"}) {
    const auto named = [&](const Root &root) { return root.path == shared; };
    if (std::none_of(roots_.begin(), roots_.end(), named)) roots_.push_back({shared, "$TMP"});
  }
  for (auto &root : roots_) root.path = absolute_path("/", root.path);
  std::erase_if(roots_, [](const Root &root) { return root.path == "/" || root.sentinel.empty(); });
  std::stable_sort(roots_.begin(), roots_.end(), [](const Root &a, const Root &b) {
    if (a.path.size() != b.path.size()) return a.path.size() > b.path.size();
    return (a.sentinel == "$WS") > (b.sentinel == "$WS");
  });
}

const Root *Roots::find(std::string_view path) const {
  for (const auto &root : roots_)
    if (is_under(path, root.path)) return &root;
  return nullptr;
}

std::string Roots::map(std::string_view path, Trace *trace) const {
  const Root *root = find(path);
  if (root == nullptr) return escape_name(path);
  std::string out;
  out.reserve(root->sentinel.size() + path.size());
  out += root->sentinel;
  append_escaped_name(out, path.substr(root->path.size()));
  note(trace, "R1", path, out);
  return out;
}

bool Roots::is_root(std::string_view path) const {
  const Root *root = find(path);
  return root != nullptr && root->path.size() == path.size();
}

std::string_view Roots::sentinel_of(std::string_view path) const {
  const Root *root = find(path);
  return root == nullptr ? std::string_view() : std::string_view(root->sentinel);
}

} // namespace buildprint

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/escape.hpp"
#include "fingerprint/trace.hpp"
#include "recorder/recording.hpp"

namespace buildprint {

/// `path`, absolute through `directory`, without "//", "." and "..". Lexical: symlinks are the recorder's.
std::string absolute_path(std::string_view directory, std::string_view path);
/// As absolute_path(), but "a/.." stays where `a` could be a symbolic link that the build made: then the
/// kernel goes elsewhere. `directory` is the kernel's own word, and holds none; so are what only root writes.
std::string spelled_path(std::string_view directory, std::string_view path);
/// A segment of it is "..".
bool climbs(std::string_view path);

/// The last segment.
std::string_view file_name(std::string_view path);

/// The same file under its one name where a system has merged directories: /bin → /usr/bin, /var/run → /run.
std::string merged_system_path(std::string_view path);

/// Where programs of the system live. REQUIRES: merged_system_path() was applied.
bool in_system_directory(std::string_view path);
/// As in_system_directory(merged_system_path(path)).
bool leads_to_system_directory(std::string_view path);

/// "12", "5.36.0": digits and dots, from `at` on; the end of it, or npos where there is no digit.
std::size_t version_end(std::string_view text, std::size_t at);
/// R6: versions and target triples of a path below a system directory.
std::string without_versions(std::string_view path, Trace *trace);
/// The version that R6 takes out of `path`; empty when there is none.
std::string version_in(std::string_view path);

/// R5: hexadecimal runs of 16 or more, UUIDs, store hashes.
std::string without_hashes(std::string_view path, Trace *trace);

/// R7: /proc/123 → /proc/<pid>.
std::string without_pids(std::string_view path, Trace *trace);
/// R7: each whole number of a canonical path that `is_own` takes for the user's own process → <pid>; only
/// where builds make up names, and only numbers that are too long to be words of their own.
std::string without_own_pids(std::string_view path, const std::function<bool(std::uint64_t)> &is_own,
                             Trace *trace);

/// R1: the run's directories, longest first.
class Roots {
 public:
  explicit Roots(std::vector<Root> roots);
  /// `path` with its root's sentinel, the rest escaped; a path under no root is escaped only.
  std::string map(std::string_view path, Trace *trace) const;
  /// The sentinel of the root that `path` lies under; empty when there is none.
  std::string_view sentinel_of(std::string_view path) const;
  bool is_root(std::string_view path) const;

 private:
  const Root *find(std::string_view path) const;
  std::vector<Root> roots_;
};

} // namespace buildprint

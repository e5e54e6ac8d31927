#include "recorder/annotate.hpp"

#include <pwd.h>
#include <sys/stat.h>

#include <array>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/git.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

/// Where a distribution keeps programs; others' contents change with every build.
constexpr std::array k_program_trees{"/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/libexec/", "/usr/local/",
                                     "/bin/",     "/sbin/",     "/lib/",     "/opt/",         "/nix/store/"};

bool is_system_program(const std::string &path) {
  for (const auto *tree : k_program_trees)
    if (path.starts_with(tree)) return true;
  return false;
}

bool is_still(const std::string &path, const FileIdentity &identity) {
  struct stat now {};
  return ::stat(path.c_str(), &now) == 0 && S_ISREG(now.st_mode) && now.st_ino == identity.inode &&
         now.st_dev == identity.device;
}

/// The files of the repository around `directory`, under the names that they have when it is called `seen`.
std::unordered_set<std::string> tracked_files(const std::string &directory, const std::string &seen) {
  std::unordered_set<std::string> tracked;
  try {
    const auto repository = GitRepository::containing(directory);
    const auto top = repository ? repository->workdir() : std::nullopt;
    if (!top) return tracked;
    for (const auto &path : repository->tracked_files()) {
      const auto here = (*top / path).string();
      if (directory == seen)
        tracked.insert(printable(here));
      else if (here.starts_with(directory + '/'))
        tracked.insert(seen + printable(here.substr(directory.size())));
    }
  } catch (const Error &) {
    // Without an index that can be read, nothing is tracked.
  }
  return tracked;
}

/// The directories between `top` and `files`.
std::unordered_set<std::string> directories_above(const std::unordered_set<std::string> &files,
                                                  const std::string &top) {
  std::unordered_set<std::string> directories;
  for (const auto &file : files)
    for (auto slash = file.rfind('/'); slash != std::string::npos && slash > top.size();
         slash = file.rfind('/', slash - 1))
      if (!directories.insert(file.substr(0, slash)).second) break; // those above it are known, too
  return directories;
}

} // namespace

std::string Surroundings::name_on_this_machine(std::uint32_t uid) {
  const passwd *entry = ::getpwuid(uid);
  return entry == nullptr ? "" : printable(entry->pw_name);
}

Annotator::Annotator(const RunInfo &run, Surroundings surroundings, EventSink sink)
    : surroundings_(std::move(surroundings)), sink_(std::move(sink)) {
  const auto add_tree = [this](const std::string &here, const std::string &seen) {
    auto files = tracked_files(here, seen);
    above_tracked_.merge(directories_above(files, seen));
    tracked_.merge(files);
  };
  if (surroundings_.programs)
    for (const auto &root : run.roots)
      if (root.sentinel == "$WS") add_tree(root.path, root.path);
  for (const auto &[here, seen] : surroundings_.trees) add_tree(here, seen);
}

bool Annotator::is_tracked(const std::string &path) const {
  return tracked_.contains(path) || above_tracked_.contains(path);
}

void Annotator::name_user(const Event &event, std::uint32_t uid) {
  if (!named_.insert(uid).second) return;
  if (auto name = surroundings_.user_name(uid); !name.empty())
    sink_({event.time_ns, event.actor, event.credentials, UserName{uid, std::move(name)}});
}

void Annotator::add(Event event) {
  name_user(event, event.credentials.ruid);
  name_user(event, event.credentials.euid);
  FileUse gone; // what a rename took away from its tracked name
  if (auto *use = std::get_if<FileUse>(&event.body)) {
    const bool renamed = use->access == FileAccess::rename_to;
    // The name of a directory stands for all that is tracked in it when a tree comes there, or another place.
    if (!use->device.empty()) use->device = devices_.name(use->device);
    use->tracked = renamed || use->access == FileAccess::symlink_to ? is_tracked(use->path)
                                                                    : tracked_.contains(use->path);
    if (renamed && is_tracked(use->target)) gone = {FileAccess::remove, use->target, use->file, true, {}};
  }
  if (const auto *exec = std::get_if<Exec>(&event.body))
    if (surroundings_.programs && !exec->memory_only && is_system_program(exec->exe))
      programs_.try_emplace(exec->exe, exec->file);
  last_ns_ = event.time_ns;
  sink_(event);
  if (!gone.path.empty()) sink_({event.time_ns, event.actor, event.credentials, std::move(gone)});
}

void Annotator::finish() {
  for (const auto &[exe, identity] : programs_) {
    if (!is_still(exe, identity)) continue;
    try {
      sink_({last_ns_, {}, {}, ProgramContent{exe, file_digest(exe)}});
    } catch (const Error &) {
      // A program that only its owner can read has no content here.
    }
  }
}

} // namespace buildprint

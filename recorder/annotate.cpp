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

} // namespace

std::string Surroundings::name_on_this_machine(std::uint32_t uid) {
  const passwd *entry = ::getpwuid(uid);
  return entry == nullptr ? "" : printable(entry->pw_name);
}

Annotator::Annotator(const RunInfo &run, Surroundings surroundings, EventSink sink)
    : surroundings_(std::move(surroundings)), sink_(std::move(sink)) {
  if (surroundings_.programs)
    for (const auto &root : run.roots)
      if (root.sentinel == "$WS") tracked_.merge(tracked_files(root.path, root.path));
  for (const auto &[here, seen] : surroundings_.trees) tracked_.merge(tracked_files(here, seen));
}

void Annotator::name_user(const Event &event, std::uint32_t uid) {
  if (!named_.insert(uid).second) return;
  if (auto name = surroundings_.user_name(uid); !name.empty())
    sink_({event.time_ns, event.actor, event.credentials, UserName{uid, std::move(name)}});
}

void Annotator::add(Event event) {
  name_user(event, event.credentials.ruid);
  name_user(event, event.credentials.euid);
  if (auto *use = std::get_if<FileUse>(&event.body)) use->tracked = tracked_.contains(use->path);
  if (const auto *exec = std::get_if<Exec>(&event.body))
    if (surroundings_.programs && !exec->memory_only && is_system_program(exec->exe))
      programs_.try_emplace(exec->exe, exec->file);
  last_ns_ = event.time_ns;
  sink_(event);
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

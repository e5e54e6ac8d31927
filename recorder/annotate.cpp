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

std::unordered_set<std::string> tracked_files(const std::string &workspace) {
  std::unordered_set<std::string> tracked;
  try {
    const auto repository = GitRepository::containing(workspace);
    const auto top = repository ? repository->workdir() : std::nullopt;
    if (!top) return tracked;
    for (const auto &path : repository->tracked_files()) tracked.insert(printable((*top / path).string()));
  } catch (const Error &) {
    // Without an index that can be read, nothing is tracked.
  }
  return tracked;
}

} // namespace

Annotator::Annotator(const RunInfo &run, EventSink sink) : sink_(std::move(sink)) {
  for (const auto &root : run.roots)
    if (root.sentinel == "$WS") tracked_.merge(tracked_files(root.path));
}

void Annotator::name_user(const Event &event, std::uint32_t uid) {
  if (!named_.insert(uid).second) return;
  if (const passwd *entry = ::getpwuid(uid))
    sink_({event.time_ns, event.actor, event.credentials, UserName{uid, printable(entry->pw_name)}});
}

void Annotator::add(Event event) {
  name_user(event, event.credentials.ruid);
  name_user(event, event.credentials.euid);
  if (auto *use = std::get_if<FileUse>(&event.body)) use->tracked = tracked_.contains(use->path);
  if (const auto *exec = std::get_if<Exec>(&event.body))
    if (!exec->memory_only && is_system_program(exec->exe)) programs_.try_emplace(exec->exe, exec->file);
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

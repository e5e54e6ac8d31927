#include "recorder/identity.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

std::optional<uid_t> number_in(std::string_view text) {
  uid_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Identity identity_of(const passwd &entry, Identity::Source source) {
  return {source, entry.pw_uid, entry.pw_gid, entry.pw_name, entry.pw_dir, {}};
}

Identity own_identity() {
  Identity own;
  if (const passwd *entry = ::getpwuid(::geteuid()))
    own = identity_of(*entry, Identity::Source::unchanged);
  else
    own.name = std::to_string(::geteuid());
  own.uid = ::geteuid();
  own.gid = ::getegid();
  return own;
}

Identity asked_identity(const std::string &user) {
  const passwd *entry = ::getpwnam(user.c_str());
  const auto number = number_in(user);
  if (entry == nullptr && number) entry = ::getpwuid(*number);
  if (entry != nullptr) return identity_of(*entry, Identity::Source::asked);
  // A container often runs as a number that no file names.
  if (number) return {Identity::Source::asked, *number, static_cast<gid_t>(*number), user, "/", {}};
  throw Error("there is no user " + printable(user), "give a name or number that `getent passwd` lists");
}

std::optional<Identity> user_behind_sudo() {
  const char *text = std::getenv("SUDO_UID");
  const auto uid = text == nullptr ? std::nullopt : number_in(text);
  if (!uid || *uid == 0) return std::nullopt;
  const passwd *entry = ::getpwuid(*uid);
  if (entry == nullptr) return std::nullopt;
  return identity_of(*entry, Identity::Source::sudo);
}

std::optional<std::string> value_in(const std::vector<std::string> &environment, std::string_view name) {
  for (const auto &entry : environment)
    if (entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
  return std::nullopt;
}

void set(std::vector<std::string> &environment, std::string_view name, const std::string &value) {
  std::erase_if(environment, [&](const std::string &entry) {
    return entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=';
  });
  environment.push_back(std::string(name) + '=' + value);
}

/// PATH as it was before sudo's secure_path: /proc/PID/environ is what the sudo process was started with.
std::optional<std::string> path_before_sudo() {
  const std::string parent = "/proc/" + std::to_string(::getppid());
  try {
    if (read_file(parent + "/comm") != "sudo\n") return std::nullopt;
    std::vector<std::string> environment;
    const auto content = read_file(parent + "/environ");
    for (const auto entry : split(content, '\0')) environment.emplace_back(entry);
    return value_in(environment, "PATH");
  } catch (const Error &) {
    return std::nullopt; // sudo is gone already: its PATH stays
  }
}

bool has_root() {
  uid_t real = 0, effective = 0, saved = 0;
  ::getresuid(&real, &effective, &saved);
  return effective == 0 || saved == 0;
}

void require(int result, const char *what) {
  if (result != 0) throw system_error(what, errno);
}

Identity choose_user(const std::optional<std::string> &user) {
  if (user) {
    auto asked = asked_identity(*user);
    if (::geteuid() != 0 && asked.uid != ::geteuid())
      throw Error("only root can record as " + asked.name, "drop --user, or run buildprint with sudo");
    return asked;
  }
  if (::geteuid() == 0)
    if (auto behind = user_behind_sudo()) return *behind;
  return own_identity();
}

std::vector<std::string> environment_for(const Identity &identity) {
  std::vector<std::string> environment;
  for (char **entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  if (identity.source == Identity::Source::unchanged) return environment;
  if (const auto path = path_before_sudo()) set(environment, "PATH", *path);
  // A HOME that is not root's own was chosen for the command.
  const passwd *root = ::getpwuid(0);
  const auto home = value_in(environment, "HOME");
  if (home && root != nullptr && *home != root->pw_dir && !value_in(environment, "SUDO_UID"))
    return environment;
  set(environment, "HOME", identity.home);
  set(environment, "USER", identity.name);
  set(environment, "LOGNAME", identity.name);
  // The command runs as the user, not through sudo: git and others would act on these.
  std::erase_if(environment, [](const std::string &entry) { return entry.starts_with("SUDO_"); });
  return environment;
}

} // namespace

Identity choose_identity(const std::optional<std::string> &user) {
  auto identity = choose_user(user);
  identity.environment = environment_for(identity);
  return identity;
}

void act_as(const Identity &identity) {
  if (::geteuid() == identity.uid) return;
  require(::initgroups(identity.name.c_str(), identity.gid), "cannot set the groups of the command's user");
  require(::setegid(identity.gid), "cannot switch to the command's group");
  require(::seteuid(identity.uid), "cannot switch to the command's user");
}

void as_root(const std::function<void()> &work) {
  const uid_t user = ::geteuid();
  const bool reserve = user != 0 && has_root();
  if (reserve) require(::seteuid(0), "cannot regain root");
  try {
    work();
  } catch (...) {
    if (reserve) require(::seteuid(user), "cannot switch to the command's user");
    throw;
  }
  if (reserve) require(::seteuid(user), "cannot switch to the command's user");
}

void become(const Identity &identity) {
  if (!has_root() || identity.uid == 0) return;
  require(::seteuid(0), "cannot regain root");
  require(::initgroups(identity.name.c_str(), identity.gid), "cannot set the groups of the command's user");
  require(::setresgid(identity.gid, identity.gid, identity.gid), "cannot become the command's group");
  require(::setresuid(identity.uid, identity.uid, identity.uid), "cannot become the command's user");
}

} // namespace buildprint

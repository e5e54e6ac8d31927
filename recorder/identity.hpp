#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buildprint {

/// Whom the recorded command runs as.
struct Identity {
  enum class Source : std::uint8_t {
    unchanged, ///< whoever started buildprint
    asked,     ///< --user
    sudo,      ///< the user behind sudo
  };
  Source source = Source::unchanged;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name, home; ///< `name` is the number where the system knows none
  /// "NAME=VALUE": what the command would have without buildprint, and without the sudo that started it.
  std::vector<std::string> environment;
};

/// `user` is a name or a number. Throws Error for one that does not exist, or that only root may become.
Identity choose_identity(const std::optional<std::string> &user);

// Three states of a recorder that root started: root, acting as the command's user with root in reserve,
// and that user for good. For an identity that is the process's own, all of them are the same.

/// Files are opened and made as `identity` from here on; root is kept in reserve for as_root().
void act_as(const Identity &identity);

/// Runs `work` with the root that act_as() kept in reserve, if any.
void as_root(const std::function<void()> &work);

/// Becomes `identity` for good, its groups included, out of root or root in reserve. Throws Error.
void become(const Identity &identity);

} // namespace buildprint

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/fd.hpp"

namespace buildprint {

/// Where directories lie that system calls named, symbolic links resolved, as the naming process's root sees
/// them: a moment after the call, so a link that is changed at once may escape. Asks the kernel's name cache
/// first, which has just been used for the same name.
class DirectoryResolver {
 public:
  /// `directory` is absolute. Empty when it cannot be said any more.
  std::string resolve(std::uint32_t pid, const std::string &directory);
  /// What was found holds only for a moment.
  void forget();

 private:
  const Fd &root_of(std::uint32_t pid);

  std::map<std::uint32_t, Fd> roots_;
  std::map<std::pair<std::uint32_t, std::string>, std::string> resolved_;
};

} // namespace buildprint

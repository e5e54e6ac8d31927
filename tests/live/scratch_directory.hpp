#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace buildprint {

/// A directory of the test's own, with what is in it.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = "/tmp/buildprint-live-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw Error("cannot make a directory in /tmp");
    path_ = name;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory &) = delete;
  ScratchDirectory &operator=(const ScratchDirectory &) = delete;

  const std::string &path() const { return path_; }

 private:
  std::string path_;
};

} // namespace buildprint

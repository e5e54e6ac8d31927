#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file.hpp"
#include "tests/catch.hpp"

namespace buildprint {

/// `actual` is what stands in tests/golden/PATH. With UPDATE_GOLDEN in the environment the file is written
/// instead: tests/update_golden.sh does so and shows what changed.
inline void require_golden(const std::string &path, const std::string &actual) {
  const auto file = std::filesystem::path(GOLDEN_DIRECTORY) / path;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    write_file_atomically(file, actual);
  }
  INFO("golden file " << file << "; tests/update_golden.sh rewrites it");
  CHECK(actual == read_file(file));
}

} // namespace buildprint

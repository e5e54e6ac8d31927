#include "base/file.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "base/error.hpp"
#include "tests/catch.hpp"

using namespace buildprint;
namespace fs = std::filesystem;

namespace {

struct TemporaryDirectory {
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "buildprint-test-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~TemporaryDirectory() { fs::remove_all(path); }
  fs::path path;
};

std::size_t entries(const fs::path &directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

} // namespace

TEST_CASE("an atomic write replaces the whole file and leaves nothing beside it") {
  const TemporaryDirectory scratch;
  const auto path = scratch.path / "f.json";
  write_file_atomically(path, "old, and longer than the new one");
  write_file_atomically(path, "new");
  CHECK(read_file(path) == "new");
  CHECK(entries(scratch.path) == 1);
}

TEST_CASE("a failed write says what to do and keeps the old file") {
  const TemporaryDirectory scratch;
  CHECK_THROWS_AS(write_file_atomically(scratch.path / "no" / "such", "x"), Error);
  try {
    require_writable(scratch.path / "no" / "such");
    FAIL("no error");
  } catch (const Error &error) {
    CHECK(std::string(error.what()).find("No such file or directory") != std::string::npos);
    CHECK(error.remedy().find("mkdir -p") != std::string::npos);
  }
  CHECK_THROWS_AS(write_file_atomically("/dev/full/x", "x"), Error);
}

TEST_CASE("a directory is refused as a result") {
  const TemporaryDirectory scratch;
  CHECK_THROWS_AS(require_writable(scratch.path), Error);
}

// Lock files, manifests and recipes of the change under test, in which findings are given a line.

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "diff/attribution.hpp"

using namespace buildprint;

namespace {

namespace fs = std::filesystem;

constexpr std::array k_files{"package-lock.json", "yarn.lock",        "pnpm-lock.yaml", "package.json",
                             "Cargo.lock",        "poetry.lock",      "go.sum",         "Gemfile.lock",
                             "pom.xml",           "requirements.txt", "Makefile",       "build.gradle"};
constexpr std::array k_managers{"npm", "cargo", "pip", "go", "gem", "maven"};

struct ScratchDirectory {
  fs::path path = fs::temp_directory_path() / ("fuzz-locate-" + std::to_string(::getpid()));
  ScratchDirectory() { fs::create_directories(path); }
  ~ScratchDirectory() { fs::remove_all(path); }
};

} // namespace

/// The first byte chooses the file, the rest is its content.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
  static const ScratchDirectory scratch;
  if (size == 0) return 0;
  const auto path = scratch.path / k_files[data[0] % k_files.size()];
  std::ofstream(path).write(reinterpret_cast<const char *>(data) + 1, static_cast<std::streamsize>(size - 1));
  std::vector<Finding> findings;
  for (const char *manager : k_managers) {
    Finding finding;
    finding.package = Package{manager, "left-pad", "1.3.1", "postinstall", ""};
    findings.push_back(finding);
  }
  Finding script;
  NewBehavior fresh;
  fresh.behavior.kind = Kind::exec;
  fresh.behavior.lineage = parse_lineage_text("/usr/bin/make > /usr/bin/sh -c > /usr/bin/curl");
  script.behaviors = {fresh};
  findings.push_back(script);
  locate(findings, scratch.path);
  for (const auto &finding : findings)
    if (finding.where && finding.where->line < 1) std::abort();
  fs::remove(path);
  return 0;
}

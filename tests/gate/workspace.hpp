#pragma once

#include <string>
#include <vector>

#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/rules.hpp"
#include "tests/scratch_repository.hpp"
#include "tests/support/behavior.hpp"

namespace buildprint::test {

/// "connect files.example.org:443/tcp by a > b": short enough to tell stories with.
inline Behavior behavior(const std::string &kind, const std::vector<std::string> &lineage,
                         const std::string &object = {}) {
  return make_behavior(*kind_from(kind), "builder", lineage, object);
}

inline Fingerprint fingerprint(std::vector<Behavior> behaviors, const std::string &name = "unit-tests") {
  Fingerprint result;
  result.name = name;
  result.rules = builtin_rules().id();
  result.behaviors = std::move(behaviors);
  std::sort(result.behaviors.begin(), result.behaviors.end(), key_less);
  return result;
}

/// A repository in which the program under test is run as a developer or a CI job would.
class Workspace : public ScratchRepository {
 public:
  /// Outside of CI, whatever runs these tests.
  ShellResult buildprint(const std::string &arguments, const std::string &environment = {}) {
    return shell("cd '" + path.string() + "' && env -i PATH=\"$PATH\" HOME='" + beside("").string() +
                 "' GIT_CONFIG_NOSYSTEM=1 LSAN_OPTIONS=\"$LSAN_OPTIONS\" " + environment +
                 " '" BUILDPRINT_PROGRAM "' " + arguments);
  }
  /// What a run of the workload did, as a recording elsewhere left it.
  std::string run_did(const Fingerprint &did) {
    const auto file = beside(did.name + "-run.json");
    std::ofstream(file) << render_fingerprint(did);
    return "'" + file.string() + "'";
  }
  void commit_baseline(const Fingerprint &fingerprint) {
    write(".buildprint/" + fingerprint.name + ".json", render_fingerprint(fingerprint));
    commit("Baseline of " + fingerprint.name);
  }
  bool has(const std::string &file) const { return std::filesystem::exists(path / file); }
  std::string read(const std::string &file) const {
    std::ifstream in(path / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

/// `Contains` of Catch2, whose name differs between its versions.
inline bool says(const ShellResult &result, const std::string &text) {
  return result.output.find(text) != std::string::npos;
}

} // namespace buildprint::test

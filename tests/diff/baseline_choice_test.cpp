#include "diff/baseline_choice.hpp"

#include "tests/catch.hpp"

using namespace buildprint;

namespace {

const Labels k_amd64{{"arch", "x86_64"}, {"os", "debian-12"}},
    k_arm64{{"arch", "aarch64"}, {"os", "debian-12"}};

Labels with(Labels labels, const std::string &name, const std::string &value) {
  labels[name] = value;
  return labels;
}

Candidate candidate(const std::string &stem, const Labels &labels) {
  Candidate made{stem, stem, {}};
  made.fingerprint.labels = labels;
  return made;
}

std::string chosen(const std::vector<Candidate> &candidates, const Labels &run) {
  const auto index = choose(candidates, run, "unit");
  return index ? candidates[*index].stem : "none";
}

} // namespace

TEST_CASE("a baseline of another architecture says nothing") {
  const std::vector<Candidate> both{candidate("unit", k_amd64), candidate("unit.arm", k_arm64)};
  CHECK(chosen(both, k_amd64) == "unit");
  CHECK(chosen(both, k_arm64) == "unit.arm");
  CHECK(chosen({both[0]}, k_arm64) == "none");
  CHECK(chosen({candidate("unit", {})}, k_arm64) == "unit");
}

TEST_CASE("another operating system is preferred against, not refused") {
  const auto bookworm = k_amd64, trixie = with(k_amd64, "os", "debian-13"),
             noble = with(k_amd64, "os", "ubuntu-24.04");
  const std::vector<Candidate> two{candidate("unit", bookworm), candidate("unit.noble", noble)};
  CHECK(chosen(two, noble) == "unit.noble");
  CHECK(chosen(two, trixie) == "unit");
}

TEST_CASE("a label that a person gave keeps runs apart") {
  const auto old = with(k_amd64, "python", "3.11"), fresh = with(k_amd64, "python", "3.12");
  const std::vector<Candidate> two{candidate("unit", k_amd64), candidate("unit.python-3.11", old)};
  CHECK(chosen(two, old) == "unit.python-3.11");
  CHECK(chosen(two, fresh) == "unit"); // made for whatever has no baseline of its own
  CHECK(chosen({two[1]}, fresh) == "none");
  CHECK(chosen({two[1]}, k_amd64) == "none");
}

TEST_CASE("a baseline beside others is named after what tells it from them") {
  CHECK(stem_beside({}, k_amd64, "unit") == "unit");
  CHECK(stem_beside({}, with(k_amd64, "python", "3.12"), "unit") == "unit.python-3.12");
  CHECK(stem_beside({candidate("unit", k_amd64)}, k_arm64, "unit") == "unit.arch-aarch64");
  CHECK(stem_beside({}, with(k_amd64, "job", "a/../b c"), "unit") == "unit.job-a_.._b_c");
}

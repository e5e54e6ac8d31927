#include "tests/catch.hpp"
#include "tests/live/run_under_probe.hpp"

using namespace buildprint;

TEST_CASE("with a tiny ring and a slow reader the recording says that it is incomplete, and ends well") {
  ProbeOptions options;
  options.ring_bytes = 64 << 10;
  options.slow_reader_us = 200;
  const ProbedRun run = run_under_probe({std::string(PROGRAMS) + "storm", "spawn", "1500"}, options);
  CHECK(run.output == "1500\n");
  CHECK(run.loss.ring_full > 0);
  CHECK(run.loss.sequence_gaps == 0);
  CHECK(run.loss.undecodable == 0);
  CHECK_FALSE(run.loss.probe_died);
}

TEST_CASE("a tiny ring alone does not lose a quiet command") {
  ProbeOptions options;
  options.ring_bytes = 64 << 10;
  CHECK(run_under_probe({"/bin/true"}, options).loss.none());
}

TEST_CASE("every program of the probe works here") {
  for (const ProgramReadiness &program : probe_readiness()) {
    INFO(program.name << ": " << program.reason);
    CHECK(program.works);
  }
}

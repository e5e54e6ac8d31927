#include <algorithm>

#include "tests/fingerprint/lines.hpp"

using namespace buildprint;

namespace {

constexpr std::uint32_t k_pid = 90'000;

ContainerStart container(const std::string &image, const std::string &linked_by, ProcessKey asked_by = {}) {
  return {std::string(64, 'a'), image, "box", "", linked_by, asked_by};
}

/// A container's first process, which no fork of the recording began, becomes `exe`.
void play_container(Recording &recording, const ContainerStart &start, const std::string &exe) {
  const ProcessKey first{k_pid, recording.events.back().time_ns + 1};
  recording.events.push_back({first.start_ns, first, {}, start});
  Exec exec;
  exec.exe = exec.invoked = exe;
  exec.argv = {exe};
  exec.cwd = "/";
  recording.events.push_back({first.start_ns + 1, first, {}, exec});
  recording.events.push_back({first.start_ns + 2, first, {}, Exit{}});
}

bool has_line(const Recording &recording, const std::string &line) {
  const auto lines = lines_of(recording);
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

Recording docker_run(const std::string &linked_by, bool answered) {
  Scene scene;
  auto docker = scene.command("/usr/bin/make").start("/usr/bin/docker", {"docker", "run", "redis:7"});
  docker.unix_connect("/run/docker.sock");
  auto recording = scene.recording();
  if (answered)
    play_container(recording, container("redis:7", linked_by, docker.key()), "/usr/bin/redis-server");
  return recording;
}

std::vector<std::string> gaps_of(const Recording &recording) {
  return canonicalize(recording, builtin_rules()).fingerprint.coverage_gaps;
}

} // namespace

TEST_CASE("a container hangs under the program that asked for it, by its image without the tag") {
  const auto recording = docker_run("only-asker", true);
  CHECK(has_line(recording,
                 "exec root /usr/bin/make > /usr/bin/docker run > container:redis > /usr/bin/redis-server"));
}

TEST_CASE("what an engine does is a gap until the container that came of it was followed") {
  CHECK(gaps_of(docker_run("", false)) ==
        std::vector<std::string>{"what daemon:unix:/run/docker.sock does on behalf of /usr/bin/docker run"});
  CHECK(gaps_of(docker_run("only-asker", true)).empty());
}

TEST_CASE("another daemon that the same program talks to stays a gap") {
  Scene scene;
  auto docker = scene.command("/usr/bin/make").start("/usr/bin/docker", {"docker", "run", "redis:7"});
  docker.unix_connect("/run/docker.sock").unix_connect("/run/dbus/system_bus_socket");
  auto recording = scene.recording();
  play_container(recording, container("redis:7", "only-asker", docker.key()), "/usr/bin/redis-server");
  CHECK(gaps_of(recording) ==
        std::vector<std::string>{
            "what daemon:unix:/run/dbus/system_bus_socket does on behalf of /usr/bin/docker run"});
}

TEST_CASE("how sure a link is, is said") {
  const auto link = [](const std::string &linked_by) {
    for (const auto &attribute :
         canonicalize(docker_run(linked_by, true), builtin_rules()).fingerprint.attributes)
      if (attribute.name == "linked") return attribute.subject + ' ' + attribute.value;
    return std::string();
  };
  CHECK(link("descent") == "container:redis certain");
  CHECK(link("arguments") == "container:redis likely");
  CHECK(link("several-askers") == "container:redis not certain");
  const auto gaps = gaps_of(docker_run("several-askers", true));
  CHECK(std::count(gaps.begin(), gaps.end(), "which of several programs asked for container:redis") == 1);
}

TEST_CASE("the frames of a runtime that is followed are not above its container") {
  Scene scene;
  auto podman = scene.command("/usr/bin/make").start("/usr/bin/podman", {"podman", "run", "redis:7"});
  auto first = podman.start("/usr/bin/conmon").start("/usr/bin/crun");
  first.event(container("redis:7", "descent"));
  first.exec("/usr/bin/redis-server");
  CHECK(shows(scene,
              "exec builder /usr/bin/make > /usr/bin/podman run > container:redis > /usr/bin/redis-server"));
}

TEST_CASE("a container of its own is the top of the lineage") {
  Scene scene;
  scene.command("/usr/bin/make");
  auto recording = scene.recording();
  recording.run.main_process = {};
  recording.events.erase(recording.events.begin(), recording.events.end() - 1);
  play_container(recording, container("ghcr.io/acme/shop@sha256:" + std::string(64, 'b'), "created"),
                 "/usr/bin/make");
  CHECK(has_line(recording, "exec root container:ghcr.io/acme/shop > /usr/bin/make"));
}

TEST_CASE("a container that no engine tells about is called unknown") {
  CHECK(has_line(
      [] {
        auto recording = docker_run("only-asker", false);
        play_container(recording, container("", "only-asker"), "/usr/bin/x");
        return recording;
      }(),
      "exec root container:<unknown> > /usr/bin/x"));
}

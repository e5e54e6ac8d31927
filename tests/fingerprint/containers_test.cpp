#include <algorithm>

#include "fingerprint/services.hpp"
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

TEST_CASE("of a container in a user namespace it is said that its root is not this machine's") {
  auto recording = docker_run("request", true);
  const auto says = [&] {
    const auto attributes = canonicalize(recording, builtin_rules()).fingerprint.attributes;
    return std::ranges::count(attributes, Attribute{"container:redis", "users", "of a user namespace"}) == 1;
  };
  CHECK_FALSE(says());
  for (auto &event : recording.events)
    if (std::holds_alternative<ContainerStart>(event.body)) event.credentials.user_namespace = 4'026'532'179;
  CHECK(says());
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
  CHECK(link("request") == "container:redis certain");
  CHECK(link("several-askers") == "container:redis not certain");
  CHECK(link("others-ask") == "container:redis not certain");
  CHECK(gaps_of(docker_run("others-ask", true)) ==
        std::vector<std::string>{"what daemon:unix:/run/docker.sock does on behalf of /usr/bin/docker run",
                                 "whether container:redis is this recording's"});
  const auto gaps = gaps_of(docker_run("several-askers", true));
  CHECK(std::count(gaps.begin(), gaps.end(), "which of several programs asked for container:redis") == 1);
}

TEST_CASE("the frames of a runtime that is followed leave no trace, what else they start does") {
  Scene scene;
  auto podman = scene.command("/usr/bin/make").start("/usr/bin/podman", {"podman", "run", "redis:7"});
  auto conmon = podman.start("/usr/bin/conmon");
  conmon.unix_listen("/run/x/attach");
  auto runc = conmon.start("/usr/sbin/runc");
  runc.write("/sys/fs/cgroup/pids/libpod-1/cgroup.procs").kernel("mount", "proc on /proc/self/fd/6");
  Exec anew;
  anew.exe = "/memfd:runc_cloned";
  anew.argv = {"runc", "init"};
  anew.memory_only = true;
  runc.exec(anew).start("/usr/bin/hook").exit();
  runc.event(container("redis:7", "descent"));
  runc.exec("/usr/bin/redis-server");
  CHECK(lines_of(scene.recording()) ==
        std::vector<std::string>{
            "exec builder /usr/bin/make", "exec builder /usr/bin/make > /usr/bin/podman run",
            "exec builder /usr/bin/make > /usr/bin/podman run > /usr/bin/hook",
            "exec builder /usr/bin/make > /usr/bin/podman run > container:redis",
            "exec builder /usr/bin/make > /usr/bin/podman run > container:redis > /usr/bin/redis-server"});
}

TEST_CASE("a runtime that no engine started is a program like any other") {
  Scene scene;
  scene.command("/usr/bin/make").start("/usr/sbin/runc", {"runc", "run", "x"}).write("/etc/cron.d/x");
  const auto lines = lines_of(scene.recording());
  CHECK(std::ranges::any_of(lines,
                            [](const auto &line) { return line.find("sink:/etc/cron.d/x") != line.npos; }));
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

TEST_CASE("what a name means among several containers: an image, its last part, a service") {
  Scene scene;
  auto docker = scene.command("/usr/bin/make").start("/usr/bin/docker", {"docker", "compose"});
  auto recording = scene.recording();
  auto cache = container("redis:7", "only-asker", docker.key());
  cache.service = "cache";
  play_container(recording, cache, "/usr/bin/redis-server");
  play_container(recording, container("ghcr.io/acme/shop:1", "only-asker", docker.key()), "/usr/bin/shop");
  const auto fingerprint = canonicalize(recording, builtin_rules()).fingerprint;
  using Names = std::set<std::string>;
  CHECK(containers_of(fingerprint) == Names{"container:ghcr.io/acme/shop", "container:redis"});
  CHECK(containers_called(fingerprint, "cache") == Names{"container:redis"});
  CHECK(containers_called(fingerprint, "shop") == Names{"container:ghcr.io/acme/shop"});
  CHECK(containers_called(fingerprint, "ghcr.io/acme/shop") == Names{"container:ghcr.io/acme/shop"});
  CHECK(containers_called(fingerprint, "acme").empty());
  const auto count = std::ranges::count_if(fingerprint.behaviors, [](const Behavior &behavior) {
    return happens_in(behavior, {"container:redis"});
  });
  CHECK(count == 2); // its beginning, and the server
}

TEST_CASE("daemons that were there before are edges, and a stated gap") {
  const auto gap_at = [](auto connect) {
    Scene scene;
    auto build = scene.command("/usr/bin/make");
    connect(build);
    const auto gaps = gaps_of(scene.recording());
    return gaps.empty() ? std::string() : gaps.front();
  };
  const auto at_socket = [&](const std::string &path) {
    return gap_at([&](Scene::Actor &build) { build.unix_connect(path); });
  };
  CHECK(at_socket("/var/run/docker.sock") ==
        "what daemon:unix:/run/docker.sock does on behalf of /usr/bin/make");
  CHECK(at_socket("/run/user/1000/podman/podman.sock").starts_with("what daemon:unix:"));
  CHECK(at_socket("/run/containerd/containerd.sock").starts_with("what daemon:unix:"));
  CHECK(at_socket("/run/systemd/private") ==
        "what daemon:unix:/run/systemd/private does on behalf of /usr/bin/make");
  CHECK(at_socket("/run/dbus/system_bus_socket").starts_with("what daemon:unix:/run/dbus/"));
  CHECK(at_socket("/home/ann/.cache/sccache/server.sock").starts_with("what daemon:unix:$CACHE"));
  CHECK(at_socket("/home/ann/own.sock").empty());
  // sccache's and Gradle's servers listen on loopback; one that the recording started is its own listener.
  CHECK(gap_at([](Scene::Actor &build) { build.connect("127.0.0.1", 4226).connected("127.0.0.1", 4226); }) ==
        "what loopback:4226/tcp does on behalf of /usr/bin/make");
  CHECK(gap_at([](Scene::Actor &build) {
          build.connect("127.0.0.1", 4226).connected("127.0.0.1", 4226, 111);
        }).empty());
  CHECK(gap_at([](Scene::Actor &build) {
          build.start("/usr/bin/sccache").listen("127.0.0.1", 4226);
          build.connect("127.0.0.1", 4226);
        }).empty());
}

TEST_CASE("a container is connected to by its image, not by the address and port of the day") {
  const auto connects = [](const std::string &address, const std::string &port) {
    Scene scene;
    auto test = scene.command("/usr/bin/pytest");
    test.connect(address, 5432).connect("127.0.0.1", static_cast<std::uint16_t>(std::stoi(port)));
    auto recording = scene.recording();
    auto start = container("postgres:16", "only-asker", test.key());
    start.addresses = {address};
    start.published = {port + "=5432/tcp", port + "=53/udp", "broken"};
    play_container(recording, start, "/usr/bin/postgres");
    return lines_of(recording);
  };
  const auto lines = connects("172.18.0.2", "32768");
  CHECK(std::count(lines.begin(), lines.end(),
                   "connect builder /usr/bin/pytest: container:postgres:5432/tcp") == 1);
  CHECK(lines == connects("172.19.0.7", "49153"));
}

TEST_CASE("an image without a name is a hash, whichever") {
  auto recording = docker_run("", false);
  play_container(recording, container("sha256:" + std::string(64, 'c'), "created"), "/usr/bin/x");
  CHECK(has_line(recording, "exec root container:<hash> > /usr/bin/x"));
}

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

namespace {

constexpr FileIdentity k_runc{1, 10}, k_podman{1, 11}, k_other{1, 12}, k_memory{2, 13};

Exec exec_of(const std::string &exe, std::vector<std::string> argv, FileIdentity file) {
  Exec exec;
  exec.exe = exec.invoked = exe;
  exec.argv = std::move(argv);
  exec.file = file;
  exec.mode = 0100755;
  return exec;
}

/// From memory, by whatever name and with whatever arguments.
Exec from_memory(bool self_made) {
  auto exec = exec_of("/memfd:runc_cloned:/proc/self/exe", {"runc", "init"}, k_memory);
  exec.memory_only = true;
  exec.self_made = self_made;
  return exec;
}

/// In an overlay that is mounted nowhere.
Exec under_overlay(std::uint64_t inode, bool self_made) {
  auto exec = exec_of("/runc", {"runc", "init"}, {42, inode});
  exec.self_made = self_made;
  return exec;
}

Exec podman(std::vector<std::string> words) {
  words.insert(words.begin(), "podman");
  return exec_of("/usr/bin/podman", std::move(words), k_podman);
}

/// `podman run` up to a runc that works for it.
struct Runtime {
  Scene scene{};
  Scene::Actor engine = scene.command("/usr/bin/make");
  Scene::Actor conmon = engine, runc = engine;
  Runtime() {
    engine = engine.fork();
    engine.exec(podman({"run", "redis:7"}));
    conmon = engine.start("/usr/bin/conmon");
    runc = conmon.fork();
    runc.exec(exec_of("/usr/sbin/runc", {"runc", "create"}, k_runc));
  }
  /// What is told but for make and podman, without what stands above it.
  std::vector<std::string> lines() {
    const std::string above = "/usr/bin/make > /usr/bin/podman run";
    std::vector<std::string> told;
    for (const auto &line : lines_of(scene.recording())) {
      const auto at = line.find(above);
      if (at == line.npos) continue;
      if (const auto rest = line.substr(at + above.size()); !rest.empty()) told.push_back(rest);
    }
    return told;
  }
  std::vector<std::string> after(Exec hook) {
    runc.fork().exec(std::move(hook));
    return lines();
  }
};

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("the frames of a runtime that is followed leave no trace, what else they start does") {
  Runtime engine;
  engine.conmon.unix_listen("/run/x/attach").write("/var/lib/containers/x/ctr.log");
  auto init = engine.runc.write("/sys/fs/cgroup/pids/libpod-1/cgroup.procs").fork();
  init.exec(exec_of("/usr/sbin/runc", {"runc", "init"}, k_runc));
  init.kernel("mount", "proc on /proc/self/fd/6");
  init.exec(exec_of("/", {"runc", "init"}, k_runc))
      .exec(under_overlay(k_runc.inode, true))
      .exec(from_memory(true));
  init.start("/usr/bin/hook").exit();
  init.event(container("redis:7", "descent")).exec("/usr/bin/redis-server");
  auto cleanup = engine.conmon.fork();
  for (int i = 0; i < 2; ++i) cleanup.exec(podman({"--root", "/r", "--syslog", "container", "cleanup", "x"}));
  cleanup.start("/usr/sbin/runc", {"runc", "delete"});
  cleanup.start("/usr/sbin/iptables");
  CHECK(engine.lines() == Lines{" > /usr/bin/hook", " > /usr/sbin/iptables", " > container:redis",
                                " > container:redis > /usr/bin/redis-server"});
}

TEST_CASE("a runtime's hook is told, whatever it calls itself") {
  CHECK(Runtime().after(under_overlay(k_runc.inode, false)) == Lines{" > /runc"});
  CHECK(Runtime().after(under_overlay(k_other.inode, true)) == Lines{" > /runc"});
  CHECK(Runtime().after(from_memory(false)) == Lines{" > memfd:runc_cloned:/proc/self/exe"});
  CHECK(Runtime().after(podman({"container", "cleanup", "x"})) == Lines{" > /usr/bin/podman container"});
  CHECK(Runtime().after(exec_of("/usr/bin/conmon", {"conmon", "--exit-command", "x"}, k_other)) ==
        Lines{" > /usr/bin/conmon"});
  // On btrfs, a file of another subvolume.
  auto same_number = exec_of("/home/ann/hook", {"runc", "init"}, k_runc);
  same_number.owner = 1000;
  CHECK(Runtime().after(same_number) == Lines{" > $HOME/hook"});
  same_number.owner = 0, same_number.mode = 0100775;
  CHECK(Runtime().after(same_number) == Lines{" > $HOME/hook"});
  // What an image calls runc, or mounts there.
  CHECK(Runtime().after(exec_of("/usr/sbin/runc", {"runc", "init"}, k_other)) == Lines{" > /usr/sbin/runc"});
  CHECK(Runtime().after(exec_of("/", {"runc", "init"}, k_other)) == Lines{" > /"});
  CHECK(Runtime().after(exec_of("/", {"runc", "init"}, {})) == Lines{" > /"});
}

TEST_CASE("a frame that is made to load other code is told, with what it does") {
  Runtime engine;
  auto conmon = exec_of("/usr/bin/conmon", {"conmon"}, k_other);
  conmon.environment = {{"LD_PRELOAD", "xxh3:0123456789abcdef"}};
  auto monitor = engine.engine.fork();
  monitor.exec(conmon).unix_connect("/run/docker.sock");
  monitor.fork().exec(exec_of("/usr/sbin/runc", {"runc", "create"}, k_runc));
  CHECK(engine.lines() == Lines{" > /usr/bin/conmon", " > /usr/bin/conmon > /usr/sbin/runc",
                                " > /usr/bin/conmon: daemon:unix:/run/docker.sock",
                                " > /usr/bin/conmon: environment:LD_PRELOAD"});
}

TEST_CASE("an engine that is executed again is told, but for what ends a container") {
  const auto told = [](std::vector<std::string> words, bool by_the_end) {
    Runtime engine;
    if (by_the_end) engine.conmon.exec(podman({"container", "cleanup", "x"}));
    engine.conmon.fork().exec(podman(std::move(words)));
    return join(engine.lines(), ",");
  };
  for (const bool by_the_end : {false, true}) { // which runs hooks, too
    CHECK(told({"container", "cleanup", "x"}, by_the_end) == "");
    CHECK(told({"push", "x"}, by_the_end) == " > /usr/bin/podman push");
    CHECK(told({"push", "container", "cleanup"}, by_the_end) == " > /usr/bin/podman push");
    CHECK(told({"--remote", "push", "container", "cleanup"}, by_the_end) == " > /usr/bin/podman push");
    CHECK(told({"--hooks-dir", "container", "push", "cleanup"}, by_the_end) == " > /usr/bin/podman push");
    CHECK(told({"container", "exists", "cleanup"}, by_the_end) == " > /usr/bin/podman container");
    CHECK(told({"container"}, by_the_end) == " > /usr/bin/podman container");
  }
}

TEST_CASE("a hook starts no frames") {
  Runtime engine;
  auto hook = engine.runc.start("/usr/bin/hook");
  hook.start("/usr/bin/conmon").start("/usr/sbin/runc");
  hook.exec(from_memory(true));
  CHECK(engine.lines() == Lines{" > /usr/bin/hook", " > /usr/bin/hook > /usr/bin/conmon",
                                " > /usr/bin/hook > /usr/bin/conmon > /usr/sbin/runc",
                                " > /usr/bin/hook > memfd:runc_cloned:/proc/self/exe"});
}

TEST_CASE("only engines and runtimes of the system have frames") {
  const auto below = [](Exec engine, const std::string &runtime, std::uint32_t owner) {
    Scene scene;
    auto first = scene.command("/usr/bin/make").fork();
    first.exec(std::move(engine));
    auto exec = exec_of(runtime, {runtime}, k_runc);
    exec.owner = owner;
    first.fork().exec(exec);
    return lines_of(scene.recording()).size() - 2;
  };
  auto own = podman({"run"});
  own.owner = 1000;
  CHECK(below(podman({"run"}), "/usr/bin/crun", 0) == 0);
  CHECK(below(podman({"run"}), "/usr/bin/crun", 1000) == 1);
  CHECK(below(own, "/usr/bin/crun", 0) == 1);
  CHECK(below(exec_of("/usr/bin/podmanx", {"podman", "run"}, k_podman), "/usr/bin/crun", 0) == 1);
  CHECK(below(podman({"run"}), "/home/ann/src/shop/crun", 0) == 1);
}

TEST_CASE("a file that matters is told, though a frame writes it") {
  Runtime engine;
  engine.conmon.write("/home/ann/.bashrc").write("/home/ann/src/shop/main.c", true).write("/home/ann/log");
  CHECK(engine.lines() == Lines{": sink:$HOME/.bashrc", ": tracked:$WS/main.c"});
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
  const auto named = [](const std::set<Program> &containers) {
    return texts_of({containers.begin(), containers.end()});
  };
  using Names = std::vector<std::string>;
  CHECK(named(containers_of(fingerprint)) == Names{"container:ghcr.io/acme/shop", "container:redis"});
  CHECK(named(containers_called(fingerprint, "cache")) == Names{"container:redis"});
  CHECK(named(containers_called(fingerprint, "shop")) == Names{"container:ghcr.io/acme/shop"});
  CHECK(named(containers_called(fingerprint, "ghcr.io/acme/shop")) == Names{"container:ghcr.io/acme/shop"});
  CHECK(containers_called(fingerprint, "acme").empty());
  const auto count = std::ranges::count_if(fingerprint.behaviors, [](const Behavior &behavior) {
    return happens_in(behavior, {Program::parse("container:redis")});
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

TEST_CASE("what a container writes into its system is not the machine's") {
  const auto origins = [](bool runs_there) {
    Scene scene;
    auto podman = scene.command("/usr/bin/make").start("/usr/bin/podman", {"podman", "run", "alpine"});
    auto init = podman.fork();
    init.event(container("alpine:3", "descent")).exec("/sbin/apk", {"apk", "add", "git"});
    init.create("/usr/bin/git");
    if (runs_there) init.start("/usr/bin/git", {"git", "clone"});
    podman.start("/usr/bin/git", {"git", "status"});
    auto attributes = canonicalize(scene.recording(), builtin_rules()).fingerprint.attributes;
    std::erase_if(attributes, [](const auto &attribute) { return attribute.name != "origin"; });
    return attributes;
  };
  CHECK(origins(false).empty());
  CHECK(origins(true) ==
        std::vector<Attribute>{{"/usr/bin/git", "origin", "made by the recording, in container:alpine"}});
}

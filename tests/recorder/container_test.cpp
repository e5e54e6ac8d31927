#include "recorder/container.hpp"

#include "recorder/container_link.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

namespace {

constexpr ProcessKey k_shell{10, 1}, k_one{11, 2}, k_other{12, 3}, k_first{50, 9};

/// What a linker has seen so far, and what it says of a container.
class Story {
 public:
  explicit Story(std::vector<ContainerDetails> known = {}) : known_(std::move(known)) {}

  Story &runs(ProcessKey process, std::vector<std::string> argv) {
    Exec exec;
    exec.argv = std::move(argv);
    return tell(process, exec);
  }
  Story &forks(ProcessKey parent, ProcessKey child) { return tell(parent, Fork{child}); }
  Story &asks(ProcessKey process, const std::string &socket = "/run/docker.sock") {
    return tell(process, UnixConnect{socket});
  }
  /// The engine there says of any container that is not known here that it has none like it.
  Story &answers(const std::string &socket) {
    answers_.insert(socket);
    return *this;
  }
  Story &ends(ProcessKey process) { return tell(process, Exit{}); }
  ContainerStart starts(const std::string &id, const std::string &linked_by = "",
                        const std::vector<UserRange> &users = {}) {
    Event event{0, k_first, {}, beginning(id, linked_by)};
    std::get<ContainerStart>(event.body).users = users;
    linker_.add(event);
    return std::get<ContainerStart>(event.body);
  }
  /// Whether a container that starts belongs to the recording.
  bool takes(const std::string &id, const std::string &linked_by = "") {
    Event event{0, k_first, {}, beginning(id, linked_by)};
    return linker_.add(event);
  }
  bool takes_event(ProcessKey process, EventBody body) {
    Event event{0, process, {}, std::move(body)};
    return linker_.add(event);
  }
  std::uint32_t user_of(ProcessKey process, std::uint32_t uid) {
    Event event{0, process, {uid, uid, 0, 0, 0, 1}, UnixConnect{"/x"}};
    linker_.add(event);
    return event.credentials.euid;
  }
  std::uint32_t owner_of_program(ProcessKey process, std::uint32_t owner) {
    Exec exec;
    exec.owner = owner;
    Event event{0, process, {}, exec};
    linker_.add(event);
    return std::get<Exec>(event.body).owner;
  }
  bool is_anothers(ProcessKey process) const { return linker_.is_anothers(process); }

 private:
  static ContainerStart beginning(const std::string &id, const std::string &linked_by) {
    ContainerStart container;
    container.id = id;
    container.linked_by = linked_by;
    if (linked_by == "request") container.asked_by = k_other;
    return container;
  }
  Story &tell(ProcessKey process, EventBody body) {
    Event event{0, process, {}, std::move(body)};
    linker_.add(event);
    return *this;
  }

  std::vector<ContainerDetails> known_;
  std::set<std::string> answers_;
  ContainerStart own_{"own", "shop", "box", "", "created", {}};
  ContainerLinker linker_{own_, engine_socket_names({}),
                          [this](const std::string &socket, const std::string &id) {
                            for (const auto &details : known_)
                              if (details.id == id && socket == "/run/docker.sock")
                                return Recollection{true, details};
                            return Recollection{answers_.contains(socket), {}};
                          }};
};

Story two_clients(std::vector<std::string> one, std::vector<std::string> other) {
  ContainerDetails redis;
  redis.id = "r";
  redis.image = "redis:7";
  Story story({redis});
  story.runs(k_shell, {"sh", "test.sh"}).forks(k_shell, k_one).forks(k_shell, k_other);
  story.runs(k_one, std::move(one)).runs(k_other, std::move(other)).asks(k_one).asks(k_other);
  return story;
}

} // namespace

TEST_CASE("the recording's own container is called as it was made") {
  const auto own = Story().starts("own");
  CHECK(own.image == "shop");
  CHECK(own.linked_by == "created");
  CHECK(own.asked_by == ProcessKey{});
}

TEST_CASE("a container belongs to the only program that is connected to an engine") {
  Story story;
  story.runs(k_shell, {"sh", "test.sh"})
      .forks(k_shell, k_one)
      .runs(k_one, {"docker", "run", "x"})
      .asks(k_one);
  const auto container = story.starts("x");
  CHECK(container.linked_by == "only-asker");
  CHECK(container.asked_by == k_one);
}

TEST_CASE("a program that has ended asked for nothing any more") {
  auto story = two_clients({"docker", "ps"}, {"docker", "run", "redis:7"});
  CHECK(story.ends(k_one).starts("x").asked_by == k_other);
  CHECK(story.ends(k_other).starts("y").linked_by == "no-asker");
}

TEST_CASE("of several askers the one that names the image is meant") {
  auto story = two_clients({"docker", "run", "redis:7"}, {"docker", "run", "postgres:16"});
  const auto container = story.starts("r");
  CHECK(container.image == "redis:7");
  CHECK(container.linked_by == "arguments");
  CHECK(container.asked_by == k_one);
}

TEST_CASE("askers that a lineage does not tell apart are as good as one") {
  auto story = two_clients({"docker", "run", "-d", "redis:7"}, {"docker", "run", "redis:7"});
  CHECK(story.starts("r").linked_by == "alike-askers");
}

TEST_CASE("of several askers that differ, what is above all of them is named") {
  auto story = two_clients({"pytest"}, {"docker", "compose"});
  const auto container = story.starts("r");
  CHECK(container.linked_by == "several-askers");
  CHECK(container.asked_by == k_shell);
}

TEST_CASE("a process that enters a container later belongs where the first one does") {
  auto story = two_clients({"docker", "run", "redis:7"}, {"docker", "ps"});
  story.starts("r");
  CHECK(story.ends(k_one).starts("r").asked_by == k_one);
}

TEST_CASE("a runtime that is followed links its container itself") {
  auto story = two_clients({"docker", "ps"}, {"docker", "ps"});
  CHECK(story.starts("p", "descent").linked_by == "descent");
}

TEST_CASE("who asked for a container by its id is known, whoever else may have") {
  auto story = two_clients({"docker", "run", "redis:7"}, {"pytest"});
  const auto container = story.starts("r", "request");
  CHECK(container.linked_by == "request");
  CHECK(container.asked_by == k_other);
  CHECK(container.image == "redis:7");
}

TEST_CASE("a container that none of the engines has which were asked is another's, with all that it does") {
  const ProcessKey child{51, 10};
  auto story = two_clients({"docker", "run", "redis:7"}, {"docker", "ps"});
  story.answers("/run/docker.sock");
  CHECK_FALSE(story.takes("of another engine"));
  CHECK_FALSE(story.takes_event(k_first, Fork{child}));
  CHECK_FALSE(story.takes_event(child, Exec{}));
  CHECK(story.is_anothers(child));
  CHECK_FALSE(story.takes_event(child, Exit{}));
  CHECK_FALSE(story.is_anothers(child)); // its number may be given again
  CHECK(story.takes_event(k_one, Exec{}));
}

TEST_CASE("a socket that the workload could have made is not believed to know whose a container is") {
  for (const char *own :
       {"/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock", "/srv/engine.sock"})
    CHECK(is_the_machines(own, {"PATH=/usr/bin", "DOCKER_HOST=unix:///srv/engine.sock"}));
  for (const char *made :
       {"/tmp/docker.sock", "/run/user/1000/docker.sock", "/home/run/docker.sock", "/srv/other.sock"})
    CHECK_FALSE(is_the_machines(made, {"DOCKER_HOST=unix:///srv/engine.sock"}));
}

TEST_CASE("a container that an engine has, or that was asked for, is no other's") {
  for (const auto &[id, linked_by] :
       {std::pair("r", ""), std::pair("gone", "request"), std::pair("of podman", "descent")}) {
    auto story = two_clients({"docker", "run", "redis:7"}, {"docker", "ps"});
    CHECK(story.answers("/run/docker.sock").takes(id, linked_by));
  }
}

TEST_CASE("a container is kept while an engine that may have it does not answer") {
  auto story = two_clients({"docker", "run", "redis:7"}, {"ctr", "run"});
  story.answers("/run/docker.sock").asks(k_other, "/run/containerd/containerd.sock");
  CHECK(story.takes("of containerd"));
}

TEST_CASE("that others may have asked is said, and who may have in the recording is above it") {
  Story story;
  story.forks(k_shell, k_one).runs(k_one, {"docker", "build", "."}).asks(k_one);
  const auto container = story.starts("x", "others-ask");
  CHECK(container.linked_by == "others-ask");
  CHECK(container.asked_by == k_one);
}

TEST_CASE("users of a container's own namespace are those inside it, also of what its processes start") {
  CHECK(uid_inside(200'001, {{0, 1000, 1}, {1, 200'000, 65'536}}) == 2);
  CHECK(uid_inside(1000, {{0, 1000, 1}, {1, 200'000, 65'536}}) == 0);
  CHECK(uid_inside(999, {{0, 1000, 1}}) == 999);
  Story story;
  const ProcessKey child{51, 10};
  CHECK(story.user_of(k_first, 201'234) == 201'234);
  story.starts("x", "descent", {{0, 200'000, 65'536}});
  story.forks(k_first, child);
  CHECK(story.user_of(k_first, 201'234) == 1234);
  CHECK(story.owner_of_program(k_first, 200'000) == 0);
  CHECK(story.user_of(child, 200'000) == 0);
  CHECK(story.user_of(k_shell, 200'000) == 200'000);
}

TEST_CASE("what an engine tells of a container is taken apart") {
  const auto details = parse_container_details("1234\x1fshop:1\x1f/box\x1f"
                                               "api\x1fhost\x1f"
                                               "app\x1f/src\x1fmake\x1ftest"); // one field after another
  CHECK_FALSE(details.has_value());
  const auto whole = parse_container_details("1234\x1fshop:1\x1f/box\x1f"
                                             "api\x1fhost\x1f"
                                             "app\x1f/src\x1fmake\x1etest\x1e\x1f"
                                             "A=1\x1e"
                                             "B=\x1b[1m\x1e\x1f"
                                             "9.9.9.9\x1e\x1f/home/ann/shop\x1d/src\x1e\x1ftrue\x1f"
                                             "false\x1f"
                                             "0001-01-01T00:00:00Z\x1f"
                                             "127\x1fnot found\x1f"
                                             "172.18.0.2\x1e\x1e\x1f"
                                             "32768=5432/tcp\x1e\x1f\n");
  REQUIRE(whole.has_value());
  CHECK(whole->name == "box");
  CHECK(whole->service == "api");
  CHECK(whole->command == std::vector<std::string>{"make", "test"});
  CHECK(whole->environment == std::vector<std::string>{"A=1", "B=\\x1b[1m"});
  CHECK(whole->resolvers == std::vector<std::string>{"9.9.9.9"});
  CHECK(whole->mounts == std::vector<std::pair<std::string, std::string>>{{"/home/ann/shop", "/src"}});
  CHECK(whole->interactive);
  CHECK_FALSE(whole->running);
  CHECK_FALSE(whole->was_started);
  CHECK(whole->exit_code == 127);
  CHECK(whole->error == "not found");
  CHECK(whole->addresses == std::vector<std::string>{"172.18.0.2"});
  CHECK(whole->published == std::vector<std::string>{"32768=5432/tcp"});
}

TEST_CASE("users of a container are found by name and by number") {
  const auto users =
      parse_passwd("root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\nbroken:x:y\n");
  CHECK(users.size() == 2);
  CHECK(uid_of("", users) == 0);
  CHECK(uid_of("app", users) == 1000);
  CHECK(uid_of("app:app", users) == 1000);
  CHECK(uid_of("77:1", users) == 77);
}

TEST_CASE("a file comes out of its archive, a directory does not") {
  std::string archive(512, '\0');
  archive.replace(0, 6, "passwd");
  archive.replace(124, 11, "00000000005");
  archive[156] = '0';
  archive += "hello" + std::string(507, '\0');
  CHECK(content_of_tar(archive) == "hello");
  archive[156] = '5';
  CHECK(content_of_tar(archive).empty());
  CHECK(content_of_tar("short").empty());
}

TEST_CASE("a container's run is described by what is inside it") {
  ContainerDetails container;
  container.image = "ghcr.io/acme/shop:1.3";
  container.working_directory = "/src";
  container.hostname = "1a2b3c";
  container.command = {"make", "test"};
  container.user = "app";
  container.environment = {"PATH=/bin", "GOCACHE=/cache"};
  const auto run =
      describe_container({}, {}, container, parse_passwd("app:x:1000:1000::/home/app:/bin/sh\n"));
  CHECK(run.name == "shop");
  CHECK(run.cwd == "/src");
  CHECK(run.command == container.command);
  CHECK(run.builder_uid == 1000);
  CHECK(run.hostname == "1a2b3c");
  CHECK(run.container_image == container.image);
  std::map<std::string, std::string> roots;
  for (const auto &root : run.roots) roots[root.path] = root.sentinel;
  CHECK(roots["/src"] == "$WS");
  CHECK(roots["/home/app"] == "$HOME");
  CHECK(roots["/cache"] == "$CACHE/go-build");
  CHECK(roots["/tmp"] == "$TMP");
}

TEST_CASE("the only mount is the workspace of a container that starts at the top") {
  ContainerDetails container;
  container.mounts = {{"/home/ann/shop", "/build"}};
  CHECK(describe_container({}, {}, container, {}).roots.front().path == "/build");
}

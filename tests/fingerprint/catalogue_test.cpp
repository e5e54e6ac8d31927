// Every row of the catalogue, tried by its owner and by attackers who know it.

#include <map>

#include "tests/fingerprint/lines.hpp"

using namespace buildprint;

namespace {

/// One program of each tool that owns names: executable and arguments.
const std::map<std::string, std::vector<std::string>> k_owners = {
    {"apt", {"/usr/bin/apt-get"}},       {"autoconf", {"/usr/bin/autoconf"}},
    {"bazel", {"/usr/bin/bazel"}},       {"cmake", {"/usr/bin/cmake"}},
    {"gcc", {"/usr/bin/gcc"}},           {"git", {"/usr/bin/git"}},
    {"go", {"/usr/lib/go-1.19/bin/go"}}, {"java", {"/usr/lib/jvm/java-17-openjdk-amd64/bin/java"}},
    {"make", {"/usr/bin/make"}},         {"mktemp", {"/usr/bin/mktemp"}},
    {"nix", {"/usr/bin/nix"}},           {"node", {"/usr/bin/node", "x.js"}},
    {"perl", {"/usr/bin/perl", "x.pl"}}, {"python", {"/usr/bin/python3", "x.py"}},
    {"ruby", {"/usr/bin/ruby", "x.rb"}}, {"rust", {"/usr/bin/rustc"}},
    {"ssh", {"/usr/bin/ssh-agent"}},
};

std::string replaced(std::string text, const std::string &what, const std::string &by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// A directory of this machine that `under` matches.
std::string directory_for(const RandomName &row) {
  auto path = replaced(row.under, "$TMP/go-build<rand>", "/tmp/go-build314159");
  path = replaced(path, "$TMP/pymp-<rand>", "/tmp/pymp-a1b2c3d4");
  path = replaced(path, "$TMP/ssh-<rand>", "/tmp/ssh-Ab12Cd34Ef56");
  path = replaced(path, "$TMP/pytest-of-**", "/tmp/pytest-of-ann");
  path = replaced(path, "$TMP**", "/tmp");
  path = replaced(path, "$TMP", "/tmp");
  path = replaced(path, "$WS", "/home/ann/src/shop");
  path = replaced(path, "$CACHE", "/home/ann/.cache");
  return replaced(replaced(path, "**", "x"), "*", "x");
}

/// What a program is called that `writer` puts at `path` and `runner` starts.
std::string name_of(const std::string &path, const std::vector<std::string> &writer,
                    const std::vector<std::string> &runner) {
  Scene scene;
  auto shell = scene.command("/usr/bin/dash", {"sh", "-c", "x"});
  const auto start = [&shell](const std::vector<std::string> &command) {
    auto argv = command;
    return shell.start(command.front(), argv);
  };
  start(writer).create(path);
  start(runner).start(path);
  for (const auto &behavior : canonicalize(scene.recording(), builtin_rules()).fingerprint.behaviors)
    if (behavior.kind == Kind::exec && behavior.lineage.size() == 3) return behavior.lineage.back().text();
  return {};
}

const std::vector<std::string> k_stranger = {"/usr/bin/curl"};

/// Whether the last segment of a canonical path was taken for random.
bool is_joined(const std::string &name) {
  const auto path = name.substr(0, name.find(" (by"));
  return path.find("<rand>", path.rfind('/')) != std::string::npos;
}

} // namespace

TEST_CASE("R4: each row joins what its owner makes, and nothing that a stranger makes") {
  for (const auto &row : builtin_rules().random_names) {
    INFO(row.name);
    REQUIRE(k_owners.count(row.tool) == 1);
    const auto &owner = k_owners.at(row.tool);
    const auto path = directory_for(row) + '/' + row.example;
    const bool temporary = row.under.starts_with("$TMP");
    INFO(path << " is " << name_of(path, owner, owner));
    if (temporary || !row.only_seen_created) CHECK(is_joined(name_of(path, owner, owner)));
    CHECK_FALSE(is_joined(name_of(path, k_stranger, k_stranger)));
    // The owner starts it, but somebody else wrote it there.
    // A mktemp that runs has asked for such names: they are told apart by their writers.
    if (temporary && row.tool != "mktemp") CHECK_FALSE(is_joined(name_of(path, k_stranger, owner)));
    // Neither elsewhere, nor with something more to its name.
    CHECK_FALSE(is_joined(name_of("/opt/" + row.example, owner, owner)));
    CHECK_FALSE(is_joined(name_of("/usr/bin/" + row.example, owner, owner)));
    CHECK_FALSE(is_joined(name_of(directory_for(row) + "/evil~" + row.example, owner, owner)));
  }
}

TEST_CASE("R4: who is called like an owner owns nothing") {
  for (const auto &row : builtin_rules().random_names) {
    if (!row.under.starts_with("$TMP")) continue;
    const auto &owner = k_owners.at(row.tool).front();
    const auto namesake = "/tmp" + owner.substr(owner.rfind('/'));
    INFO(row.name << ' ' << namesake);
    const auto path = directory_for(row) + '/' + row.example;
    CHECK_FALSE(is_joined(name_of(path, {namesake}, {namesake})));
  }
}

TEST_CASE("R13: each sink and secret is told by name, wherever the home is") {
  const auto rules = builtin_rules();
  const auto concrete = [](std::string glob) {
    glob =
        replaced(replaced(replaced(glob, "~", "/home/ann"), "$WS**", "$WS/x"), "$WS", "/home/ann/src/shop");
    glob = replaced(replaced(glob, "$HOME", "/home/ann"), "$CACHE", "/home/ann/.cache");
    return replaced(replaced(glob, "**", "x/y"), "*", "x");
  };
  const auto told = [](const std::string &path, bool read) {
    Scene scene;
    auto make = scene.command("/usr/bin/make");
    read ? make.read(path) : make.create(path);
    const auto lines = lines_of(scene.recording());
    return lines.size() < 2 ? std::string() : lines.back();
  };
  for (const auto &sink : rules.sinks) {
    INFO(sink.name << ' ' << sink.path << ' ' << told(concrete(sink.path), false));
    CHECK(told(concrete(sink.path), false).find("sink:") != std::string::npos);
  }
  for (const auto &secret : rules.secrets) {
    INFO(secret.name << ' ' << secret.path);
    CHECK(told(concrete(secret.path), true).find("secret:") != std::string::npos);
  }
  CHECK(told("/home/ann/x/.ssh-backup/id_rsa", true).empty());
  CHECK(told("/home/ann/notes/passwd", false) == "write builder /usr/bin/make: $HOME");
}

TEST_CASE("R12: each daemon is told by its place, and nobody else by its name") {
  const auto told = [](const std::string &path) {
    Scene scene;
    scene.command("/usr/bin/make").unix_connect(path);
    for (const auto &line : lines_of(scene.recording()))
      if (line.starts_with("connect ")) return line.substr(line.find(": ") + 2);
    return std::string();
  };
  for (const auto &daemon : builtin_rules().daemons) {
    if (daemon.path.find("<rand>") != std::string::npos) continue; // its directory is another row's
    auto path = replaced(replaced(daemon.path, "$HOME", "/home/ann"), "$CACHE", "/home/ann/.cache");
    path = replaced(replaced(path, "/user/*/", "/user/1000/"), "**", "x/y");
    path = replaced(path, "*", "x");
    INFO(daemon.name << ' ' << path << " is " << told(path));
    CHECK(told(path).starts_with("daemon:unix:"));
    const auto name = path.substr(path.rfind('/') + 1);
    CHECK(told("/tmp/" + name) == "unix:$TMP/" + name);
    CHECK_FALSE(told("/home/ann/src/shop/run/" + name).starts_with("daemon:"));
  }
}

TEST_CASE(
    "R3: each runner of tests joins its own tests, and nothing that lies elsewhere or that others start") {
  struct Case {
    std::string row;
    std::vector<std::string> runner;
    std::string one, other, no_test;
  };
  const std::string ws = "/home/ann/src/shop/";
  const std::vector<Case> cases = {
      {"/usr/**node --test", {"/usr/bin/node", "--test"}, "test/a.js", "test/b.js", "lib/a.js"},
      {"/usr/**ctest", {"/usr/bin/ctest"}, "out/a_test", "out/b_test", "out/tool"},
      {"/usr/**prove", {"/usr/bin/perl", "/usr/bin/prove"}, "t/a.t", "t/b.t", "t/evil.pl"},
      {"/usr/**meson", {"/usr/bin/python3", "/usr/bin/meson"}, "out/a_test", "out/b_test", "out/tool"},
      {"/usr/**cargo test",
       {"/usr/bin/cargo", "test"},
       "target/debug/deps/a-0",
       "target/debug/deps/b-1",
       "target/x"},
  };
  const auto name = [&](const std::vector<std::string> &runner, const std::string &test) {
    Scene scene;
    auto argv = runner;
    auto main = scene.command(runner.front(), argv);
    main.start(test);
    for (const auto &line : lines_of(scene.recording()))
      if (line.find(" > ") != std::string::npos) return line.substr(line.rfind(" > ") + 3);
    return std::string();
  };
  for (const auto &one : cases) {
    INFO(one.row);
    CHECK(name(one.runner, ws + one.one) == name(one.runner, ws + one.other));
    CHECK(name(one.runner, ws + one.one) != name(one.runner, ws + one.no_test));
    CHECK(name(one.runner, "/tmp/" + one.one) != name(one.runner, "/tmp/" + one.other));
    CHECK(name({"/usr/bin/make"}, ws + one.one) != name({"/usr/bin/make"}, ws + one.other));
    auto namesake = one.runner;
    namesake.front() = "/tmp" + namesake.front();
    CHECK(name(namesake, ws + one.one) != name(namesake, ws + one.other));
  }
}

TEST_CASE("what the catalogue calls optional is optional for its own program and object only") {
  const auto tagged = [](const std::string &npm, const std::string &host) {
    Scene scene;
    auto node = scene.command("/usr/bin/node", {"node", npm, "run", "x"});
    node.answer(host, {"203.0.113.7"}).connect("203.0.113.7", 443);
    std::size_t count = 0;
    for (const auto &behavior : canonicalize(scene.recording(), builtin_rules()).fingerprint.behaviors)
      count += behavior.optional;
    return count;
  };
  CHECK(tagged("/usr/bin/npm", "registry.npmjs.org") == 2);
  CHECK(tagged("/usr/bin/npm", "registry.npmjs.org.evil.example") == 0);
  CHECK(tagged("/home/ann/src/shop/npm", "registry.npmjs.org") == 0);
  CHECK(tagged("/tmp/usr/bin/npm", "registry.npmjs.org") == 0);
}

TEST_CASE("Gradle's datagrams for a lock are optional between its own processes only") {
  const auto tagged = [](const std::string &java, const std::string &main, const std::string &peer) {
    Scene scene;
    auto shell = scene.command("/usr/bin/sh", {"sh", "-c", "x"});
    auto owner = shell.start("/usr/bin/java", {"java", "org.gradle.launcher.daemon.bootstrap.GradleDaemon"});
    auto other = shell.start("/usr/bin/java", {"java", "com.example.Collector"});
    owner.event(Bind{Transport::udp, {"::", 40001}, false, 0, true});
    other.event(Bind{Transport::udp, {"::", 40002}, false, 0, true});
    shell.start(java, {"java", main}).connect("127.0.0.1", peer == "gradle" ? 40001 : 40002, Transport::udp);
    std::size_t count = 0;
    for (const auto &behavior : canonicalize(scene.recording(), builtin_rules()).fingerprint.behaviors)
      count += behavior.optional;
    return count;
  };
  CHECK(tagged("/usr/bin/java", "org.gradle.launcher.GradleMain", "gradle") == 1);
  CHECK(tagged("/usr/bin/java", "org.gradle.launcher.GradleMain", "another's") == 0);
  CHECK(tagged("/usr/bin/java", "com.example.Main", "gradle") == 0);
  CHECK(tagged("/tmp/java", "org.gradle.launcher.GradleMain", "gradle") == 0);
}

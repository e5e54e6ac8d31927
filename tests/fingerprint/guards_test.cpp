// For each rule: what it must merge, and what an attacker who knows the rule must not get merged.

#include "fingerprint/host_names.hpp"
#include "fingerprint/packages.hpp"
#include "tests/fingerprint/lines.hpp"

using namespace buildprint;

namespace {

/// What one program, started by make, is called.
std::string name_of(Exec exec, const std::function<void(Scene::Actor &)> &before = {}) {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  auto child = make.fork();
  if (before) before(child);
  if (exec.invoked.empty()) exec.invoked = exec.exe;
  if (exec.argv.empty()) exec.argv = {exec.exe};
  exec.mode = 0100755;
  child.exec(std::move(exec));
  for (const auto &behavior : canonicalize(scene.recording(), builtin_rules()).fingerprint.behaviors)
    if (behavior.kind == Kind::exec && behavior.lineage.size() == 2) return behavior.lineage.back().text();
  return {};
}

std::string name_of(const std::string &exe, std::vector<std::string> argv = {}) {
  Exec exec;
  exec.exe = exe;
  exec.argv = std::move(argv);
  return name_of(exec);
}

/// What a client tells its peer about whom it wants.
NameAnswer told(const std::string &name, const Endpoint &peer, NameSource source = NameSource::tls_sni,
                const std::string &how = "SNI") {
  return {source, name, how, {}, peer, Transport::tcp};
}

/// All lines of a scene that `play` fills.
std::vector<std::string> played(const std::function<void(Scene &)> &play, Stage stage = {}) {
  Scene scene(std::move(stage));
  play(scene);
  return lines_of(scene.recording());
}

} // namespace

TEST_CASE("R1 merges the same build in other directories") {
  const auto play = [](Scene &scene) {
    auto sh = scene.command("/usr/bin/sh", {"sh", "ci/run.sh"});
    sh.start(scene.workspace("build/tool")).write(scene.home(".cache/x")).create(scene.temporary("y"));
  };
  CHECK(played(play) == played(play, {"/srv/ci/deep/er/w", "/srv/ci/home", "/srv/ci/tmp"}));
}

TEST_CASE("R1 must not merge what only begins like a root, or is named like one") {
  CHECK(name_of("/home/ann/src/shop-evil/tool") == "$HOME/src/shop-evil/tool");
  CHECK(name_of("/tmpfiles/tool") == "/tmpfiles/tool");
  CHECK(name_of("/opt/$WS/tool") == "/opt/%24WS/tool");
  CHECK(name_of("/home/ann/src/shop/../../../../opt/tool") == "/opt/tool");
}

TEST_CASE("R3 must not take \"..\" behind what may be a link for the directory above") {
  Exec gcc;
  gcc.exe = "/usr/bin/curl"; // where the kernel went: "link" leads five directories down
  gcc.invoked = "/home/ann/src/shop/link/../../../../../usr/bin/gcc";
  gcc.argv = {"gcc"};
  CHECK(name_of(gcc) == "/usr/bin/curl");

  const auto script = [](const std::string &path, const std::string &cwd) {
    Exec python;
    python.exe = "/usr/bin/python3.11";
    python.invoked = "/usr/bin/python3";
    python.cwd = cwd;
    python.argv = {"python3", path};
    return name_of(python);
  };
  const std::string workspace = "/home/ann/src/shop";
  CHECK(script("tools/link/../known.py", workspace) == "/usr/bin/python3 $WS/tools/link/../known.py");
  CHECK(script(workspace + "/link/../known.py", "/") == "/usr/bin/python3 $WS/link/../known.py");
  CHECK(script("link/../../../../usr/bin/pip3", workspace + "/deep") ==
        "/usr/bin/python3 $WS/deep/link/../../../../usr/bin/pip3");
}

TEST_CASE("R3 merges scripts that are named from the directory the program is in, or through root's") {
  const auto script = [](const std::string &path, const std::string &cwd) {
    Exec node;
    node.exe = node.invoked = "/usr/bin/node";
    node.cwd = cwd;
    node.argv = {"node", path};
    return name_of(node);
  };
  const std::string workspace = "/home/ann/src/shop";
  CHECK(script("../../tools/./known.js", workspace + "/a/b") == "/usr/bin/node $WS/tools/known.js");
  CHECK(script("/usr/share/nodejs/npm/bin/../lib/cli.js", "/") ==
        script("/usr/share/nodejs/npm/lib/cli.js", "/"));
  CHECK(script("../../../../../usr/share/x.js", "/home/ann/src/shop") == "/usr/bin/node /usr/share/x.js");
}

TEST_CASE("R2 merges builders of any name, never root") {
  const auto play = [](Scene &scene) { scene.command("/usr/bin/make").start("/usr/bin/gcc"); };
  Stage other;
  other.uid = 4711;
  CHECK(played(play) == played(play, other));
  other.uid = 0;
  CHECK_FALSE(played(play) == played(play, other));
}

TEST_CASE("R2 must not merge other users into the builder, or a gain of root into anything") {
  const auto play = [](std::uint32_t uid) {
    return played([uid](Scene &scene) {
      auto sudo = scene.command("/usr/bin/make").fork();
      sudo.user(uid).exec("/usr/bin/sudo");
    });
  };
  CHECK_FALSE(play(1000) == play(0));
  CHECK_FALSE(play(33) == play(1001));
  Scene scene;
  auto made = scene.command("/usr/bin/make");
  made.event(UserName{33, "builder"}); // somebody called builder is not the builder
  made.fork().user(33).exec("/usr/bin/id");
  CHECK(shows(scene, "exec other:builder /usr/bin/make > /usr/bin/id"));
}

TEST_CASE("R3 names what an engineer would name") {
  CHECK(name_of("/usr/bin/python3.11", {"python3", "-W", "ignore", "tests/run.py", "-v"}) ==
        "/usr/bin/python3.<v> $WS/tests/run.py");
  CHECK(name_of("/usr/bin/python3", {"python3", "-mpytest", "-q"}) == "/usr/bin/python3 -m pytest");
  CHECK(name_of("/usr/bin/python3", {"python3", "-Im", "pip", "install", "x"}) ==
        "/usr/bin/python3 -m pip install");
  CHECK(name_of("/usr/bin/bash", {"bash", "-euo", "pipefail", "-c", "x"}) == "/usr/bin/bash -c");
  CHECK(name_of("/usr/bin/bash", {"bash", "-s", "--", "x"}) == "/usr/bin/bash -");
  CHECK(name_of("/usr/bin/sh", {"sh"}) == "/usr/bin/sh -");
  CHECK(name_of("/usr/bin/bash", {"bash", "/dev/fd/63"}) == "/usr/bin/bash /dev/fd");
  CHECK(name_of("/usr/bin/perl", {"perl", "-Mre", "-w", "gen.pl"}) == "/usr/bin/perl $WS/gen.pl");
  CHECK(name_of("/usr/bin/perl", {"perl", "-ne", "print"}) == "/usr/bin/perl -e");
  CHECK(name_of("/usr/bin/node", {"node", "--require", "x", "srv.js"}) == "/usr/bin/node $WS/srv.js");
  CHECK(name_of("/usr/bin/node", {"node", "--test", "test/a.js"}) == "/usr/bin/node --test");
  CHECK(name_of("/usr/bin/node", {"node", "/usr/bin/npm", "install", "--offline"}) ==
        "/usr/bin/node /usr/bin/npm install");
  CHECK(name_of("/usr/bin/git", {"git", "-C", "push", "-c", "x=y", "fetch", "push"}) == "/usr/bin/git fetch");
  CHECK(name_of("/usr/bin/docker", {"docker", "--host", "x", "run", "alpine"}) == "/usr/bin/docker run");
  CHECK(name_of("/usr/bin/busybox", {"wget", "-q"}) == "/usr/bin/busybox wget");
  CHECK(name_of("/usr/bin/busybox", {"busybox", "sh", "-c", "x"}) == "/usr/bin/busybox sh -c");
  CHECK(name_of("/usr/bin/java", {"java", "-cp", "a:b", "org.shop.Main"}) == "/usr/bin/java org.shop.Main");
  CHECK(name_of("/usr/bin/java", {"java", "-Xmx1g", "-jar", "x.jar"}) == "/usr/bin/java $WS/x.jar");
}

TEST_CASE("R3 names java's argument files, and who wrote them, beside the class") {
  const auto name = [](const std::string &writer, std::vector<std::string> argv) {
    Scene scene;
    auto daemon = scene.command("/usr/bin/java", {"java", "org.gradle.Daemon"});
    daemon.start(writer, {writer, "X"}).create(argv[1].substr(1));
    daemon.start("/usr/bin/java", argv);
    for (const auto &line : lines_of(scene.recording()))
      if (line.find('@') != std::string::npos) return line.substr(line.find('@'));
    return std::string();
  };
  const std::string java = "/usr/bin/java";
  const auto worker =
      name(java, {"java", "@/tmp/gradle-worker-classpath10676236406644503417txt", "-Xmx9m", "w.Main"});
  CHECK(worker == "@$TMP/gradle-worker-classpath<rand>txt (by /usr/bin/java X) w.Main");
  CHECK(worker ==
        name(java, {"java", "@/tmp/gradle-worker-classpath6815068516170387189txt", "-Xmx9m", "w.Main"}));
  // What stands in such a file decides what runs, whatever class follows.
  CHECK(worker !=
        name("/usr/bin/curl", {"java", "@/tmp/gradle-worker-classpath6815068516170387189txt", "w.Main"}));
  CHECK(worker != name(java, {"java", "@/home/ann/src/shop/args", "w.Main"}));
  CHECK(name(java, {"java", "@/home/ann/src/shop/args"}) == "@$WS/args");
}

TEST_CASE("R3 must not let a name pass for another program") {
  CHECK(name_of("/tmp/gcc") == "$TMP/gcc");
  CHECK(name_of("/usr/bin/curl", {"gcc", "-c", "a.c"}) == "/usr/bin/curl");
  CHECK(name_of("/home/ann/src/shop/node_modules/.bin/npm", {"npm", "install"}) ==
        "$WS/node_modules/.bin/npm install");
  Exec link; // a link called gcc in the temporary directory
  link.exe = "/usr/bin/curl", link.invoked = "/tmp/gcc";
  CHECK(name_of(link) == "/usr/bin/curl");
  CHECK(name_of("/usr/bin/sh", {"sh", "/tmp/configure"}) != name_of("/usr/bin/sh", {"sh", "./configure"}));
  CHECK(name_of("/home/ann/src/shop/a > /usr/bin/gcc") == "$WS/a%20%3E%20/usr/bin/gcc");
  CHECK(name_of("/usr/bin/git", {"git", "Push; > x"}) == "/usr/bin/git");
  Exec fake; // in a system directory, but not the system's
  fake.exe = "/usr/local/bin/python3.11", fake.owner = 1000;
  CHECK(name_of(fake) == "/usr/local/bin/python3.11 -");
}

TEST_CASE("R3 joins the test files of a runner that starts one process for each, and nothing else") {
  const auto name = [](const std::string &runner, std::vector<std::string> argv, const std::string &script) {
    Scene scene;
    auto main = scene.command(runner, std::move(argv));
    main.start("/usr/bin/node", {"node", script});
    return lines_of(scene.recording()).back();
  };
  const auto joined = name("/usr/bin/node", {"node", "--test"}, "test/a.test.js");
  CHECK(joined == name("/usr/bin/node", {"node", "--test"}, "test/b.test.js"));
  CHECK(joined != name("/usr/bin/node", {"node", "--test"}, "/tmp/b.test.js"));
  CHECK(joined != name("/usr/bin/node", {"node", "--test"}, "lib/evil.js"));
  CHECK(name("/usr/bin/sh", {"sh", "-c", "x"}, "test/a.test.js") !=
        name("/usr/bin/sh", {"sh", "-c", "x"}, "test/b.test.js"));
}

TEST_CASE("R4 merges the names that a tool makes up") {
  const auto play = [](const std::string &number) {
    return played([number](Scene &scene) {
      auto go = scene.command("/usr/bin/go", {"go", "vet"});
      auto link = go.start("/usr/lib/go-1.19/pkg/tool/linux_amd64/link");
      link.create(scene.temporary("go-build" + number + "/b001/x.test"));
      go.start(scene.temporary("go-build" + number + "/b001/x.test"));
    });
  };
  CHECK(play("31415926") == play("271828182"));
}

TEST_CASE("R4 must not merge for a tool that does not own the scheme") {
  const auto name = [](const std::string &file) { return name_of("/tmp/" + file, {}); };
  CHECK(name("go-build31415926/x") == "$TMP/go-build31415926/x"); // make is no go
  CHECK(name("tmpa1b2c3d4") == "$TMP/tmpa1b2c3d4");
  // Python ran, but curl made the file: the scheme is not curl's.
  Scene scene;
  auto python = scene.command("/usr/bin/python3", {"python3", "x.py"});
  python.start("/usr/bin/curl").create(scene.temporary("tmpa1b2c3d4"));
  python.start(scene.temporary("tmpa1b2c3d4"));
  CHECK(shows(scene, "exec builder /usr/bin/python3 $WS/x.py > $TMP/tmpa1b2c3d4 (by /usr/bin/curl)"));
}

TEST_CASE("R4 must not merge temporary programs of different writers") {
  const auto play = [](const std::string &writer) {
    return played([writer](Scene &scene) {
      auto sh = scene.command("/usr/bin/sh", {"sh", "x.sh"});
      sh.start(writer).create(scene.temporary("tool"));
      sh.start(scene.temporary("tool"));
    });
  };
  CHECK(play("/usr/bin/cp") != play("/usr/bin/curl"));
  // Moving the file does not wash it.
  Scene scene;
  auto sh = scene.command("/usr/bin/sh", {"sh", "x.sh"});
  sh.start("/usr/bin/curl").create(scene.temporary("a"));
  sh.start("/usr/bin/mv").rename(scene.temporary("a"), scene.temporary("b"));
  sh.start(scene.temporary("b"));
  CHECK(shows(scene, "exec builder /usr/bin/sh $WS/x.sh > $TMP/b (by /usr/bin/curl, /usr/bin/mv)"));
}

TEST_CASE("R4 merges what mktemp was asked for, whoever works in there, and nothing beside it") {
  const auto name = [](std::vector<std::string> mktemp, const std::string &path, const std::string &writer) {
    Scene scene;
    auto sh = scene.command("/usr/bin/sh", {"sh", "x.sh"});
    if (!mktemp.empty()) sh.start("/usr/bin/mktemp", std::move(mktemp));
    sh.start(writer).create(path);
    sh.start(path);
    const auto lines = lines_of(scene.recording());
    const auto found = std::find_if(lines.begin(), lines.end(), [](const std::string &line) {
      return line.find("(by") != std::string::npos || line.find("x.sh > $WS") != std::string::npos;
    });
    return found == lines.end() ? std::string() : found->substr(found->rfind(" > ") + 3);
  };
  const std::string tar = "/usr/bin/tar", curl = "/usr/bin/curl";
  CHECK(name({"mktemp", "-d"}, "/tmp/tmp.Ab12Cd34Ef/t/tool", tar) ==
        "$TMP/tmp.<rand>/t/tool (by /usr/bin/tar)");
  CHECK(name({"mktemp", "-d", "/tmp/build.XXXXXX"}, "/tmp/build.x1Y2z3/tool", tar) ==
        "$TMP/build.<rand>/tool (by /usr/bin/tar)");
  CHECK(name({"mktemp", "-dt", "b-XXXX-x"}, "/tmp/b-a1B2-x/tool", tar) ==
        "$TMP/b-<rand>-x/tool (by /usr/bin/tar)");
  CHECK(name({"mktemp", "-p", "/tmp/q", "XXXXXXXX"}, "/tmp/q/a1B2c3D4", tar) ==
        "$TMP/q/<rand> (by /usr/bin/tar)");
  CHECK(name({"mktemp", "-d", "work.XXXXXX"}, "/home/ann/src/shop/work.a1B2c3/tool", tar) ==
        "$WS/work.<rand>/tool");
  CHECK(name({"mktemp", "--tmpdir", "--suffix=.sh", "a.XXXX"}, "/tmp/a.q1W2.sh", tar) ==
        "$TMP/a.<rand>.sh (by /usr/bin/tar)");
  // Another writer is another program; another name, length, character or place is no template's.
  CHECK(name({"mktemp", "-d"}, "/tmp/tmp.Ab12Cd34Ef/t/tool", curl) ==
        "$TMP/tmp.<rand>/t/tool (by /usr/bin/curl)");
  CHECK(name({"mktemp", "-d", "/tmp/build.XXXXXX"}, "/tmp/build.x1Y2z34/t", tar) ==
        "$TMP/build.x1Y2z34/t (by /usr/bin/tar)");
  CHECK(name({"mktemp", "-d", "/tmp/build.XXXXXX"}, "/tmp/build.x1Y_z3/t", tar) ==
        "$TMP/build.x1Y_z3/t (by /usr/bin/tar)");
  CHECK(name({"mktemp", "-d", "/tmp/build.XXXXXX"}, "/tmp/e/build.x1Y2z3/t", tar) ==
        "$TMP/e/build.x1Y2z3/t (by /usr/bin/tar)");
  CHECK(name({"mktemp", "-d", "XXXX"}, "/tmp/a1B2", tar) ==
        "$TMP/a1B2 (by /usr/bin/tar)"); // of the workspace
  CHECK(name({"mktemp", "-d", "/tmp/XX"}, "/tmp/a1", tar) == "$TMP/a1 (by /usr/bin/tar)");
  CHECK(name({}, "/tmp/tmp.Ab12Cd34Ef/t/tool", tar) == "$TMP/tmp.Ab12Cd34Ef/t/tool (by /usr/bin/tar)");
  // Somebody else's mktemp asks for nothing.
  Scene scene;
  auto sh = scene.command("/usr/bin/sh", {"sh", "x.sh"});
  sh.start("/tmp/mktemp", {"mktemp", "-d"});
  sh.start(tar).create("/tmp/tmp.Ab12Cd34Ef/t");
  sh.start("/tmp/tmp.Ab12Cd34Ef/t");
  CHECK(shows(scene, "exec builder /usr/bin/sh $WS/x.sh > $TMP/tmp.Ab12Cd34Ef/t (by /usr/bin/tar)"));
}

TEST_CASE("R4 merges directories by who first put something there, not by who came later") {
  const auto name = [](const std::string &first, const std::string &later) {
    Scene scene;
    auto sh = scene.command("/usr/bin/sh", {"sh", "x.sh"});
    sh.start(first, {first, "x.js"}).create("/tmp/coins-x1Y2z3/a");
    sh.start(later).create("/tmp/coins-x1Y2z3/tool");
    sh.start("/tmp/coins-x1Y2z3/tool");
    return join(lines_of(scene.recording()), "\n");
  };
  const std::string node = "/usr/bin/node", curl = "/usr/bin/curl";
  CHECK(name(node, "/usr/bin/cp").find("$TMP/coins-<rand>/tool (by /usr/bin/cp)") != std::string::npos);
  CHECK(name(node, curl).find("$TMP/coins-<rand>/tool (by /usr/bin/curl)") != std::string::npos);
  CHECK(name(curl, node).find("$TMP/coins-x1Y2z3/tool") != std::string::npos);
}

TEST_CASE("R4 asks the loose schemes last") {
  const auto play = [](const std::string &token) {
    return played([token](Scene &scene) {
      auto yarn = scene.command("/usr/bin/node", {"node", "/usr/bin/yarn", "install"});
      yarn.create("/tmp/yarn--" + token + "/node");
      yarn.start("/tmp/yarn--" + token + "/node");
    });
  };
  CHECK(play("1795522915937-0.27581140141") == play("1795522919802-0.647106"));
  CHECK(play("1795522915937-0.27581140141") != play("evil"));
}

TEST_CASE("R5 merges hashes, not words") {
  CHECK(name_of("/home/ann/src/shop/target/debug/build/x-0123456789abcdef/build-script-build") ==
        "$WS/target/debug/build/x-<hash>/build-script-build");
  CHECK(name_of("/opt/6ba7b810-9dad-11d1-80b4-00c04fd430c8/x") == "/opt/<hash>/x");
  CHECK(name_of("/nix/store/s66mzxpvicwk07gjbjfw9izjfa797vsw-hello-2.12/bin/hello") ==
        "/nix/store/<hash>-hello-2.12/bin/hello");
  CHECK(name_of("/opt/deadbeef/x") == "/opt/deadbeef/x");
  CHECK(name_of("/opt/0123456789abcdefg/x") == "/opt/0123456789abcdefg/x");
  CHECK(name_of("/opt/<hash>/x") == "/opt/%3Chash%3E/x");
}

TEST_CASE("R6 merges versions under system directories, nowhere else") {
  CHECK(name_of("/usr/bin/x86_64-linux-gnu-gcc-12") == name_of("/usr/bin/x86_64-linux-gnu-gcc-13"));
  CHECK(name_of("/usr/lib/gcc/x86_64-linux-gnu/12/cc1") == "/usr/lib/gcc/<triple>/<v>/cc1");
  CHECK(name_of("/usr/bin/perl5.36.0", {"perl", "x.pl"}) == name_of("/usr/bin/perl5.38.2", {"perl", "x.pl"}));
  CHECK(name_of("/usr/lib/jvm/java-17-openjdk-amd64/bin/javac") ==
        "/usr/lib/jvm/java-<v>-openjdk-amd64/bin/javac");
  CHECK(name_of("/usr/bin/sha256sum") == "/usr/bin/sha256sum");
  CHECK(name_of("/usr/bin/base64") != name_of("/usr/bin/base32"));
  CHECK(name_of("/home/ann/src/shop/gcc-12") != name_of("/home/ann/src/shop/gcc-13"));
  CHECK(name_of("/tmp/python3.11", {"python3.11", "x.py"}) !=
        name_of("/tmp/python3.12", {"python3.12", "x.py"}));
}

TEST_CASE("R7 merges looks at oneself and at whoever runs, not at foreign memory") {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  auto ps = make.start("/usr/bin/ps");
  ps.inspect("maps", ps).inspect("environ", make);
  CHECK(shows(scene, "inspect builder /usr/bin/make > /usr/bin/ps: environ of others"));
  CHECK_FALSE(shows(scene, "inspect builder /usr/bin/make > /usr/bin/ps: maps of others"));
  Scene other;
  auto python = other.command("/usr/bin/python3", {"python3", "-"});
  Scene elsewhere;
  python.event(Inspect{"mem", {7, 7}, "/srv/actions-runner/Runner.Worker"});
  python.inspect("ptrace", python.fork());
  CHECK(shows(other, "inspect builder /usr/bin/python3 -: mem of foreign:/srv/actions-runner/Runner.Worker"));
  CHECK(shows(other, "inspect builder /usr/bin/python3 -: ptrace of child"));
}

TEST_CASE("R7 merges the machine's own name, whatever the machine is called") {
  const auto play = [](const std::string &host) {
    Scene scene;
    scene.run().hostname = host + ".ci.example";
    scene.run().search_domains = {"lan.example"};
    auto test = scene.command("/usr/bin/python3", {"python3", "x.py"});
    test.answer(host, {"203.0.113.9"}).answer(host + ".lan.example", {"203.0.113.9"});
    test.answer(host + ".ci.example", {"203.0.113.9"}).connect("203.0.113.9", 80);
    return lines_of(scene.recording());
  };
  CHECK(play("fv-az1") == play("runner-77"));
  CHECK(play("fv-az1").back() == "resolve builder /usr/bin/python3 $WS/x.py: $HOST");
}

TEST_CASE(
    "R7 must not merge what bears the machine's name elsewhere, nor looks at different foreign processes") {
  const auto names = [](const std::string &name) {
    Scene scene;
    scene.run().hostname = "runner.ci.example";
    scene.run().search_domains = {"lan.example"};
    scene.command("/usr/bin/curl").answer(name, {"203.0.113.66"}).connect("203.0.113.66", 443);
    return lines_of(scene.recording());
  };
  for (const std::string name :
       {"runner.evil.example", "runner.lan.example.evil.example", "runner-2", "runner."}) {
    INFO(name);
    CHECK(names(name) != names("runner"));
  }
  CHECK(names("runner.evil.example")[1] == "connect builder /usr/bin/curl: runner.evil.example:443/tcp");
  const auto looks = [](const std::string &how, const std::string &exe) {
    Scene scene;
    scene.command("/usr/bin/python3", {"python3", "-"}).event(Inspect{how, {7, 7}, exe});
    return lines_of(scene.recording());
  };
  CHECK(looks("mem", "/srv/actions-runner/Runner.Worker") != looks("mem", "/usr/bin/bash"));
  CHECK(looks("mem", "/usr/bin/bash") != looks("maps", "/usr/bin/bash"));
}

namespace {

/// Whom a test connects to, by a name made of its own process's number and that of the program that started
/// it, with the scene's numbers from `first_pid` on.
std::vector<std::string>
connects_by_number(std::uint32_t first_pid,
                   const std::function<std::string(std::uint32_t own, std::uint32_t above)> &name) {
  Stage stage;
  stage.first_pid = first_pid;
  Scene scene(stage);
  auto test = scene.command("/usr/bin/prove").start("/usr/bin/perl", {"perl", "t/a.t"});
  test.fork().unix_connect(name(test.key().pid + 1, test.key().pid));
  return lines_of(scene.recording());
}

} // namespace

TEST_CASE("R7 merges sockets that carry the number of whoever connects, or of who started that") {
  const auto both_runs = [](const auto &name) {
    CHECK(connects_by_number(4711, name) == connects_by_number(20815, name));
    return connects_by_number(4711, name).back();
  };
  const std::string by = "connect builder /usr/bin/prove > /usr/bin/perl $WS/t/<test>: unix:";
  CHECK(both_runs([](auto own, auto) { return "/tmp/memtest." + std::to_string(own) + ".3"; }) ==
        by + "$TMP/memtest.<pid>.3");
  CHECK(both_runs([](auto, auto above) { return "/tmp/s" + std::to_string(above) + "/a"; }) ==
        by + "$TMP/s<pid>/a");
  CHECK(both_runs([](auto, auto above) { return "/home/ann/src/shop/x-" + std::to_string(above); }) ==
        by + "$WS/x-<pid>");
  CHECK(both_runs([](auto own, auto) { return "@test-" + std::to_string(own); }) == by + "@test-<pid>");
  CHECK(both_runs([](auto own, auto) { return "/run/user/1000/s." + std::to_string(own); }) ==
        by + "/run/user/<uid>/s.<pid>");
  const auto listens = [](std::uint32_t pid) {
    Stage stage;
    stage.first_pid = pid;
    Scene scene(stage);
    auto mux = scene.command("/usr/bin/screen");
    mux.unix_listen(scene.home(".screen/" + std::to_string(mux.key().pid) + ".tty"));
    return lines_of(scene.recording());
  };
  CHECK(listens(4711) == listens(20815));
  // Of an ancestor that has ended, however many did since.
  Scene scene(Stage{.first_pid = 4711});
  auto top = scene.command("/usr/bin/prove");
  auto test = top.start("/usr/bin/perl", {"perl", "t/a.t"});
  const auto name = "/tmp/s." + std::to_string(test.key().pid);
  auto client = test.start("/usr/bin/dash", {"sh", "-c", "x"}).start("/usr/bin/nc");
  test.exit();
  for (int i = 0; i < 5000; ++i) top.fork().exit();
  client.unix_connect(name);
  CHECK(shows(scene,
              "connect builder /usr/bin/prove > /usr/bin/perl $WS/t/<test> > /usr/bin/dash -c > /usr/bin/nc: "
              "unix:$TMP/s.<pid>"));
  CHECK(listens(4711).back() == "listen builder /usr/bin/screen: unix:$HOME/.screen/<pid>.tty");
}

TEST_CASE("R7 must not merge numbers that are nobody's, parts of numbers, or places that a system names") {
  const auto differ = [](const auto &name) {
    CHECK(connects_by_number(4711, name) != connects_by_number(20815, name));
    for (const auto &line : connects_by_number(4711, name)) CHECK(line.find("<pid>") == line.npos);
  };
  differ([](auto own, auto) { return "/tmp/s." + std::to_string(own + 1); }); // nobody's
  differ([](auto own, auto) { return "/tmp/s." + std::to_string(own) + "1"; });
  differ([](auto own, auto) { return "/tmp/s.9" + std::to_string(own); });
  differ([](auto own, auto) { return "/tmp/s.0" + std::to_string(own); });
  differ([](auto own, auto) { return "/run/postgresql/.s.PGSQL." + std::to_string(own); });
  differ([](auto own, auto) { return "/srv/runner/" + std::to_string(own) + "/control"; });
  // The number of somebody who is no ancestor, and short numbers.
  Scene scene(Stage{.first_pid = 4711});
  auto sh = scene.command("/usr/bin/sh", {"sh", "-c", "x"});
  const auto other = sh.start("/usr/bin/sleep");
  sh.start("/usr/bin/nc").unix_connect("/tmp/s." + std::to_string(other.key().pid));
  CHECK(shows(scene, "connect builder /usr/bin/sh -c > /usr/bin/nc: unix:$TMP/s.4712"));
  const auto short_number = [](auto, auto above) { return "/tmp/s." + std::to_string(above); };
  CHECK(connects_by_number(8, short_number).back().ends_with("unix:$TMP/s.9"));
  CHECK(connects_by_number(41, short_number).back().ends_with("unix:$TMP/s.42"));
  // Programs, sinks, secrets and tracked files keep theirs; daemons are known by their places.
  Scene exact(Stage{.first_pid = 4711});
  auto own = exact.command("/usr/bin/sh", {"sh", "-c", "x"});
  own.write(exact.workspace("src/4711.c"), true).write(exact.home(".ssh/4711")).read(exact.home(".ssh/4711"));
  own.unix_connect("/run/user/1000/gnupg/4711").start(exact.workspace("bin/4711"));
  for (const auto &line : lines_of(exact.recording())) CHECK(line.find("<pid>") == line.npos);
  CHECK(shows(exact, "write builder /usr/bin/sh -c: tracked:$WS/src/4711.c"));
  CHECK(shows(exact, "write builder /usr/bin/sh -c: sink:$HOME/.ssh/4711"));
  CHECK(shows(exact, "exec builder /usr/bin/sh -c > $WS/bin/4711"));
  CHECK(shows(exact, "connect builder /usr/bin/sh -c: daemon:unix:/run/user/<uid>/gnupg/4711"));
}

TEST_CASE("R8 merges forks of a program, not another program between them") {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  make.fork().fork().start("/usr/bin/make").start("/usr/bin/gcc");
  CHECK(lines_of(scene.recording()) ==
        std::vector<std::string>{"exec builder /usr/bin/make", "exec builder /usr/bin/make > /usr/bin/gcc"});
  Scene other;
  other.command("/usr/bin/make")
      .start("/usr/bin/sh", {"sh", "-c", "x"})
      .start("/usr/bin/make")
      .start("/usr/bin/gcc");
  CHECK(shows(other, "exec builder /usr/bin/make > /usr/bin/sh -c > /usr/bin/make > /usr/bin/gcc"));
  // Two scripts of one interpreter are two programs, and so is one that runs as somebody else.
  Scene scripts;
  scripts.command("/usr/bin/sh", {"sh", "a.sh"}).start("/usr/bin/sh", {"sh", "b.sh"}).start("/usr/bin/gcc");
  CHECK(shows(scripts, "exec builder /usr/bin/sh $WS/a.sh > /usr/bin/sh $WS/b.sh > /usr/bin/gcc"));
  Scene root;
  auto inner = root.command("/usr/bin/make").fork();
  inner.user(0).exec("/usr/bin/make");
  CHECK(shows(root, "exec root /usr/bin/make"));
  CHECK(shows(root, "become builder /usr/bin/make: builder->root"));
}

TEST_CASE("R8 merges a pool's workers with who starts them, and nothing that only looks like one") {
  const std::string runner = "node_modules/jest/bin/jest.js";
  const std::string worker = "node_modules/jest-worker/build/workers/processChild.js";
  const auto play = [&](const std::string &parent, const std::string &runtime, const std::string &script) {
    Scene scene;
    auto main = scene.command(parent, {"node", runner});
    main.fork().start(runtime, {"node", script}).start("/usr/bin/curl");
    return lines_of(scene.recording());
  };
  Scene in_band;
  in_band.command("/usr/bin/node", {"node", runner}).start("/usr/bin/curl");
  const auto alone = lines_of(in_band.recording());
  CHECK(play("/usr/bin/node", "/usr/bin/node", worker) == alone);
  CHECK(play("/usr/bin/node", "/usr/bin/node",
             "/usr/share/nodejs/jest-worker/build/workers/processChild.js") == alone);
  CHECK(play("/usr/bin/node", "/usr/bin/node", "node_modules/jest-worker/build/processChild.js") == alone);
  Scene mocha;
  mocha.command("/usr/bin/node", {"node", "node_modules/.bin/mocha"})
      .start("/usr/bin/node", {"node", "node_modules/mocha/lib/nodejs/worker.js"});
  CHECK(lines_of(mocha.recording()) ==
        std::vector<std::string>{"exec builder /usr/bin/node $WS/node_modules/.bin/mocha"});
  const auto apart = [](const auto &lines) { return lines.size() == 3; };
  // Another runtime can be another program; another script is one; so is a worker that a shell starts.
  CHECK(apart(play("/usr/bin/node", "/tmp/node", worker)));
  CHECK(apart(play("/usr/bin/node", "/usr/bin/nodejs", worker)));
  CHECK(apart(play("/usr/bin/node", "/usr/bin/node", "node_modules/jest-worker/build/workers/evil.js")));
  CHECK(apart(play("/usr/bin/node", "/usr/bin/node", "lib/processChild.js")));
  CHECK(apart(play("/usr/bin/node", "/usr/bin/node", "node_modules/mocha/lib/nodejs/worker.js")));
  // Who only starts what it is told to start is no runner, nor is another interpreter.
  Scene launcher;
  launcher.command("/usr/bin/node", {"node", "yarn.js"}).start("/usr/bin/node", {"node", worker});
  CHECK(shows(launcher, "exec builder /usr/bin/node $WS/yarn.js > /usr/bin/node $WS/" + worker));
  Scene bash;
  bash.command("/usr/bin/bash", {"bash", "jest.js"}).start("/usr/bin/bash", {"bash", worker});
  CHECK(shows(bash, "exec builder /usr/bin/bash $WS/jest.js > /usr/bin/bash $WS/" + worker));
  // Under npx the path has a hash: nothing was joined that is not joined where there is no pool.
  Scene npx;
  auto cached =
      npx.command("/usr/bin/node", {"node", "/home/ann/.npm/_npx/15b07286cbcc3329/node_modules/.bin/jest"});
  cached.start("/usr/bin/node", {"node", "/home/ann/.npm/_npx/15b07286cbcc3329/" + worker});
  for (const auto &attribute : canonicalize(npx.recording(), builtin_rules()).fingerprint.attributes)
    CHECK(attribute.name != "joined names");
  Scene by_shell;
  by_shell.command("/usr/bin/sh", {"sh", "-c", "x"}).start("/usr/bin/node", {"node", worker});
  CHECK(shows(by_shell, "exec builder /usr/bin/sh -c > /usr/bin/node $WS/" + worker));
  // What a worker does is its runner's, by name.
  Scene talks;
  talks.command("/usr/bin/node", {"node", runner})
      .start("/usr/bin/node", {"node", worker})
      .answer("evil.example", {"203.0.113.66"})
      .connect("203.0.113.66", 443);
  CHECK(shows(talks, "connect builder /usr/bin/node $WS/" + runner + ": evil.example:443/tcp"));
  // A variable that makes it load other code is a behavior as everywhere.
  Scene steered;
  auto main = steered.command("/usr/bin/node", {"node", runner});
  main.fork().environment("LD_PRELOAD", "xxh3:00").exec("/usr/bin/node", {"node", worker});
  CHECK(shows(steered, "read builder /usr/bin/node $WS/" + runner + ": environment:LD_PRELOAD"));
}

TEST_CASE("R9 must not believe a foreign resolver, nor hide a name behind a known one") {
  Scene scene;
  auto node = scene.command("/usr/bin/node", {"node", "x.js"});
  node.answer("registry.example", {"203.0.113.66"}, "203.0.113.53").connect("203.0.113.66", 443);
  CHECK(shows(scene, "connect builder /usr/bin/node $WS/x.js: 203.0.113.66:443/tcp"));
  CHECK(shows(scene, "resolve builder /usr/bin/node $WS/x.js: registry.example via 203.0.113.53:53/udp"));
  Scene other;
  auto curl = other.command("/usr/bin/curl");
  curl.answer("registry.example", {"203.0.113.66"}).answer("evil.example", {"203.0.113.66"});
  curl.connect("203.0.113.66", 443);
  CHECK(shows(other, "connect builder /usr/bin/curl: evil.example:443/tcp"));
  Scene bare;
  bare.command("/usr/bin/curl").connect("203.0.113.22", 80);
  CHECK(shows(bare, "connect builder /usr/bin/curl: 203.0.113.22:80/tcp"));
}

TEST_CASE("R9 merges addresses behind a name that only the client tells, and marks it as such") {
  const auto play = [](const std::string &address) {
    return played([address](Scene &scene) {
      scene.command("/usr/bin/curl").connect(address, 443).event(told("registry.example", {address, 443}));
    });
  };
  CHECK(play("203.0.113.66") == play("203.0.113.67"));
  CHECK(play("203.0.113.66").back() == "connect builder /usr/bin/curl: sni:registry.example:443/tcp");
  Scene plain;
  auto curl = plain.command("/usr/bin/curl");
  curl.connect("203.0.113.66", 80)
      .event(told("registry.example", {"203.0.113.66", 80}, NameSource::http_host, "Host"));
  CHECK(shows(plain, "connect builder /usr/bin/curl: host:registry.example:80/tcp"));
}

TEST_CASE("R9 must not let what a client tells pass for what the resolver says") {
  Scene lie; // the resolver said where that is: not there
  auto npm = lie.command("/usr/bin/curl");
  npm.answer("registry.example", {"203.0.113.22"}).connect("203.0.113.22", 443);
  npm.event(told("registry.example", {"203.0.113.22", 443}));
  npm.connect("203.0.113.66", 443).event(told("registry.example", {"203.0.113.66", 443}));
  CHECK(shows(lie, "connect builder /usr/bin/curl: 203.0.113.66:443/tcp"));
  CHECK(shows(lie, "connect builder /usr/bin/curl: registry.example:443/tcp"));
  CHECK_FALSE(shows(lie, "connect builder /usr/bin/curl: sni:registry.example:443/tcp"));
  Scene front; // another name on an address that the resolver named
  auto curl = front.command("/usr/bin/curl");
  curl.answer("cdn.example", {"203.0.113.66"}).connect("203.0.113.66", 443);
  curl.event(told("evil.example", {"203.0.113.66", 443}));
  CHECK(shows(front, "connect builder /usr/bin/curl: cdn.example:443/tcp"));
  CHECK(shows(front, "connect builder /usr/bin/curl: sni:evil.example:443/tcp"));
  for (const std::string address : {"169.254.169.254", "10.1.2.3", "fd00:ec2::254"}) { // keep their address
    Scene inner;
    inner.command("/usr/bin/curl")
        .connect(address, 80)
        .event(told("registry.example", {address, 80}, NameSource::http_host, "Host"));
    CHECK(shows(inner, "connect builder /usr/bin/curl: " + host_text(address) + ":80/tcp"));
  }
  for (const std::string name : {"203.0.113.22", "a:443/tcp via proxy.example", "localhost", "x y"}) {
    Scene odd;
    odd.command("/usr/bin/curl").connect("203.0.113.66", 443).event(told(name, {"203.0.113.66", 443}));
    CHECK(shows(odd, "connect builder /usr/bin/curl: 203.0.113.66:443/tcp"));
  }
}

TEST_CASE("R9 names whom a proxy is asked for, and no proxy hides another server") {
  const auto scene_with = [](Scene &scene, const Endpoint &peer, const std::string &name, const char *how) {
    scene.run().proxies = {"proxy.example:3128"};
    auto npm = scene.command("/usr/bin/curl");
    npm.answer("proxy.example", {"203.0.113.8"}).connect(peer.address, peer.port);
    npm.event(told(name, peer, NameSource::http_host, how));
  };
  const std::string curl = "connect builder /usr/bin/curl: ";
  Scene tunnel;
  scene_with(tunnel, {"203.0.113.8", 3128}, "registry.example:443", "CONNECT");
  CHECK(shows(tunnel, curl + "registry.example:443/tcp via proxy.example:3128"));
  CHECK(shows(tunnel, curl + "proxy.example:3128/tcp"));
  Scene request;
  scene_with(request, {"203.0.113.8", 3128}, "registry.example", "Host");
  CHECK(shows(request, curl + "registry.example:80/tcp via proxy.example:3128"));
  Scene evil; // a proxy that nobody configured
  scene_with(evil, {"203.0.113.66", 3128}, "registry.example:443", "CONNECT");
  CHECK(shows(evil, curl + "registry.example:443/tcp via 203.0.113.66:3128"));
  CHECK(shows(evil, curl + "203.0.113.66:3128/tcp"));
  Scene forged;
  scene_with(forged, {"203.0.113.66", 3128}, "a:443/tcp via proxy.example:3128", "CONNECT");
  CHECK_FALSE(shows(forged, curl + "a:443/tcp via proxy.example:3128"));
  CHECK(shows(forged, curl + "203.0.113.66:3128/tcp"));
}

TEST_CASE("R9 knows a container's own resolver, in containers only") {
  const auto answered = [](Scene::Actor actor) {
    actor.answer("db.example", {"203.0.113.4"}, "127.0.0.11").connect("203.0.113.4", 5432);
  };
  Scene outside;
  answered(outside.command("/usr/bin/psql"));
  CHECK(shows(outside, "connect builder /usr/bin/psql: 203.0.113.4:5432/tcp"));
  Scene inside;
  auto main = inside.command("/usr/bin/psql");
  ContainerStart start;
  start.id = "1", start.image = "postgres:15", start.linked_by = "cgroup-parent";
  main.event(start);
  answered(main);
  CHECK(shows(inside, "connect builder /usr/bin/psql > container:postgres: db.example:5432/tcp"));
}

TEST_CASE("a variable that makes a program load other code is told where it comes up, without its value") {
  Exec given, made;
  given.exe = given.invoked = "/usr/bin/sh", given.argv = {"sh", "-c", "x"};
  given.environment = {{"PYTHONPATH", "xxh3:11"}, {"npm_package_name", "shop"}};
  made.exe = made.invoked = "/usr/bin/gcc";
  made.environment = {{"PYTHONPATH", "xxh3:11"}, {"LD_PRELOAD", "xxh3:22"}};
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  auto sh = make.fork();
  sh.exec(given);
  auto gcc = sh.fork();
  gcc.exec(made);
  gcc.fork().exec(made); // inherited
  CHECK(shows(scene, "read builder /usr/bin/make > /usr/bin/sh -c: environment:PYTHONPATH"));
  CHECK(shows(scene, "read builder /usr/bin/make > /usr/bin/sh -c > /usr/bin/gcc: environment:LD_PRELOAD"));
  CHECK_FALSE(
      shows(scene, "read builder /usr/bin/make > /usr/bin/sh -c > /usr/bin/gcc: environment:PYTHONPATH"));
  Scene again; // the recorded program itself, once more
  again.command("/usr/bin/make").fork().environment("PYTHONPATH", "xxh3:11").exec("/usr/bin/make");
  CHECK(shows(again, "read builder /usr/bin/make: environment:PYTHONPATH"));
  Scene outside; // the environment of the recording is nobody's doing
  outside.command("/usr/bin/env", {"env", "sh", "-c", "x"}).exec(given);
  CHECK_FALSE(shows(outside, "read builder /usr/bin/sh -c: environment:PYTHONPATH"));
}

TEST_CASE("a shell that is steered over the network is told, one that a pipe steers is not") {
  const auto behaviors = [](StreamKind input) {
    Exec shell;
    shell.exe = shell.invoked = "/usr/bin/sh", shell.argv = {"sh"};
    shell.standard_input = input;
    Scene scene;
    scene.command("/usr/bin/make").fork().exec(shell);
    return lines_of(scene.recording());
  };
  CHECK(behaviors(StreamKind::network).back() ==
        "read builder /usr/bin/make > /usr/bin/sh -: network:standard input");
  CHECK(behaviors(StreamKind::socket) == behaviors(StreamKind::pipe)); // node's pipes are unix sockets
}

TEST_CASE("R1, R7 merge mounts in other directories, not other places or kinds") {
  const auto mounts = [](const Stage &stage, const std::string &kind, const std::string &below) {
    Scene scene(stage);
    auto mount = scene.command("/usr/bin/mount", {"mount"});
    mount.kernel("mount", (kind.empty() ? "" : kind + ' ') + "on " +
                              scene.workspace(below + std::to_string(mount.key().pid)));
    mount.kernel("mount", scene.workspace("out") + " on " + scene.temporary("a"));
    return lines_of(scene.recording());
  };
  const Stage one{.first_pid = 4711}, other{.workspace = "/w/x", .temporary = "/w/tmp", .first_pid = 20815};
  CHECK(mounts(one, "tmpfs", "m.") == mounts(other, "tmpfs", "m."));
  CHECK(mounts(one, "", "m.") == mounts(other, "", "m."));
  CHECK(mounts(one, "tmpfs", "m.") ==
        std::vector<std::string>{"exec builder /usr/bin/mount",
                                 "kernel builder /usr/bin/mount: mount $WS/out on $TMP/a",
                                 "kernel builder /usr/bin/mount: mount tmpfs on $WS/m.<pid>"});
  CHECK(mounts(one, "", "m.").back() == "kernel builder /usr/bin/mount: mount on $WS/m.<pid>");
  CHECK(mounts(one, "tmpfs", "m.") != mounts(one, "overlay", "m."));
  CHECK(mounts(one, "tmpfs", "m.") != mounts(one, "tmpfs", "n."));
  CHECK(mounts(one, "tmpfs", ".git/") != mounts(one, "tmpfs", "x/"));
}

TEST_CASE("what io_uring hides is a coverage gap") {
  Scene scene;
  scene.command("/usr/bin/node", {"node", "x.js"}).kernel("io_uring");
  CHECK(canonicalize(scene.recording(), builtin_rules()).fingerprint.coverage_gaps ==
        std::vector<std::string>{
            "files and unix sockets that /usr/bin/node $WS/x.js reaches through io_uring"});
}

TEST_CASE("volumes are told of who sends to whom, as a power of ten, and change no behavior") {
  const auto attributes = [](std::uint64_t sent) {
    Scene scene;
    auto curl = scene.command("/usr/bin/curl");
    curl.answer("registry.example", {"203.0.113.22"}).connect("203.0.113.22", 443);
    curl.event(Volume{{"203.0.113.22", 443}, sent, 0}).event(Volume{{"203.0.113.22", 443}, 0, 2'000'000});
    std::vector<std::string> lines;
    for (const auto &one : canonicalize(scene.recording(), builtin_rules()).fingerprint.attributes)
      lines.push_back(one.subject + ' ' + one.name + ' ' + one.value);
    return lines;
  };
  CHECK(attributes(999) ==
        std::vector<std::string>{"/usr/bin/curl received:registry.example:443/tcp 1 MB",
                                 "/usr/bin/curl sent:registry.example:443/tcp below 1 kB"});
  CHECK(attributes(1000).back() == "/usr/bin/curl sent:registry.example:443/tcp 1 kB");
  CHECK(attributes(99'999).back() == "/usr/bin/curl sent:registry.example:443/tcp 10 kB");
}

TEST_CASE("R10 merges a test's own servers, whatever port they take") {
  const auto play = [](std::uint16_t port, const std::string &address) {
    return played([port, address](Scene &scene) {
      auto test = scene.command("/usr/bin/tclsh", {"tclsh", "t.tcl"});
      test.connect("127.0.0.1", port).connected("127.0.0.1", port, 111); // not there yet
      auto server = test.start("/usr/bin/redis-server");
      server.listen(address, port);
      test.connect("127.0.0.1", port).connected("127.0.0.1", port);
      server.listen_end(address, port);
    });
  };
  CHECK(play(21111, "127.0.0.1") == play(45678, "127.0.0.1"));
  CHECK(play(21111, "0.0.0.0") == play(21112, "0.0.0.0"));
}

TEST_CASE("R10 must not hide what leaves the machine or what others listen on") {
  Scene scene;
  auto node = scene.command("/usr/bin/node", {"node", "x.js"});
  node.listen("127.0.0.1", 443).listen("0.0.0.0", 443).connect("203.0.113.66", 443);
  CHECK(shows(scene, "connect builder /usr/bin/node $WS/x.js: 203.0.113.66:443/tcp"));
  CHECK(shows(scene, "listen builder /usr/bin/node $WS/x.js: any:443/tcp"));
  Scene freebind; // IP_FREEBIND lets anybody listen on an address that is elsewhere
  auto evil = freebind.command("/usr/bin/node", {"node", "x.js"});
  evil.listen("203.0.113.66", 443).connect("203.0.113.66", 443);
  CHECK(shows(freebind, "connect builder /usr/bin/node $WS/x.js: 203.0.113.66:443/tcp"));
  Scene daemon; // a loopback service that was there before
  daemon.command("/usr/bin/curl").connect("127.0.0.1", 2375).connected("127.0.0.1", 2375);
  CHECK(shows(daemon, "connect builder /usr/bin/curl: loopback:2375/tcp"));
}

TEST_CASE("R10 keeps a port at which nobody listens, and merges the ports of a search") {
  const auto play = [](std::vector<std::uint16_t> ports) {
    return played([ports](Scene &scene) {
      auto test = scene.command("/usr/bin/tclsh", {"tclsh", "t.tcl"});
      for (const auto port : ports) test.connect("127.0.0.1", port).connected("127.0.0.1", port, 111);
    });
  };
  CHECK(play({21111, 21112, 21113}) == play({23456, 23457, 23458, 23459}));
  CHECK(play({40000}) == play({45678})); // ephemeral
  CHECK(play({2375}) != play({6443}));
  CHECK(play({2375, 6443}) != play({2376, 6443}));
  CHECK(play({2375}) != play({21111, 21112, 21113})); // who begins to search is new
  Scene scene;                                        // the search of one program hides nothing of another
  auto test = scene.command("/usr/bin/tclsh", {"tclsh", "t.tcl"});
  for (std::uint16_t port = 21111; port < 21120; ++port)
    test.connect("127.0.0.1", port).connected("127.0.0.1", port, 111);
  test.start("/usr/bin/curl").connect("127.0.0.1", 2375).connected("127.0.0.1", 2375, 111);
  CHECK(shows(scene, "connect builder /usr/bin/tclsh $WS/t.tcl > /usr/bin/curl: loopback:2375/tcp"));
  CHECK(shows(scene, "connect builder /usr/bin/tclsh $WS/t.tcl: loopback:refused/tcp"));
}

TEST_CASE(
    "R10 merges the port that a test reserved for a server which never came up, and nothing that answers") {
  const auto play = [](std::uint16_t bound, std::uint16_t port, std::int32_t error, bool child = false) {
    return played([=](Scene &scene) {
      auto test = scene.command("/usr/bin/perl", {"perl", "a.pl"});
      test.bind("127.0.0.1", bound);
      auto client = child ? test.start("/usr/bin/nc") : test;
      client.connect("127.0.0.1", port).connected("127.0.0.1", port, error);
    });
  };
  constexpr std::int32_t k_refused = 111;
  CHECK(play(30671, 30671, k_refused) == play(31999, 31999, k_refused));
  CHECK(play(30671, 30671, k_refused) == play(48380, 48380, k_refused)); // ephemeral
  CHECK(play(30671, 30671, 0) != play(31999, 31999, 0));
  CHECK(play(30671, 30671, 0) != play(30671, 30671, k_refused));
  CHECK(play(30671, 2375, k_refused) != play(30671, 6443, k_refused));
  CHECK(play(30671, 30671, k_refused, true) != play(31999, 31999, k_refused, true)); // of another program
}

TEST_CASE("R11 merges any order and number of the same, not who did what, nor one thing more among many") {
  const auto play = [](const std::vector<std::pair<std::string, std::string>> &deeds) {
    return played([&deeds](Scene &scene) {
      auto make = scene.command("/usr/bin/make");
      for (const auto &[tool, address] : deeds) make.start(tool).connect(address, 443);
    });
  };
  const std::string npm = "/usr/bin/npm", curl = "/usr/bin/curl", one = "203.0.113.1", two = "203.0.113.2";
  CHECK(play({{npm, one}, {curl, two}}) == play({{curl, two}, {npm, one}, {curl, two}, {npm, one}}));
  CHECK(play({{npm, one}, {curl, two}}) != play({{npm, two}, {curl, one}}));
  CHECK(play({{npm, one}, {curl, two}}) != play({{npm, one}, {curl, two}, {npm, two}}));
  std::vector<std::pair<std::string, std::string>> many(500, {npm, one});
  many.insert(many.begin() + 250, {npm, "203.0.113.66"});
  CHECK(play(many) != play({{npm, one}}));
}

TEST_CASE("R12 merges the ways to a daemon's place, not other places of its name") {
  const auto play = [](const std::string &path) {
    return played([path](Scene &scene) {
      scene.command("/usr/bin/python3", {"python3", "x.py"}).unix_connect(path);
    });
  };
  CHECK(play("/var/run/docker.sock") == play("/run/docker.sock"));
  CHECK(play("/run/docker.sock") != play("/run/podman/podman.sock"));
  CHECK(play("/run/docker.sock") != play("/tmp/docker.sock"));
  CHECK(play("/run/docker.sock") != play("/home/ann/src/shop/docker.sock"));
}

TEST_CASE("R12 tells daemons and what is not seen behind them") {
  Scene scene;
  auto python = scene.command("/usr/bin/python3", {"python3", "-m", "unittest"});
  python.unix_connect("/var/run/docker.sock");
  const auto run = canonicalize(scene.recording(), builtin_rules());
  CHECK(shows(scene, "connect builder /usr/bin/python3 -m unittest: daemon:unix:/run/docker.sock"));
  CHECK(run.fingerprint.coverage_gaps.size() == 1);
  Scene own; // a socket of one's own does not make the daemon's place one's own
  auto evil = own.command("/usr/bin/python3", {"python3", "x.py"});
  evil.unix_listen("/run/docker.sock").unix_connect("/run/docker.sock");
  evil.unix_listen(own.temporary("s")).unix_connect(own.temporary("s"));
  CHECK(shows(own, "connect builder /usr/bin/python3 $WS/x.py: daemon:unix:/run/docker.sock"));
  CHECK(shows(own, "connect builder /usr/bin/python3 $WS/x.py: unix:(/usr/bin/python3 $WS/x.py)"));
}

TEST_CASE("R13 merges what is written in one place under any name, not places, writers or users") {
  const auto play = [](const std::function<void(Scene &, Scene::Actor &)> &act) {
    return played([&act](Scene &scene) {
      auto make = scene.command("/usr/bin/make");
      act(scene, make);
    });
  };
  const auto creates = [&](const std::string &path) {
    return play([&path](Scene &, Scene::Actor &make) { make.create(path); });
  };
  CHECK(creates("/home/ann/src/shop/build/a.o") == creates("/home/ann/src/shop/out/deep/b"));
  CHECK(creates("/home/ann/src/shop/a") != creates("/home/ann/a"));
  CHECK(creates("/home/ann/src/shop/a") != creates("/home/ann/.bashrc"));
  CHECK(creates("/usr/lib/x") != creates("/tmp/x"));
  CHECK(play([](Scene &, Scene::Actor &make) { make.write("/home/ann/src/shop/a.c", true); }) !=
        play([](Scene &, Scene::Actor &make) { make.write("/home/ann/src/shop/b.c", true); }));
}

TEST_CASE("R13 must not merge sinks, other packages' trees, or hooks") {
  Scene scene;
  auto node = scene.command("/usr/bin/node", {"node", "build.js"});
  auto step = node.fork();
  step.environment("npm_lifecycle_event", "postinstall").environment("npm_package_name", "left-pad");
  step.exec("/usr/bin/node", {"node", "p.js"});
  step.create(scene.workspace("node_modules/left-pad/build/x"))
      .create(scene.workspace("node_modules/@a/b/index.js"));
  step.create(scene.workspace("sub/.git/hooks/post-checkout"))
      .create(scene.workspace("sub/.git/hooks/a.sample"));
  step.create(scene.workspace("venv/lib/python3/site-packages/x.pth")).write("/root/.ssh/authorized_keys");
  const std::string by = "write builder /usr/bin/node $WS/build.js > /usr/bin/node $WS/p.js: ";
  CHECK(shows(scene, by + "$WS"));
  CHECK(shows(scene, by + "$WS/.git"));
  CHECK(shows(scene, by + "sink:$WS/node_modules/@a/b"));
  CHECK(shows(scene, by + "sink:$WS/sub/.git/hooks/post-checkout"));
  CHECK(shows(scene, by + "sink:$WS/venv/lib/python3/site-packages/x.pth"));
  CHECK(shows(scene, by + "sink:/root/.ssh/authorized_keys"));
  CHECK_FALSE(shows(scene, by + "sink:$WS/node_modules/left-pad"));
}

namespace {

/// What an installation step of `evil` writes into the tree of jest, after `act` made of it what it could.
bool tells_the_tree_of_another(const std::function<Scene::Actor(Scene::Actor &)> &act,
                               const std::string &file = "jest/bin/jest.js") {
  Scene scene;
  auto npm = scene.command("/usr/bin/node", {"node", "/usr/bin/npm", "install"});
  auto step = npm.fork();
  step.environment("npm_lifecycle_event", "postinstall").environment("npm_package_name", "evil");
  step.exec("/usr/bin/node", {"node", "p.js"});
  act(step).create(scene.workspace("node_modules/" + file));
  const auto lines = lines_of(scene.recording());
  for (const auto &line : lines) UNSCOPED_INFO(line);
  return std::ranges::any_of(
      lines, [](const auto &line) { return line.find("sink:$WS/node_modules/") != line.npos; });
}

Scene::Actor as(Scene::Actor process, const std::string &package, const std::string &stage) {
  Exec exec;
  exec.exe = exec.invoked = "/usr/bin/node";
  exec.argv = {"node", "p.js"};
  exec.environment = {{"npm_package_name", package}, {"npm_lifecycle_event", stage}};
  exec.mode = 0100755;
  return process.exec(exec);
}

} // namespace

TEST_CASE("R13: an installation step cannot leave its package by its environment or directory") {
  const std::vector<std::string> npm = {"node", "/usr/bin/npm", "install"};
  const std::vector<std::string> own = {"node", "/home/ann/src/shop/node_modules/evil/npm", "install"};
  CHECK(tells_the_tree_of_another([](auto &step) { return step; }));
  CHECK(tells_the_tree_of_another([](auto &step) { return as(step, "jest", "postinstall"); }));
  CHECK(tells_the_tree_of_another([](auto &step) { return as(step.fork(), "jest", "postinstall"); }));
  CHECK(tells_the_tree_of_another([](auto &step) { return as(step.fork(), "evil", "test"); }));
  CHECK(tells_the_tree_of_another([](auto &step) {
    Exec exec;
    exec.exe = exec.invoked = "/usr/bin/node";
    exec.environment = {{"LANG", "C"}};
    exec.cwd = "/tmp/pip-install-a/jest_0123456789abcdef0123456789abcdef";
    return step.fork().exec(exec);
  }));
  CHECK(tells_the_tree_of_another([](auto &step) {
    Exec exec;
    exec.exe = exec.invoked = "/usr/bin/node";
    exec.environment = {{"CARGO_PKG_NAME", "jest"}};
    return step.fork().exec(exec);
  }));
  // Through a package manager of its own, or through a manager's script that is no installation step.
  CHECK(tells_the_tree_of_another([&](auto &step) {
    auto manager = step.fork();
    manager.exec("/usr/bin/node", own);
    return as(manager.fork(), "jest", "postinstall");
  }));
  CHECK(tells_the_tree_of_another([&](auto &step) {
    auto manager = step.fork();
    manager.exec("/usr/bin/node", {"node", "/usr/bin/npm", "run", "x"});
    return as(manager.fork(), "evil", "x");
  }));
  // A nested installation has steps of its own.
  CHECK_FALSE(tells_the_tree_of_another([&](auto &step) {
    auto manager = step.fork();
    manager.exec("/usr/bin/node", npm);
    return as(manager.fork(), "jest", "postinstall");
  }));
}

TEST_CASE("R13: an installation step's links to programs are told, what tools keep beside them is not") {
  const auto tells = [](const std::string &file) {
    return tells_the_tree_of_another([](auto &step) { return step; }, file);
  };
  CHECK(tells(".bin/jest"));
  CHECK_FALSE(tells(".cache/x/y"));
  CHECK_FALSE(tells(".prisma/client/index.js"));
  CHECK_FALSE(tells("evil/build/x"));
}

namespace {

struct Step {
  std::string package, tree = "", stage = "postinstall", version = "1.0.0";
  std::string directory = ""; ///< in the workspace, of what lies in no tree
};

/// The lines of `npm ci` with these steps, each of them a known shell that starts a known program.
std::vector<std::string> installs_packages(const std::vector<Step> &steps, const Stage &stage = {}) {
  return played(
      [&steps](Scene &scene) {
        auto npm = scene.command("/usr/bin/node", {"node", "/usr/bin/npm", "ci"});
        for (const auto &one : steps) {
          auto step = npm.fork();
          Exec exec;
          exec.exe = exec.invoked = "/usr/bin/dash";
          exec.argv = {"sh", "-c", "node -e 1"};
          exec.cwd = scene.workspace(one.tree.empty() ? one.directory : "node_modules/" + one.tree);
          exec.environment = {{"npm_package_name", one.package},
                              {"npm_package_version", one.version},
                              {"npm_lifecycle_event", one.stage}};
          exec.mode = 0100755;
          step.exec(exec);
          step.start("/usr/bin/node", {"node", "-e", "1"});
        }
      },
      stage);
}

const std::string k_npm_ci = "exec builder /usr/bin/node /usr/bin/npm ci";

} // namespace

TEST_CASE("an installation step is a line of its own, whatever its version, order and directory") {
  const Step left{"left-pad", "left-pad"}, right{"@a/right", "@a/right", "install"};
  const auto lines = installs_packages({left, right});
  CHECK(lines == std::vector<std::string>{k_npm_ci, k_npm_ci + " > /usr/bin/dash -c",
                                          k_npm_ci + " > /usr/bin/dash -c > /usr/bin/node -e",
                                          k_npm_ci + " > npm:@a/right install",
                                          k_npm_ci + " > npm:left-pad postinstall"});
  CHECK(installs_packages({right, left, left}) == lines);
  CHECK(installs_packages({right, {"left-pad", "left-pad", "postinstall", "2.0.0"}},
                          {.workspace = "/w/x", .home = "/home/bob", .uid = 1001}) == lines);
  // Nested below another package, in pnpm's store: the innermost tree is the package's.
  CHECK(installs_packages({{"left-pad", "other/node_modules/left-pad"}, right}) == lines);
  CHECK(installs_packages({{"left-pad", ".pnpm/left-pad@1.0.0/node_modules/left-pad"}, right}) == lines);
  // The project's own steps have no tree; what is no installation has no line.
  CHECK(installs_packages({{"shop", "", "prepare"}}).back() == k_npm_ci + " > npm:shop prepare");
  for (const auto &line : installs_packages({{"shop", "", "test"}})) CHECK(line.find("npm:") == line.npos);
}

TEST_CASE("an installation step must not pass for another package's") {
  const Step left{"left-pad", "left-pad"};
  const auto known = installs_packages({left});
  const auto added = [&](const Step &step) {
    auto lines = installs_packages({left, step});
    std::erase_if(lines, [&](const auto &line) { return std::ranges::find(known, line) != known.end(); });
    return lines;
  };
  const auto one = [](const std::string &step) { return std::vector{k_npm_ci + " > " + step}; };
  CHECK(added(left).empty());
  CHECK(added({"evil", "evil"}) == one("npm:evil postinstall"));
  CHECK(added({"left-pad", "left-pad", "preinstall"}) == one("npm:left-pad preinstall"));
  // One that calls itself like a known one, and one that is installed under the name of a known one.
  CHECK(added({"left-pad", "evil"}) == one("npm:evil@npm:left-pad postinstall"));
  CHECK(added({"evil", "left-pad"}) == one("npm:left-pad@npm:evil postinstall"));
  CHECK(added({.package = "left-pad", .directory = "dep"}) == one("npm:$WS/dep@npm:left-pad postinstall"));
  CHECK(added({"left-pad postinstall", "x"}) == one("npm:x@npm:left-pad_postinstall postinstall"));
  CHECK(added({"a > npm:left-pad", "x"}) == one("npm:x@npm:a_%3E_npm:left-pad postinstall"));
  // What a step starts cannot begin another one's; a source distribution of pip's is a step, too.
  const auto pip = played([](Scene &scene) {
    auto run = scene.command("/usr/bin/python3", {"python3", "-m", "pip", "install", "evil"});
    run.cwd("/tmp/pip-install-ab12cd34/evil_0123456789abcdef0123456789abcdef");
    auto setup = run.start("/usr/bin/python3", {"python3", "-c", "x"});
    as(setup.fork(), "left-pad", "postinstall");
  });
  INFO(join(pip, "\n"));
  CHECK(std::ranges::count(pip, "exec builder /usr/bin/python3 -m pip install > pip:evil build") == 1);
  for (const auto &line : pip) CHECK(line.find("npm:") == line.npos);
}

TEST_CASE("R13: the package manager itself writes everywhere, and begins the next step itself") {
  Scene scene;
  auto npm = scene.command("/usr/bin/node", {"node", "/usr/bin/npm", "install"});
  npm.create(scene.workspace("node_modules/.bin/jest"));
  for (const std::string package : {"evil", "jest"}) {
    auto step = as(npm.fork(), package, "install");
    step.create(scene.workspace("node_modules/" + package + "/bin/x"));
  }
  for (const auto &line : lines_of(scene.recording())) CHECK(line.find("sink:") == line.npos);
}

TEST_CASE("R13 must not merge a tree that comes to a place of sinks") {
  const auto tells = [](const std::function<void(Scene &, Scene::Actor &)> &act, const std::string &object) {
    Scene scene;
    auto sh = scene.command("/usr/bin/mv", {"mv"});
    act(scene, sh);
    return shows(scene, "write builder /usr/bin/mv: " + object);
  };
  const auto renames = [&](const std::string &from, const std::string &to, const std::string &object) {
    return tells([&](Scene &, Scene::Actor &mv) { mv.rename(from, to); }, object);
  };
  const std::string home = "/home/ann", ws = "/home/ann/src/shop";
  CHECK(renames(ws + "/a", home + "/.ssh", "sink:$HOME/.ssh"));
  CHECK(renames(ws + "/a", home + "/.config", "sink:$HOME/.config"));
  CHECK(renames(ws + "/a", "/root/.ssh", "sink:/root/.ssh"));
  CHECK(renames(ws + "/a", home, "sink:$HOME"));
  CHECK(renames(ws + "/a", "/etc/cron.d", "sink:/etc/cron.d"));
  CHECK(renames(ws + "/a", ws + "/.github", "sink:$WS/.github"));
  CHECK(renames(ws + "/a", ws + "/.github/workflows", "sink:$WS/.github/workflows"));
  CHECK(renames(ws + "/.tmp-x1y2", ws + "/.git/hooks", "sink:$WS/.git/hooks"));
  CHECK(renames(ws + "/.git/hooks", ws + "/.git/o", "sink:$WS/.git/hooks"));
  CHECK(renames(ws + "/sub/.git", ws + "/o", "sink:$WS/sub/.git"));
  CHECK(renames(ws + "/a", ws + "/v/site-packages", "sink:$WS/v/site-packages"));
  // A tool's own directory has a name like what an installer makes up, and is none.
  for (const std::string tool : {".bun", ".deno", ".nvm", ".yarn", ".npm-global", ".cargo"})
    CHECK(renames(ws + "/a", home + '/' + tool, "sink:$HOME/" + tool));
  const auto link = [&](const std::string &name) {
    return tells(
        [&](Scene &, Scene::Actor &ln) {
          ln.event(FileUse{FileAccess::symlink_to, home + name, {}, false, ws + "/k"});
        },
        "sink:$HOME" + name);
  };
  CHECK(link("/.ssh"));
  CHECK(link("/.bun"));
  CHECK(link("/.nvm"));
  // The same name, first made as an ordinary file: what was said of that is not said of this.
  CHECK(tells(
      [](Scene &, Scene::Actor &mv) {
        mv.create("/home/ann/src/shop/.github").rename("/home/ann/src/shop/a", "/home/ann/src/shop/.github");
      },
      "sink:$WS/.github"));
}

namespace {

/// What `act` of an installer with the home's tool directories does to files.
std::vector<std::string> installs(const std::function<void(Scene &, Scene::Actor &)> &act) {
  Scene scene;
  scene.run().roots.push_back({scene.home(".cargo"), "$CACHE/cargo"});
  scene.run().roots.push_back({scene.home(".local/share/pnpm"), "$CACHE/pnpm"});
  auto cargo = scene.command("/usr/bin/cargo", {"cargo", "install", "x"});
  act(scene, cargo);
  auto lines = lines_of(scene.recording());
  std::erase_if(lines, [](const auto &line) { return line.starts_with("exec "); });
  return lines;
}

/// As `cargo install` does: through a directory of a random name beside the programs.
std::vector<std::string> installs_through(const std::string &staging, const std::string &program) {
  return installs([&](Scene &scene, Scene::Actor &cargo) {
    const auto staged = scene.home(".cargo/bin/" + staging);
    cargo.create(staged + '/' + program);
    cargo.rename(staged + '/' + program, scene.home(".cargo/bin/" + program)).remove(staged);
  });
}

} // namespace

TEST_CASE("R13 merges what a tool makes up beside programs while it installs one") {
  const std::string by = "write builder /usr/bin/cargo install: ";
  const std::vector<std::string> ripgrep = {by + "$CACHE", by + "sink:$CACHE/cargo/bin/rg"};
  CHECK(installs_through("cargo-installAb12Cd", "rg") == ripgrep);
  CHECK(installs_through("cargo-installXy98Zw", "rg") == ripgrep);
  CHECK(installs_through(".tmpAb12Cd", "rg") == ripgrep);
  CHECK(installs([](Scene &scene, Scene::Actor &pnpm) {
          pnpm.remove(scene.home(".local/share/pnpm/_tmp_4711_0a1b2c3d"));
          pnpm.create(scene.home(".local/share/pnpm/store/v3/files/00/a1"));
        }) == std::vector<std::string>{by + "$CACHE"});
}

TEST_CASE("R13 must not merge programs that later steps run from a tool's own directory") {
  const auto tells = [](const std::string &path, const std::string &object) {
    const auto lines = installs([&](Scene &, Scene::Actor &cargo) { cargo.write(path); });
    return lines == std::vector<std::string>{"write builder /usr/bin/cargo install: " + object};
  };
  const std::string home = "/home/ann/", ws = "/home/ann/src/shop/";
  CHECK(tells(home + ".cargo/bin/rustc", "sink:$CACHE/cargo/bin/rustc"));
  CHECK(tells(home + ".cargo/env", "sink:$CACHE/cargo/env"));
  CHECK(tells(home + ".cargo/bin/cargo-install-update", "sink:$CACHE/cargo/bin/cargo-install-update"));
  CHECK(tells("/home/bob/.cargo/bin/rustc", "sink:/home/bob/.cargo/bin/rustc"));
  CHECK(
      tells(home + ".rustup/toolchains/stable/bin/rustc", "sink:$HOME/.rustup/toolchains/stable/bin/rustc"));
  CHECK(tells(home + ".local/bin/pip", "sink:$HOME/.local/bin/pip"));
  CHECK(tells(home + "go/bin/gopls", "sink:$HOME/go/bin/gopls"));
  CHECK(tells(home + ".local/share/pnpm/tsc", "sink:$CACHE/pnpm/tsc"));
  CHECK(tells(home + ".gem/ruby/3.1.0/bin/rake", "sink:$HOME/.gem/ruby/3.1.0/bin/rake"));
  CHECK(tells(ws + ".git/modules/lib/hooks/post-checkout", "sink:$WS/.git/modules/lib/hooks/post-checkout"));
  CHECK(tells(ws + ".git/modules/a/b/config", "sink:$WS/.git/modules/a/b/config"));
  CHECK(tells(ws + ".git/info/attributes", "sink:$WS/.git/info/attributes"));
  // By a rename, of a directory too.
  CHECK(installs_through("x", "rg").back() ==
        "write builder /usr/bin/cargo install: sink:$CACHE/cargo/bin/x");
  const auto moved = installs(
      [](Scene &scene, Scene::Actor &mv) { mv.rename(scene.workspace("a"), scene.home(".local/bin")); });
  CHECK(moved.back().ends_with("sink:$HOME/.local/bin"));
  // The workspace's own, and what lies deeper, is no tool's.
  CHECK(tells(ws + "bin/x", "$WS"));
  CHECK(tells(ws + "go/bin/x", "$WS"));
  CHECK(tells(ws + ".git/modules/lib/index", "$WS/.git"));
  CHECK(tells(ws + ".git/modules/lib/hooks/pre-push.sample", "$WS/.git"));
  CHECK(tells(home + ".gem/ruby/3.1.0/gems/rake-13.0.6/bin/rake", "$HOME"));
  CHECK(tells(home + ".local/bin/__pycache__/x.pyc", "$HOME"));
}

TEST_CASE("R13 tells no ordinary renaming of trees and files by name") {
  Scene scene;
  auto npm = scene.command("/usr/bin/npm", {"npm", "ci"});
  npm.rename(scene.workspace("node_modules/.x-Ab12Cd34"), scene.workspace("node_modules/x"));
  npm.rename(scene.workspace("node_modules/x"), scene.workspace("node_modules/.x-Ef56Gh78"));
  npm.rename(scene.workspace("build/tmp"), scene.workspace("build/x"));
  npm.rename(scene.workspace("build/.tmp-x1y2/github"), scene.workspace("build/hooks"));
  npm.rename(scene.workspace("v/site-packages/~ip"), scene.workspace("v/site-packages/pip"));
  npm.event(
      FileUse{FileAccess::symlink_to, scene.workspace("node_modules/.bin/x"), {}, false, "../x/cli.js"});
  npm.rename(scene.workspace(".git/index.lock"), scene.workspace(".git/index"));
  npm.create(scene.workspace(".github"));
  npm.rename(scene.home(".x-Ab12Cd34"), scene.home(".x"));
  npm.rename("/tmp/a1/.ssh", "/tmp/b2/.ssh");
  npm.rename("/usr/share/x.dpkg-new", "/usr/share/x");
  const std::string by = "write builder /usr/bin/npm ci: ";
  CHECK(lines_of(scene.recording()) == std::vector<std::string>{"exec builder /usr/bin/npm ci", by + "$HOME",
                                                                by + "$TMP", by + "$WS", by + "$WS/.git",
                                                                by + "system"});
}

TEST_CASE("R13: the directory that holds secrets may have any name above them") {
  Scene scene;
  auto mv = scene.command("/usr/bin/mv", {"mv"});
  mv.rename(scene.home(".mozilla"), scene.temporary("a")).rename("/home/bob/.ssh", scene.temporary("b"));
  mv.rename("/run/user/1000/containers", scene.temporary("c"));
  const std::string by = "read builder /usr/bin/mv: secret:";
  CHECK(shows(scene, by + "browser ($HOME/.mozilla)"));
  CHECK(shows(scene, by + "ssh (/home/bob/.ssh)"));
  CHECK(shows(scene, by + "docker (/run/user/<uid>/containers)"));
}

TEST_CASE("a package names its manager, and never the manager's version") {
  const auto package = [](const std::string &agent) {
    Exec step;
    step.environment = {{"npm_lifecycle_event", "postinstall"}, {"npm_package_name", "left-pad"}};
    if (!agent.empty()) step.environment.emplace_back("npm_config_user_agent", agent);
    return package_of(step)->text();
  };
  CHECK(package("") == "npm:left-pad postinstall");
  CHECK(package("npm/9.2.0 node/v18.19.0 linux x64 workspaces/false") == "npm:left-pad postinstall");
  CHECK(package("yarn/1.22.22 npm/? node/v18.19.0 linux x64") == "yarn:left-pad postinstall");
  CHECK(package("yarn/4.1.0 npm/? node/v20.1.0 linux arm64") == "yarn:left-pad postinstall");
  CHECK(package("pnpm/9.15.9 npm/? node/v18.19.0 linux x64") == "pnpm:left-pad postinstall");
  CHECK(package("bun/1.1.0 npm/? node/v20.1.0 linux x64") == "bun:left-pad postinstall");
  CHECK(package("deb:curl x/1 yarn/1") == "npm:left-pad postinstall"); // only a name that is known
  CHECK(is_install_step("pnpm:left-pad postinstall"));
  CHECK_FALSE(is_install_step("yarn:left-pad test"));
  CHECK_FALSE(is_install_step("deb:curl postinstall"));
}

TEST_CASE("memory-only and deleted programs are told apart from files") {
  Exec memory;
  memory.exe = "/memfd:gcc", memory.memory_only = true;
  CHECK(name_of(memory) == "memfd:gcc");
  memory.exe = "/usr/bin/gcc";
  CHECK(name_of(memory) == "deleted:/usr/bin/gcc");
}

TEST_CASE("what comes and goes is tagged, and no hook hides behind it") {
  Scene scene;
  auto git = scene.command("/usr/bin/git", {"git", "pull"});
  auto gc = git.start("/usr/bin/git", {"git", "gc", "--auto"});
  gc.start("/usr/bin/git", {"git", "repack"});
  gc.start("/usr/bin/sh", {"sh", ".git/hooks/pre-auto-gc"}).start("/usr/bin/git", {"git", "repack"});
  std::vector<std::string> tagged;
  for (const auto &behavior : canonicalize(scene.recording(), builtin_rules()).fingerprint.behaviors)
    if (behavior.optional) tagged.push_back(text_of(behavior.lineage));
  CHECK(tagged == std::vector<std::string>{"/usr/bin/git pull > /usr/bin/git gc",
                                           "/usr/bin/git pull > /usr/bin/git gc > /usr/bin/git repack"});
}

TEST_CASE("a rule that joins many more names than before says so") {
  const auto joined = [](int count) {
    Scene scene;
    auto cargo = scene.command("/usr/bin/cargo", {"cargo", "build"});
    for (int i = 0; i < count; ++i) {
      char hash[17];
      std::snprintf(hash, sizeof hash, "%016x", 77 + i);
      cargo.start(scene.workspace("target/debug/build/x-" + std::string(hash) + "/build-script-build"));
    }
    for (const auto &attribute : canonicalize(scene.recording(), builtin_rules()).fingerprint.attributes)
      if (attribute.name == "joined names") return attribute.value;
    return std::string();
  };
  CHECK(joined(1).empty());
  CHECK(joined(3) == joined(5));
  CHECK(joined(5) != joined(214));
}

TEST_CASE("shared memory is a temporary directory") {
  CHECK(name_of("/dev/shm/x") == "$TMP/x");
}

TEST_CASE("R13 does not tell the semaphores of workers, and still knows who wrote a program there") {
  Scene scene;
  auto python = scene.command("/usr/bin/python3", {"python3", "-m", "compileall"});
  python.create("/dev/shm/sem.x1Y2z3").create("/dev/shm/tool");
  python.start("/dev/shm/tool");
  const std::string program = "/usr/bin/python3 -m compileall";
  CHECK(lines_of(scene.recording()) ==
        std::vector<std::string>{"exec builder " + program,
                                 "exec builder " + program + " > $TMP/tool (by " + program + ")"});
}

TEST_CASE(
    "R10 merges the ports that a suite tries for a free one wherever the machine has its ephemeral range") {
  const auto play = [](std::uint16_t first, std::uint16_t last) {
    return played([=](Scene &scene) {
      scene.run().ephemeral_first = first;
      scene.run().ephemeral_last = last;
      auto test = scene.command("/usr/bin/tclsh", {"tclsh", "t.tcl"});
      for (const std::uint16_t port : std::initializer_list<std::uint16_t>{22328, 32328, 22329, 32329})
        test.bind("0.0.0.0", port)
            .listen("0.0.0.0", port)
            .bind("::", port)
            .listen("::", port)
            .listen_end("0.0.0.0", port)
            .listen_end("::", port);
    });
  };
  const auto apart = play(45511, 53902);
  CHECK(apart == play(20143, 27227));
  CHECK(apart == play(20143, 40000));
  CHECK(apart == play(32328, 60999));
  Scene scene;
  auto node = scene.command("/usr/bin/node", {"node", "x.js"});
  node.listen("0.0.0.0", 40001)
      .listen_end("0.0.0.0", 40001)
      .listen("0.0.0.0", 40002)
      .listen_end("0.0.0.0", 40002);
  CHECK(shows(scene, "listen builder /usr/bin/node $WS/x.js: any:EPH/tcp"));
}

TEST_CASE("R10 merges the ports that a suite tries for a free one, not the port that a program keeps") {
  const auto play = [](std::uint16_t first) {
    return played([first](Scene &scene) {
      auto test = scene.command("/usr/bin/tclsh", {"tclsh", "t.tcl"});
      for (std::uint16_t port = first; port < first + 3; ++port)
        test.listen("0.0.0.0", port).listen_end("0.0.0.0", port);
    });
  };
  CHECK(play(21111) == play(23456));
  Scene scene;
  auto node = scene.command("/usr/bin/node", {"node", "x.js"});
  node.bind("0.0.0.0", 4444).listen("0.0.0.0", 4444);
  node.start("/usr/bin/tclsh", {"tclsh", "t.tcl"}).listen("0.0.0.0", 5555).listen_end("0.0.0.0", 5555);
  CHECK(shows(scene, "listen builder /usr/bin/node $WS/x.js: any:4444/tcp"));
  CHECK(shows(scene, "listen builder /usr/bin/node $WS/x.js > /usr/bin/tclsh $WS/t.tcl: any:5555/tcp"));
}

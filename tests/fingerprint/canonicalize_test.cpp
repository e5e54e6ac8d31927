#include "tests/fingerprint/lines.hpp"

using namespace buildprint;

TEST_CASE("a build is lineages of programs, once each") {
  Scene scene;
  auto make = scene.command("/usr/bin/make", {"make", "-j2"});
  for (int i = 0; i < 3; ++i) {
    auto shell = make.start("/usr/bin/dash", {"sh", "-c", "gcc -c a.c; true"});
    shell.start("/usr/bin/gcc", {"gcc", "-c", "a.c"}).exit();
    shell.exit();
  }
  CHECK(lines_of(scene.recording()) ==
        std::vector<std::string>{"exec builder /usr/bin/make",
                                 "exec builder /usr/bin/make > /usr/bin/dash -c",
                                 "exec builder /usr/bin/make > /usr/bin/dash -c > /usr/bin/gcc"});
}

TEST_CASE("a shell that forks its last command and one that becomes it are the same chain") {
  const auto play = [](bool exec) {
    Scene scene;
    auto shell = scene.command("/usr/bin/bash", {"bash", "-c", "make"});
    if (exec)
      shell.exec("/usr/bin/make");
    else
      shell.start("/usr/bin/make").exit();
    return lines_of(scene.recording());
  };
  CHECK(play(true) == play(false));
}

TEST_CASE("a connection bears the name that the system's resolver gave") {
  Scene scene;
  auto curl = scene.command("/usr/bin/curl", {"curl", "https://cdn.example"});
  curl.connect("192.0.2.53", 53, Transport::udp).answer("cdn.example", {"203.0.113.20", "203.0.113.21"});
  curl.answer("cdn.example", {"2001:db8::20"});
  curl.connect("2001:db8::20", 443).connect("203.0.113.21", 443);
  CHECK(lines_of(scene.recording()) == std::vector<std::string>{
                                           "exec builder /usr/bin/curl",
                                           "connect builder /usr/bin/curl: cdn.example:443/tcp",
                                           "connect builder /usr/bin/curl: resolver:53",
                                           "resolve builder /usr/bin/curl: cdn.example",
                                       });
}

TEST_CASE("env leaves no trace when it becomes what it starts, and stays when it does not") {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  make.start("/usr/bin/env", {"env", "python3", "x.py"}).exec("/usr/bin/python3", {"python3", "x.py"});
  CHECK(shows(scene, "exec builder /usr/bin/make > /usr/bin/python3 $WS/x.py"));
  CHECK_FALSE(shows(scene, "exec builder /usr/bin/make > /usr/bin/env"));
  Scene other;
  auto shell = other.command("/usr/bin/make");
  shell.start("/usr/bin/env").exit();
  CHECK(shows(other, "exec builder /usr/bin/make > /usr/bin/env"));
}

TEST_CASE("what setuid gains is a change of user by the program that gained it") {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  auto sudo = make.fork();
  sudo.user(0).exec("/usr/bin/sudo", {"sudo", "id"});
  sudo.exec("/usr/bin/id");
  CHECK(shows(scene, "become builder /usr/bin/make > /usr/bin/sudo: builder->root"));
  CHECK(shows(scene, "exec root /usr/bin/make > /usr/bin/sudo > /usr/bin/id"));
}

TEST_CASE("a temporary program is known by who wrote it") {
  Scene scene;
  auto node = scene.command("/usr/bin/node", {"node", "build.js"});
  auto curl = node.start("/usr/bin/curl", {"curl", "-o", scene.temporary("x.py")});
  curl.create(scene.temporary("x.py")).exit();
  node.start("/usr/bin/python3", {"python3", scene.temporary("x.py")});
  CHECK(shows(scene,
              "exec builder /usr/bin/node $WS/build.js > /usr/bin/python3 $TMP/x.py (by /usr/bin/curl)"));
}

TEST_CASE("who wrote a file of the workspace that is run later is an attribute, never a part of its name") {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  auto curl = make.start("/usr/bin/curl");
  curl.create(scene.workspace("tool.part")).exit();
  make.rename(scene.workspace("tool.part"), scene.workspace("tool"));
  make.start(scene.workspace("tool")).exit();
  make.start("/usr/bin/dash", {"sh", "old.sh"}).exit();
  auto shell = make.start("/usr/bin/dash", {"sh", "-c", "echo >made.sh"});
  shell.create(scene.workspace("made.sh")).exit();
  make.start("/usr/bin/dash", {"sh", "made.sh"}).exit();
  CHECK(shows(scene, "exec builder /usr/bin/make > $WS/tool"));
  const auto run = canonicalize(scene.recording(), builtin_rules()).fingerprint;
  CHECK(run.attributes == std::vector<Attribute>{{"$WS/tool", "written by", "/usr/bin/make"},
                                                 {"$WS/tool", "written by", "/usr/bin/make > /usr/bin/curl"},
                                                 {"/usr/bin/dash $WS/made.sh", "written by",
                                                  "/usr/bin/make > /usr/bin/dash -c"}});
}

TEST_CASE("a program of a system directory that is not root's alone says so") {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  Exec own;
  own.exe = own.invoked = "/usr/local/bin/own";
  own.argv = {"own"};
  own.owner = 1000;
  own.mode = 0100755;
  make.fork().exec(own);
  auto install = make.start("/usr/bin/install");
  install.create("/usr/local/bin/made.sh").rename(scene.workspace("tools"), "/usr/local/tools");
  install.event(FileUse{FileAccess::symlink_to, "/usr/local/bin/gcc", {}, false, "/usr/bin/curl"});
  make.start("/usr/bin/dash", {"sh", "/usr/local/bin/made.sh"});
  make.start("/usr/local/tools/bin/x");
  Exec linked;
  linked.exe = "/usr/bin/curl";
  linked.invoked = "/usr/local/bin/gcc";
  linked.argv = {"gcc"};
  linked.mode = 0100755;
  make.fork().exec(linked);
  // /bin is /usr/bin.
  install.event(FileUse{FileAccess::symlink_to, "/usr/bin/sed", {}, false, "/usr/bin/curl"});
  linked.invoked = "/bin/sed";
  linked.argv = {"sed"};
  make.fork().exec(linked);
  install.create("/bin/grep");
  make.start("/usr/bin/grep");
  make.start("/usr/local/bin/cmp");
  const std::string made = "made by the recording";
  CHECK(canonicalize(scene.recording(), builtin_rules()).fingerprint.attributes ==
        std::vector<Attribute>{{"/usr/bin/dash /usr/local/bin/made.sh", "origin", made},
                               {"/usr/bin/grep", "origin", made},
                               {"/usr/bin/sed", "origin", made},
                               {"/usr/local/bin/gcc", "origin", made},
                               {"/usr/local/bin/own", "origin", "others than root may write it"},
                               {"/usr/local/tools/bin/x", "origin", made}});
}

TEST_CASE("a writer of a program cannot hide among many") {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  for (const std::string writer : {"curl", "cp", "tee", "dd"})
    make.start("/usr/bin/" + writer).write(scene.workspace("tool")).exit();
  make.start(scene.workspace("tool")).exit();
  CHECK(canonicalize(scene.recording(), builtin_rules()).fingerprint.attributes ==
        std::vector<Attribute>{{"$WS/tool", "written by", "many programs"}});
}

TEST_CASE("a secret or a sink that gets another name is told as what it was") {
  Scene scene;
  auto node = scene.command("/usr/bin/node", {"node", "build.js"});
  const auto link = [&](const std::string &from, const std::string &to) {
    node.event(FileUse{FileAccess::link_to, to, {}, false, from});
  };
  link(scene.home(".npmrc"), scene.workspace("a"));
  node.rename(scene.home(".ssh"), scene.home("other"));
  link(scene.home(".bashrc"), scene.workspace("b"));
  const std::string actor = " builder /usr/bin/node $WS/build.js: ";
  CHECK(lines_of(scene.recording()) ==
        std::vector<std::string>{"exec builder /usr/bin/node $WS/build.js",
                                 "read" + actor + "secret:npm ($HOME/.npmrc)",
                                 "read" + actor + "secret:ssh ($HOME/.ssh)", "write" + actor + "$HOME",
                                 "write" + actor + "$WS", "write" + actor + "sink:$HOME/.bashrc",
                                 "write" + actor + "sink:$HOME/.npmrc", // what changes the other changes it
                                 "write" + actor + "sink:$HOME/.ssh"});
}

TEST_CASE("what the recording made where secrets lie may get its name there") {
  Scene scene;
  auto gpg = scene.command("/usr/bin/gpg", {"gpg"});
  gpg.create(scene.home(".gnupg/.#lk0x1.host.17"));
  gpg.event(FileUse{
      FileAccess::link_to, scene.home(".gnupg/lock"), {}, false, scene.home(".gnupg/.#lk0x1.host.17")});
  gpg.rename(scene.home(".gnupg/lock"), scene.home(".gnupg/pubring.kbx"));
  CHECK(lines_of(scene.recording()) ==
        std::vector<std::string>{"exec builder /usr/bin/gpg", "write builder /usr/bin/gpg: $HOME"});
}

TEST_CASE("files are written by class, sinks and tracked sources by name, secrets are read by name") {
  Scene scene;
  auto node = scene.command("/usr/bin/node", {"node", "build.js"});
  node.create(scene.workspace("build/a.o")).create(scene.workspace(".git/index.lock"));
  node.write(scene.workspace("src/core.c"), true).create(scene.workspace(".github/workflows/x.yml"));
  node.write(scene.home(".bashrc"))
      .create(scene.temporary("cc123456.s"))
      .create(scene.home(".npm/_cacache/x"));
  node.read(scene.home(".npmrc")).read(scene.workspace("a.c")).write("/var/log/x");
  const std::string actor = " builder /usr/bin/node $WS/build.js: ";
  CHECK(lines_of(scene.recording()) ==
        std::vector<std::string>{"exec builder /usr/bin/node $WS/build.js",
                                 "read" + actor + "secret:npm ($HOME/.npmrc)", "write" + actor + "$CACHE",
                                 "write" + actor + "$TMP", "write" + actor + "$WS",
                                 "write" + actor + "$WS/.git", "write" + actor + "sink:$HOME/.bashrc",
                                 "write" + actor + "sink:$WS/.github/workflows/x.yml",
                                 "write" + actor + "system", "write" + actor + "tracked:$WS/src/core.c"});
}

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.hpp"
#include "diff/attribution.hpp"
#include "tests/catch.hpp"
#include "tests/diff/tell.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

/// A directory of its own, gone with the test.
class Project {
 public:
  Project() {
    std::string pattern = (fs::temp_directory_path() / "locate.XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~Project() { fs::remove_all(directory_); }
  Project(const Project &) = delete;

  Project &file(const std::string &path, const std::string &content) {
    fs::create_directories((directory_ / path).parent_path());
    write_file_atomically(directory_ / path, content);
    return *this;
  }
  const fs::path &directory() const { return directory_; }

 private:
  fs::path directory_;
};

std::string place(const Project &project, const std::vector<std::string> &fresh) {
  auto findings =
      tell::diff({"exec builder: /usr/bin/make"}, tell::with({"exec builder: /usr/bin/make"}, fresh))
          .findings;
  REQUIRE(findings.size() == 1);
  locate(findings, project.directory());
  const auto &where = findings[0].where;
  return where ? where->file + ":" + std::to_string(where->line) : "";
}

std::string place_of_package(const std::string &package, const std::string &file,
                             const std::string &content) {
  Project project;
  project.file(file, content);
  return place(project, {"exec builder: /usr/bin/make > /usr/bin/curl @ " + package});
}

TEST_CASE("a dependency is found in the files of its manager") {
  CHECK(place_of_package("npm:left-pad postinstall", "package-lock.json",
                         "{\n \"packages\": {\n  \"node_modules/left-pad\": {\n   \"version\": \"1\"\n") ==
        "package-lock.json:3");
  CHECK(place_of_package("npm:@acme/x install", "package-lock.json", "{\n\"node_modules/@acme/x\": {\n") ==
        "package-lock.json:2");
  CHECK(place_of_package("npm:left-pad install", "yarn.lock", "\nleft-pad-extra@^1:\nleft-pad@^1.0:\n") ==
        "yarn.lock:3");
  CHECK(place_of_package("pnpm:left-pad install", "pnpm-lock.yaml", "packages:\n\n  /left-pad@1.3.0:\n") ==
        "pnpm-lock.yaml:3");
  CHECK(place_of_package("npm:left-pad install", "package.json",
                         "{\n\"dependencies\": {\n\"left-pad\": \"1\"") == "package.json:3");
  CHECK(place_of_package("cargo:serde build", "Cargo.lock",
                         "[[package]]\nname = \"serde_json\"\n\n[[package]]\nname = \"serde\"\n") ==
        "Cargo.lock:5");
  CHECK(place_of_package("pip:Some.Package build", "requirements.txt",
                         "some-package-extra\nsome_package==2.0\n") == "requirements.txt:2");
  CHECK(place_of_package("pip:widget build", "poetry.lock", "[[package]]\nname = \"widget\"\n") ==
        "poetry.lock:2");
  CHECK(place_of_package("go:example.com/x build", "go.sum",
                         "example.com/xy v1 h1:\nexample.com/x v1 h1:\n") == "go.sum:2");
  CHECK(place_of_package("maven:org.acme:tool compile", "pom.xml",
                         "<dependency>\n<groupId>org.acme</groupId>\n<artifactId>tool</artifactId>\n") ==
        "pom.xml:3");
  CHECK(place_of_package("gem:rake install", "Gemfile.lock", "GEM\n  specs:\n    rake (13.0)\n") ==
        "Gemfile.lock:3");
}

TEST_CASE("each manager's own lock file comes first, and in it the version that ran") {
  Project project;
  project.file("package-lock.json", "{\n\"node_modules/left-pad\": {\n")
      .file("yarn.lock", "\"left-pad@npm:^1.3.0\":\n  version: 1.3.1\n")
      .file("pnpm-lock.yaml", "\n  left-pad@1.3.0:\n\n  left-pad@1.3.1:\n")
      .file("bun.lock", "{\n\n    \"left-pad\": [\"left-pad@1.3.1\", \"\"],\n");
  const auto line = [&](const std::string &manager) {
    return place(project, {"exec builder: /usr/bin/make > /usr/bin/curl @ " + manager + ":left-pad install"});
  };
  CHECK(line("npm") == "package-lock.json:2");
  CHECK(line("yarn") == "yarn.lock:1");
  CHECK(line("pnpm") == "pnpm-lock.yaml:2");
  CHECK(line("bun") == "bun.lock:3");

  auto findings =
      tell::diff({}, {"exec builder: /usr/bin/make > /usr/bin/curl @ pnpm:left-pad install"}).findings;
  REQUIRE(findings.size() == 1);
  findings[0].package->version = "1.3.1";
  locate(findings, project.directory());
  REQUIRE(findings[0].where);
  CHECK(findings[0].where->line == 4);
}

TEST_CASE("a script is found by the host or program that its line names") {
  Project project;
  project.file("scripts/upload.sh", "#!/bin/bash\nset -e\ngit remote -v\ncurl http://203.0.113.66/up\n");
  const auto script = std::string("/usr/bin/make > /usr/bin/bash $WS/scripts/upload.sh");
  CHECK(place(project, {"connect builder: " + script + " > /usr/bin/curl -> 203.0.113.66:80/tcp"}) ==
        "scripts/upload.sh:4");
  CHECK(place(project, {"exec builder: " + script + " > /usr/bin/git remote"}) == "scripts/upload.sh:3");
  CHECK(place(project, {"exec builder: " + script + " > /usr/bin/nc"}) == "scripts/upload.sh:1");
}

TEST_CASE("a recipe or a workflow step is found by its program") {
  Project project;
  project.file("Makefile", "all:\n\tgcc a.c\n\tjq . a.json\n");
  project.file(".github/workflows/ci.yml", "jobs:\n  test:\n    - run: terraform plan\n");
  CHECK(place(project, {"exec builder: /usr/bin/make > /usr/bin/jq"}) == "Makefile:3");
  CHECK(place(project, {"exec builder: /usr/bin/make > /usr/bin/terraform"}) == ".github/workflows/ci.yml:3");
}

TEST_CASE("nothing outside the repository is read, whatever a lineage names") {
  Project outside, project;
  outside.file("secret.sh", "curl\n");
  project.file("a", "");
  fs::create_symlink(outside.directory() / "secret.sh", project.directory() / "link.sh");
  CHECK(place(project, {"exec builder: /usr/bin/bash $WS/link.sh > /usr/bin/curl"}).empty());
  CHECK(place(project, {"exec builder: /usr/bin/bash $WS/../" + outside.directory().filename().string() +
                        "/secret.sh > /usr/bin/curl"})
            .empty());
}

/// "VERSION BEFORE → NOW" of a finding of `package` whose lock file was changed.
std::string bump(const std::string &package, const std::string &file, const std::string &before,
                 const std::string &now) {
  Project project;
  project.file(file, now);
  auto findings =
      tell::diff({"exec builder: /usr/bin/make"},
                 {"exec builder: /usr/bin/make", "exec builder: /usr/bin/make > /usr/bin/curl @ " + package})
          .findings;
  REQUIRE(findings.size() == 1);
  locate(findings, project.directory(),
         [&](const std::string &path) { return path == file ? std::optional(before) : std::nullopt; });
  return findings[0].package->base_version + " → " + findings[0].package->version;
}

TEST_CASE("what the lock file had before and has now stands beside the dependency, of every manager") {
  CHECK(bump("npm:left-pad postinstall", "package-lock.json",
             "{\n  \"node_modules/left-pad\": {\n    \"version\": \"1.3.0\",\n",
             "{\n  \"node_modules/left-pad\": {\n    \"version\": \"1.3.1\",\n") == "1.3.0 → 1.3.1");
  CHECK(bump("npm:left-pad install", "yarn.lock", "left-pad@^1.0.0:\n  version \"1.3.0\"\n",
             "left-pad@^1.0.0:\n  version \"1.3.1\"\n") == "1.3.0 → 1.3.1");
  CHECK(bump("npm:left-pad install", "web/app/yarn.lock", "\"left-pad@npm:^1.0.0\":\n  version: 1.3.0\n",
             "\"left-pad@npm:^1.0.0\":\n  version: 1.3.1\n") == "1.3.0 → 1.3.1");
  CHECK(bump("npm:left-pad install", "pnpm-lock.yaml",
             "  left-pad@1.3.0:\n    resolution: {integrity: sha512-9}\n",
             "  left-pad@1.3.1:\n    resolution: {integrity: sha512-9}\n") == "1.3.0 → 1.3.1");
  CHECK(bump("cargo:widget build-script", "Cargo.lock",
             "[[package]]\nname = \"widget\"\nversion = \"0.4.1\"\n",
             "[[package]]\nname = \"widget\"\nversion = \"0.4.2\"\n") == "0.4.1 → 0.4.2");
  CHECK(bump("pip:Some.Widget build", "requirements.txt", "some_widget==1.0rc1 --hash=sha256:12\n",
             "some_widget==1.0 --hash=sha256:12\n") == "1.0rc1 → 1.0");
  CHECK(bump("pip:widget build", "poetry.lock", "[[package]]\nname = \"widget\"\nversion = \"2.1\"\n",
             "[[package]]\nname = \"widget\"\nversion = \"2.2\"\n") == "2.1 → 2.2");
  CHECK(
      bump("pip:widget build", "Pipfile.lock",
           "  \"widget\": {\n    \"hashes\": [\n      \"sha256:77\"\n    ],\n    \"version\": \"==3.0\"\n",
           "  \"widget\": {\n    \"hashes\": [\n      \"sha256:78\"\n    ],\n    \"version\": \"==3.1\"\n") ==
      "3.0 → 3.1");
  CHECK(bump("gem:rake extension", "Gemfile.lock", "    rake (13.0.6)\n", "    rake (13.1.0)\n") ==
        "13.0.6 → 13.1.0");
  CHECK(bump("go:example.com/x generate", "go.mod", "require example.com/x v1.2.0\n",
             "require example.com/x v1.3.0\n") == "1.2.0 → 1.3.0");
  CHECK(bump("maven:org.acme:tool exec", "pom.xml", "<artifactId>tool</artifactId>\n<version>5.1</version>\n",
             "<artifactId>tool</artifactId>\n<version>5.2</version>\n") == "5.1 → 5.2");
  CHECK(bump("gradle:tool run", "gradle.lockfile", "org.acme:tool:7.0=runtimeClasspath\n",
             "org.acme:tool:7.1=runtimeClasspath\n") == "7.0 → 7.1");
}

std::string who(const Project &project, const std::string &fresh) {
  auto findings =
      tell::diff({"exec builder: /usr/bin/make"}, {"exec builder: /usr/bin/make", fresh}).findings;
  REQUIRE(findings.size() == 1);
  locate(findings, project.directory());
  const auto &package = findings[0].package;
  return package ? package->manager + ":" + package->name + " " + package->stage : "";
}

TEST_CASE("a make target and a workflow step are named with their line") {
  Project project;
  project.file("Makefile", "X := a:b\nall: check\n\ncheck: all.o\n\t@echo\n\tjq . a.json\nY = jq2\n");
  project.file(".github/workflows/ci.yml",
               "on: push\njobs:\n  test:\n    steps:\n      - uses: x\n      - name: Plan it\n"
               "        run: |\n          set -e\n          terraform plan\n");
  CHECK(who(project, "exec builder: /usr/bin/make > /usr/bin/jq") == "make:check ");
  CHECK(who(project, "exec builder: /usr/bin/make > /usr/bin/terraform") == "workflow:Plan it test");
}

TEST_CASE("of several workflows the one that runs this job is asked first") {
  Project project;
  for (const char *file : {"a.yml", "b.yml"})
    project.file(std::string(".github/workflows/") + file, "jobs:\n  x:\n    - run: terraform plan\n");
  const std::string fresh = "exec builder: /usr/bin/make > /usr/bin/terraform";
  CHECK(place(project, {fresh}) == ".github/workflows/a.yml:3");
  ::setenv("GITHUB_WORKFLOW_REF", "o/r/.github/workflows/b.yml@refs/heads/main", 1);
  const auto told = place(project, {fresh});
  ::unsetenv("GITHUB_WORKFLOW_REF");
  CHECK(told == ".github/workflows/b.yml:3");
}

TEST_CASE("of several jobs with the same command the running one is named") {
  Project project;
  project.file(".github/workflows/a.yml", "jobs:\n  lint:\n    steps:\n    - run: terraform fmt\n"
                                          "  test:\n    steps:\n    - run: terraform plan\n");
  const std::string fresh = "exec builder: /usr/bin/make > /usr/bin/terraform";
  CHECK(who(project, fresh) == "workflow: lint");
  ::setenv("GITHUB_JOB", "test", 1);
  const auto told = who(project, fresh);
  ::unsetenv("GITHUB_JOB");
  CHECK(told == "workflow: test");
}

TEST_CASE("of a job's steps with the same command the running one is named") {
  Project project;
  project.file(".github/workflows/a.yml", "jobs:\n  lint:\n    steps:\n    - run: terraform fmt\n"
                                          "  test:\n"
                                          "    steps:\n"
                                          "    - uses: actions/checkout@v4\n"
                                          "    - name: Plan\n"
                                          "      run: |\n"
                                          "        - no step\n"
                                          "        terraform plan\n"
                                          "    - id: again\n"
                                          "      run: terraform plan\n"
                                          "    - name: Gate\n"
                                          "      uses: acme/gate@v1\n"
                                          "      with:\n"
                                          "        name: not this\n"
                                          "        command: terraform plan\n"
                                          "    - run: terraform plan\n");
  const auto told = [&](const char *action, const char *repository) {
    ::setenv("GITHUB_JOB", "test", 1);
    ::setenv("GITHUB_ACTION", action, 1);
    ::setenv("GITHUB_ACTION_REPOSITORY", repository, 1);
    const auto step = who(project, "exec builder: /usr/bin/make > /usr/bin/terraform");
    for (const char *name : {"GITHUB_JOB", "GITHUB_ACTION", "GITHUB_ACTION_REPOSITORY"}) ::unsetenv(name);
    return step;
  };
  CHECK(told("again", "") == "workflow:again test");
  CHECK(told("__run", "") == "workflow:Plan test");
  CHECK(told("__run_2", "") == "workflow: test");         // the last one
  CHECK(told("__acme_gate", "") == "workflow:Gate test"); // as in the scripts of a composite action
  CHECK(told("__acme_gate", "acme/gate") == "workflow:Gate test");
  CHECK(told("again", "acme/gate") == "workflow:again test"); // used by an action that this step uses
  CHECK(told("unknown", "acme/gate") == "workflow:Gate test");
  CHECK(told("unknown", "") == "workflow:Plan test");
}

TEST_CASE("what the JVM's builders and cargo run is found in their files") {
  Project project;
  project.file("build.gradle", "plugins {}\ntask x(type: Exec) { commandLine 'jq' }\n");
  project.file("pom.xml", "<project>\n<executable>protoc</executable>\n");
  project.file("build.rs", "fn main() {\n  TcpStream::connect(\"203.0.113.5:443\");\n");
  CHECK(
      place(project,
            {"exec builder: /usr/bin/make > /usr/bin/java org.gradle.launcher.daemon.bootstrap.GradleDaemon "
             "> /usr/bin/jq"}) == "build.gradle:2");
  CHECK(place(project, {"exec builder: /usr/bin/make > /usr/bin/java "
                        "org.codehaus.plexus.classworlds.launcher.Launcher > /usr/bin/protoc"}) ==
        "pom.xml:2");
  CHECK(place(project,
              {"connect builder: /usr/bin/make > /usr/bin/cargo build > $WS/target/build-script-build -> "
               "203.0.113.5:443/tcp"}) == "build.rs:2");
}

TEST_CASE("a script of the project's own package is found in its manifest") {
  CHECK(place_of_package(
            "npm:shop build", "package.json",
            "{\n\"name\": \"shop\",\n\"scripts\": {\n\"prebuild\": \"x\",\n\"build\": \"curl\"\n") ==
        "package.json:5");
}

TEST_CASE("versions of both sides stand beside the dependency") {
  auto base = tell::fingerprint({"exec builder: /usr/bin/npm install"});
  auto head =
      tell::fingerprint({"exec builder: /usr/bin/npm install",
                         "exec builder: /usr/bin/npm install > /usr/bin/curl @ npm:left-pad postinstall"});
  base.attributes = {{"npm:left-pad", "version", "1.3.0"}};
  head.attributes = {{"npm:left-pad", "version", "1.3.1"}};
  const auto diff = compare(base, head, Policy{});
  REQUIRE(diff.findings.at(0).package);
  CHECK(diff.findings[0].package->version == "1.3.1");
  CHECK(diff.findings[0].package->base_version == "1.3.0");
  CHECK(diff.findings[0].package->stage == "postinstall");
}

} // namespace
} // namespace buildprint

#include "fingerprint/rules.hpp"

#include "base/error.hpp"
#include "tests/fingerprint/lines.hpp"

using namespace buildprint;

namespace {

std::string file_with(const std::string &list, const std::string &row) {
  return R"({"format": "buildprint/rules/1", ")" + list + "\": [" + row + "]}";
}

std::string random_name(const std::string &tool, const std::string &under, const std::string &pattern,
                        const std::string &example) {
  return R"({"name": "ours", "tool": ")" + tool + R"(", "under": ")" + under + R"(", "pattern": ")" +
         pattern + R"(", "example": ")" + example + "\"}";
}

std::string problem(const std::string &text) {
  try {
    parse_rules(text, "rules.json");
    return "accepted";
  } catch (const Error &error) {
    return error.what();
  }
}

bool says(const std::string &text, const std::string &what) {
  INFO(text);
  INFO(problem(text));
  return problem(text).find(what) != std::string::npos;
}

} // namespace

TEST_CASE("a project's rule joins the names of its generator") {
  const auto rules =
      parse_rules(file_with("random_names", random_name("python", "$WS/gen", "job-([0-9]{6})", "job-123456")),
                  "rules.json");
  const auto play = [&](const std::string &number) {
    Scene scene;
    scene.command("/usr/bin/python3", {"python3", "x.py"})
        .start(scene.workspace("gen/job-" + number + "/tool"));
    return lines_of(scene.recording(), rules);
  };
  CHECK(play("123456") == play("654321"));
  CHECK(rules.id() != builtin_rules().id());
}

TEST_CASE("a project's tool owns its names, others do not") {
  const auto rules = parse_rules(R"x({"format": "buildprint/rules/1",
      "tools": [{"name": "gen", "programs": ["$WS/tools/gen"]}],
      "random_names": [{"name": "g", "tool": "gen", "under": "$WS/gen", "pattern": "g([0-9]{4})", "example": "g1234"}]})x",
                                 "rules.json");
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  make.start(scene.workspace("tools/gen")).start(scene.workspace("gen/g1234"));
  make.start(scene.workspace("gen/g5678"));
  const auto lines = lines_of(scene.recording(), rules);
  CHECK(std::count(lines.begin(), lines.end(),
                   "exec builder /usr/bin/make > $WS/tools/gen > $WS/gen/g<rand>") == 1);
  CHECK(std::count(lines.begin(), lines.end(), "exec builder /usr/bin/make > $WS/gen/g5678") == 1);
}

TEST_CASE("a rules file that could hide something is refused with the reason") {
  const auto with = [](const std::string &row) { return file_with("random_names", row); };
  CHECK(says(with(random_name("cobol", "$TMP", "x([0-9]{6})", "x123456")), "unknown tool \"cobol\""));
  CHECK(says(with(random_name("python", "$WS/.github/workflows", "ci-([0-9]{6})", "ci-123456")),
             "sink \"workflow\""));
  CHECK(
      says(with(random_name("python", "$WS/**/site-packages", "x([0-9]{6})[.]pth", "x123456.pth")), "sink"));
  CHECK(says(with(random_name("python", "$HOME/.aws/sso/cache", "t-([a-z]{4,})", "t-abcd")), "secret"));
  CHECK(says(with(random_name("python", "$TMP", "tmp([a-z0-9]{8})x", "tmpa1b2c3d4x")),
             "overlaps with the rule"));
  CHECK(says(with(random_name("python", "$WS/gen", "(.+)", "anything")), "shorter than four"));
  CHECK(says(with(random_name("python", "$WS/gen", "(.{4,})", "anything")), "fixes no character"));
  CHECK(says(with(random_name("python", "$WS/gen", "job", "job")), "marked as random"));
  CHECK(
      says(with(random_name("python", "/usr/bin", "gcc-([0-9]{4})", "gcc-1234")), "does not begin with $WS"));
  CHECK(says(with(random_name("python", "$WS/gen", "job-([0-9]{6})", "job-1")), "does not match"));
  CHECK(says(with(random_name("python", "$WS/gen", "job-([0-9]{6}", "job-1")), "random_names[0]"));
  CHECK(
      says(file_with("tools", R"({"name": "t", "programs": ["gcc"]})"), "no path that is the tool's alone"));
  CHECK(says(file_with("tools", R"({"name": "t", "programs": ["$TMP/**"]})"),
             "no path that is the tool's alone"));
  CHECK(says(file_with("tools", R"({"name": "gcc", "programs": ["/x"]})"), "built in"));
  CHECK(says(file_with("sink", "{}"), "unknown field \"sink\""));
  CHECK(says(R"({"format": "buildprint/rules/2"})", "\"format\" is not"));
  CHECK(says("{\n\"format\": ,", "line 2"));
  CHECK(says("[]", "an object { } is expected"));
}

TEST_CASE("a project's sinks and secrets are kept exact") {
  const auto rules = parse_rules(R"({"format": "buildprint/rules/1",
      "sinks": [{"name": "deploy", "path": "$WS/deploy/**"}],
      "secrets": [{"name": "ours", "path": "~/.ours/token"}]})",
                                 "rules.json");
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  make.create(scene.workspace("deploy/x.sh")).read(scene.home(".ours/token"));
  CHECK(lines_of(scene.recording(), rules) ==
        std::vector<std::string>{"exec builder /usr/bin/make",
                                 "read builder /usr/bin/make: secret:ours ($HOME/.ours/token)",
                                 "write builder /usr/bin/make: sink:$WS/deploy/x.sh"});
}

TEST_CASE("a recorder watches the names of secrets, and none that are everywhere") {
  const auto names = watched_names(builtin_rules());
  for (const char *name : {".npmrc", ".ssh", ".aws", "hosts.yml", "shadow", ".netrc"}) {
    INFO(name);
    CHECK(std::count(names.begin(), names.end(), name) == 1);
  }
  CHECK(std::count(names.begin(), names.end(), ".env.*") == 1);
  for (const auto &name : names) CHECK(name.find('*') == (name == ".env.*" ? 5 : std::string::npos));
  CHECK(std::count(names.begin(), names.end(), "config") == 0);
}

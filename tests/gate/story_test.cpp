// The story that the gate is for, from the first run to the question who let it in.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/gate/workspace.hpp"

using namespace buildprint;
using namespace buildprint::test;

namespace {

constexpr const char *k_lock_before = R"({
  "name": "shop",
  "lockfileVersion": 3,
  "packages": {
    "node_modules/left-pad": {
      "version": "1.3.0"
    }
  }
}
)";
constexpr const char *k_lock_after = R"({
  "name": "shop",
  "lockfileVersion": 3,
  "packages": {
    "node_modules/left-pad": {
      "version": "1.3.1",
      "hasInstallScript": true
    }
  }
}
)";

Fingerprint usual_run() {
  auto run =
      fingerprint({behavior("exec", {"$WS/ci", "/usr/bin/npm install"}),
                   behavior("connect", {"$WS/ci", "/usr/bin/npm install"}, "registry.example:443/tcp")});
  run.attributes = {{"npm:left-pad", "version", "1.3.0"}};
  return run;
}

Fingerprint run_after_bump() {
  auto run = usual_run();
  const std::vector<std::string> shell{"$WS/ci", "/usr/bin/npm install", "/usr/bin/sh -c"};
  const std::vector<std::string> curl{"$WS/ci", "/usr/bin/npm install", "/usr/bin/sh -c", "/usr/bin/curl"};
  for (auto added : {behavior("exec", shell), behavior("exec", curl),
                     behavior("connect", curl, "fonts.example:443/tcp")}) {
    added.package = "npm:left-pad postinstall";
    run.behaviors.push_back(added);
  }
  run.attributes = {{"npm:left-pad", "version", "1.3.1"}};
  std::sort(run.behaviors.begin(), run.behaviors.end(), key_less);
  return run;
}

} // namespace

TEST_CASE("a dependency's new download is stopped, named, accepted with a reason, and traced back") {
  Workspace shop;
  shop.git("config user.name Ann");
  shop.git("config user.email ann@example.com");
  shop.write("package-lock.json", k_lock_before);
  shop.commit("Start the shop");

  // The first run has nothing to be held against.
  auto first = shop.buildprint("gate --name unit-tests --fingerprint " + shop.run_did(usual_run()));
  CHECK(first.status == 3);
  CHECK(says(first, "mv .buildprint/unit-tests.json.new .buildprint/unit-tests.json && git add"));
  CHECK(says(first, "git commit -m \"Baseline of unit-tests\""));
  REQUIRE(shop.has(".buildprint/unit-tests.json.new"));
  CHECK_FALSE(shop.has(".buildprint/unit-tests.json"));
  shell("cd '" + shop.path.string() + "' && mv .buildprint/unit-tests.json.new .buildprint/unit-tests.json");
  shop.commit("Baseline of unit-tests");
  shop.publish();
  CHECK(shop.buildprint("gate --name unit-tests --fingerprint " + shop.run_did(usual_run())).status == 0);

  // A pull request bumps a dependency, which from now on downloads something after its installation.
  shop.git("checkout -q -b bump");
  shop.write("package-lock.json", k_lock_after);
  shop.commit("Bump left-pad");
  const std::string gate =
      "gate --name unit-tests --report-dir '" + shop.beside("reports").string() + "' --fingerprint ";
  const auto stopped = shop.buildprint(gate + shop.run_did(run_after_bump()));
  INFO(stopped.output);
  CHECK(stopped.status == 1);
  CHECK(says(stopped, "left-pad"));
  CHECK(says(stopped, "1.3.0 -> 1.3.1"));
  CHECK(says(stopped, "package-lock.json:5"));
  CHECK(says(stopped, "fonts.example:443/tcp"));
  for (const char *report : {"txt", "json", "md", "sarif", "html", "json.new"})
    CHECK(std::filesystem::exists(shop.beside("reports") / ("unit-tests." + std::string(report))));

  // Nobody accepts without a reason.
  CHECK(shop.buildprint("accept --all").status == 2);
  CHECK_FALSE(shop.has(".buildprint/policy.json"));
  const auto before = shop.read(".buildprint/unit-tests.json");
  const auto accepted = shop.buildprint("accept --all --reason 'left-pad fetches its fonts'");
  INFO(accepted.output);
  CHECK(accepted.status == 0);
  CHECK_FALSE(shop.has(".buildprint/unit-tests.json.new"));
  CHECK(shop.read(".buildprint/unit-tests.json") != before);
  shop.commit("Let left-pad fetch its fonts");

  // Now the gate passes, and says who lets it pass.
  const auto passed = shop.buildprint(gate + shop.run_did(run_after_bump()));
  INFO(passed.output);
  CHECK(passed.status == 0);
  CHECK(says(passed, "this change accepts 3 new behaviors itself"));
  CHECK(says(passed, "left-pad fetches its fonts"));
  CHECK(shop.buildprint(gate + shop.run_did(run_after_bump()) + " --no-self-accept").status == 1);

  // Merged, it is a part of the baseline; the log shows who let it in, when and why.
  shop.git("checkout -q main");
  shop.git("merge -q --no-ff -m 'Merge bump' bump");
  shop.git("push -q origin main");
  CHECK(shop.buildprint(gate + shop.run_did(run_after_bump()) + " --no-self-accept").status == 0);
  const auto download =
      behavior_id(behavior("connect", {"$WS/ci", "/usr/bin/npm install", "/usr/bin/sh -c", "/usr/bin/curl"},
                           "fonts.example:443/tcp"));
  const auto log = shop.buildprint("log " + download.substr(0, 12));
  INFO(log.output);
  CHECK(log.status == 0);
  CHECK(says(log, "Ann  Let left-pad fetch its fonts"));
  CHECK(says(log, "accepted: left-pad fetches its fonts (Ann <ann@example.com>)"));
  CHECK(says(log, shop.git("log -1 --format=%as bump")));
  const auto blame = shop.buildprint("blame 'fonts.*:*/tcp'");
  CHECK(says(blame, shop.git("rev-parse --short=12 bump")));
  CHECK(std::count(blame.output.begin(), blame.output.end(), '\n') == 1);
  const auto history = shop.buildprint("log");
  CHECK(says(history, "Baseline of unit-tests"));
  CHECK(says(history, download.substr(0, 12)));
}

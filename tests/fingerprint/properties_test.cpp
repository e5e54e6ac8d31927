// Whatever is chance in a build must not show: the same story, told otherwise, gives the same bytes.

#include <cmath>
#include <random>

#include <functional>

#include "fingerprint/fingerprint_json.hpp"
#include "fingerprint/merge.hpp"
#include "fingerprint/stability.hpp"
#include "tests/fingerprint/lines.hpp"
#include "tests/support/behavior.hpp"

using namespace buildprint;

namespace {

/// A build of several independent jobs; `order` says in which order they run, `overlap` how many at once.
std::string build(const Stage &stage, std::vector<int> order, std::size_t overlap) {
  Scene scene(stage);
  auto make = scene.command("/usr/bin/make", {"make"});
  std::vector<Scene::Actor> running;
  const auto retire = [&](std::size_t most) {
    while (running.size() > most) {
      running.front().exit();
      running.erase(running.begin());
    }
  };
  for (const int job : order) {
    auto shell = make.start("/usr/bin/sh", {"sh", "-c", "job " + std::to_string(job)});
    const auto port = static_cast<std::uint16_t>(33000 + stage.first_pid % 1000 + static_cast<unsigned>(job));
    if (job % 3 == 0) {
      auto gcc = shell.start("/usr/bin/gcc", {"gcc", "-c"});
      gcc.create(scene.temporary("cc" + std::to_string(100000 + stage.first_pid % 899999) + ".s"));
      gcc.create(scene.workspace("build/" + std::to_string(job) + ".o")).exit();
    } else if (job % 3 == 1) {
      auto server = shell.start("/usr/bin/python3", {"python3", "serve.py"});
      server.listen("127.0.0.1", port);
      shell.start("/usr/bin/curl", {"curl"}).connect("127.0.0.1", port);
      server.listen_end("127.0.0.1", port);
    } else {
      auto curl = shell.start("/usr/bin/curl", {"curl", "https://cdn.example"});
      curl.answer("cdn.example", {"203.0.113." + std::to_string(20 + stage.first_pid % 7)});
      curl.connect("203.0.113." + std::to_string(20 + stage.first_pid % 7), 443);
    }
    running.push_back(shell);
    retire(overlap);
  }
  return render_fingerprint(canonicalize(scene.recording(), builtin_rules()).fingerprint);
}

Fingerprint random_run(std::mt19937 &random) {
  Fingerprint run;
  run.name = "w", run.rules = "1-x";
  for (int i = 0; i < 12; ++i)
    if (random() % 3 != 0)
      run.behaviors.push_back(make_behavior(
          Kind::exec, "builder", {"a", std::to_string(i / 10) + std::to_string(i % 10)}, "", 1, false, ""));
  if (random() % 2 == 0) run.attributes = {{"a", "version", std::to_string(random() % 3)}};
  run.complete = random() % 4 != 0;
  if (!run.complete) run.incomplete_because = {"it failed"};
  return run;
}

std::string merged(const std::vector<Fingerprint> &runs) {
  return render_fingerprint(merge(runs, MergeAs::runs, std::vector<std::string>(runs.size(), "f")));
}

} // namespace

TEST_CASE("order, parallelism, pids, times, directories, users, ports and addresses do not show") {
  const auto expected = build({}, {0, 1, 2, 3, 4, 5, 6, 7, 8}, 1);
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    Stage stage;
    stage.workspace = "/srv/w" + std::to_string(random() % 1000) + (random() % 2 ? "/deep/er" : "");
    stage.home = "/srv/home" + std::to_string(random() % 1000);
    stage.temporary = random() % 2 ? "/tmp" : "/srv/t/" + std::to_string(random() % 1000);
    stage.uid = 1 + static_cast<std::uint32_t>(random() % 60000);
    stage.first_pid = 2 + static_cast<std::uint32_t>(random() % 1'000'000);
    stage.pid_step = 1 + static_cast<std::uint32_t>(random() % 5);
    stage.first_ns = random();
    stage.step_ns = 1 + random() % 1000;
    std::vector<int> order{0, 1, 2, 3, 4, 5, 6, 7, 8};
    std::shuffle(order.begin(), order.end(), random);
    REQUIRE(build(stage, order, 1 + random() % 8) == expected);
  }
}

namespace {

/// A build whose steps run in the order of `steps`, which is chance where they run at the same time.
std::string made_and_run(const std::vector<int> &steps) {
  Scene scene;
  auto make = scene.command("/usr/bin/make");
  const auto tool = scene.workspace("tool"), part = scene.workspace("part");
  for (const int step : steps) {
    auto sh = make.start("/usr/bin/dash", {"sh", "-c", "x"});
    const auto by = [&](const std::string &writer) { return sh.start("/usr/bin/" + writer); };
    if (step == 0) by("ld").write(tool);
    if (step == 1) by("strip").write(tool);
    if (step == 2) sh.start(tool);
    if (step == 3) by("install").create("/usr/bin/git");
    if (step == 4) sh.start("/usr/bin/git");
    if (step == 5) { // a trial that is compiled, run and removed
      by("gcc").create(part);
      sh.start(part);
      sh.remove(part);
    }
    if (step == 6) by("cc").create(part).remove(part);
    if (step == 7) {
      by("bison").create(part);
      sh.rename(part, scene.workspace("y"));
      sh.start(scene.workspace("y"));
    }
  }
  return render_fingerprint(canonicalize(scene.recording(), builtin_rules()).fingerprint);
}

} // namespace

TEST_CASE("whether a program is written before or after it runs does not show") {
  std::vector<int> steps{0, 1, 2, 3, 4, 5, 6, 7};
  const auto expected = made_and_run(steps);
  for (const std::string said : {"\"/usr/bin/git\",\"name\":\"origin\"", "dash -c > /usr/bin/ld\"",
                                 "dash -c > /usr/bin/strip\"", "dash -c > /usr/bin/gcc\""})
    CHECK(expected.find(said) != expected.npos);
  std::mt19937 random(17);
  for (int round = 0; round < 300; ++round) {
    std::shuffle(steps.begin(), steps.end(), random);
    REQUIRE(made_and_run(steps) == expected);
  }
}

TEST_CASE("merging is commutative and associative, and one run stays as it is") {
  std::mt19937 random(11);
  for (int round = 0; round < 100; ++round) {
    const auto a = random_run(random), b = random_run(random), c = random_run(random);
    const auto pair = [](const Fingerprint &x, const Fingerprint &y) {
      const std::vector both{x, y};
      return merge(both, MergeAs::runs, {"x", "y"});
    };
    REQUIRE(merged({a, b}) == merged({b, a}));
    REQUIRE(merged({pair(a, b), c}) == merged({a, pair(b, c)}));
    REQUIRE(merged({a, b, c}) == merged({pair(c, a), b}));
    REQUIRE(merged({a}) == render_fingerprint(a));
  }
}

TEST_CASE("merging again what was merged adds no line, and no run where it is a shard") {
  std::mt19937 random(13);
  const auto lines = [](const Fingerprint &fingerprint) {
    std::vector<std::string> ids;
    for (const auto &behavior : fingerprint.behaviors) ids.push_back(behavior_id(behavior));
    return ids;
  };
  for (int round = 0; round < 100; ++round) {
    const std::vector both{random_run(random), random_run(random)};
    for (const auto as : {MergeAs::runs, MergeAs::shards}) {
      const auto once = merge(both, as, {"a", "b"});
      for (const auto &again :
           {std::vector{once, once}, std::vector{once, both[0]}, std::vector{both[1], once}}) {
        const auto twice = merge(again, as, {"x", "y"});
        REQUIRE(lines(twice) == lines(once));
        if (as == MergeAs::shards) REQUIRE(render_fingerprint(twice) == render_fingerprint(once));
      }
    }
  }
}

TEST_CASE("merging counts the runs that support a behavior; shards are one run") {
  Fingerprint a, b;
  a.name = b.name = "w", a.rules = b.rules = "1-x";
  a.behaviors = {make_behavior(Kind::exec, "builder", {"a"}, "", 1, false, ""),
                 make_behavior(Kind::exec, "builder", {"b"}, "", 1, true, "")};
  b.behaviors = {make_behavior(Kind::exec, "builder", {"a"}, "", 1, false, "")};
  const std::vector both{a, b};
  const auto runs = merge(both, MergeAs::runs, {"a", "b"});
  CHECK(runs.runs == 2);
  CHECK(runs.behaviors[0].seen == 2);
  CHECK(runs.behaviors[1].seen == 1);
  CHECK(runs.behaviors[1].optional);
  const auto shards = merge(both, MergeAs::shards, {"a", "b"});
  CHECK(shards.runs == 1);
  CHECK(shards.behaviors[0].seen == 1);
}

TEST_CASE("what cannot be merged is refused with the reason") {
  const auto problem = [](const std::function<void(Fingerprint &)> &change) -> std::string {
    Fingerprint a;
    a.name = "w", a.rules = "1-x", a.labels = {{"arch", "x86_64"}};
    auto b = a;
    change(b);
    const std::vector both{a, b};
    try {
      merge(both, MergeAs::runs, {"a.json", "b.json"});
      return "accepted";
    } catch (const std::exception &error) {
      return error.what();
    }
  };
  CHECK(problem([](Fingerprint &f) { f.rules = "1-y"; }) ==
        "cannot merge a.json and b.json: their rules differ (1-x and 1-y)");
  CHECK(problem([](Fingerprint &f) { f.name = "v"; }).find("names differ") != std::string::npos);
  CHECK(problem([](Fingerprint &f) { f.labels["arch"] = "arm64"; }).find("labels differ") !=
        std::string::npos);
  CHECK(problem([](Fingerprint &) {}) == "accepted");
}

TEST_CASE("the expected number of new lines is Good and Turing's, smaller by what one more run knows") {
  Fingerprint five;
  five.name = "w", five.rules = "1-x", five.runs = 5;
  for (const std::uint32_t seen : {5u, 5u, 4u, 1u})
    five.behaviors.push_back(make_behavior(
        Kind::exec, "builder", {"p" + std::to_string(five.behaviors.size())}, "", seen, false, ""));
  const auto stability = stability_of(five);
  CHECK(std::abs(stability.expected_new - 0.2 * 5 / 6.5) < 1e-9);
  CHECK(std::abs(stability.chance_of_new - 0.1426) < 0.001);
  CHECK(in_words(stability) ==
        "5 runs: about 0.15 new lines on an unchanged rebuild (14 % would show something "
        "new); 5 more runs would bring that to 5 %");
  five.behaviors.pop_back();
  CHECK(in_words(stability_of(five)).find("at most 45 %") != std::string::npos);
}

TEST_CASE("a rare branch of several lines is predicted as often as it is new") {
  // By the binomial distribution: each of all 2^T baselines, weighed by its probability.
  for (const auto &[chance, runs] : {std::pair{0.25, 3u}, {0.25, 5u}, {0.25, 10u}, {0.17, 3u}, {0.17, 10u}}) {
    double predicted = 0, ways = 1;
    for (unsigned seen = 1; seen <= runs; ++seen) {
      ways = ways * (runs - seen + 1) / seen;
      Fingerprint merged;
      merged.name = "w", merged.rules = "1-x", merged.runs = runs;
      merged.behaviors = {make_behavior(Kind::exec, "builder", {"a"}, "", runs, false, ""),
                          make_behavior(Kind::exec, "builder", {"a", "b"}, "", seen, false, ""),
                          make_behavior(Kind::exec, "builder", {"a", "b", "c"}, "", seen, false, ""),
                          make_behavior(Kind::write, "builder", {"a", "b", "c"}, "$TMP", seen, false, "")};
      predicted += ways * std::pow(chance, seen) * std::pow(1 - chance, runs - seen) *
                   stability_of(merged).expected_new;
    }
    const double shown = 3 * chance * std::pow(1 - chance, runs);
    INFO(runs << " runs: predicted " << predicted << ", shown " << shown);
    CHECK(std::abs(predicted / shown - 1) < 0.2);
  }
}

TEST_CASE("a field that is new in every run is named, with a rule to accept") {
  Fingerprint runs;
  runs.name = "w", runs.rules = "1-x", runs.runs = 4;
  for (const char *token : {"a1b2", "c3d4", "e5f6", "q7r8"})
    runs.behaviors.push_back(make_behavior(
        Kind::exec, "builder", {"/usr/bin/make", std::string("$WS/gen/job-") + token}, "", 1, false, ""));
  CHECK(stability_of(runs).looks_random);
  const auto fields = random_fields(runs);
  REQUIRE(fields.size() == 1);
  CHECK(fields[0].field == "lineage element 2");
  CHECK(fields[0].around == "$WS/gen/job-<…>");
  CHECK(fields[0].suggested_rule.find(R"x("under": "$WS/gen", "pattern": "job-([A-Za-z0-9_]{4})")x") !=
        std::string::npos);
}

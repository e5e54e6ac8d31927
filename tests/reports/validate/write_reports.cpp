#include <filesystem>
#include <iostream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "recorder/recording_file.hpp"
#include "reports/attestation.hpp"
#include "reports/fingerprint_reports.hpp"
#include "tests/reports/sample.hpp"
#include "tests/support/behavior.hpp"
#include "tests/support/scene.hpp"

using namespace buildprint;

namespace {

/// Every report of `diff` as DIRECTORY/NAME.EXTENSION, for programs that know the formats better than we do.
void write_all(const std::filesystem::path &directory, const std::string &name, const Diff &diff,
               const Fingerprint &base) {
  RenderOptions options = options_with(base);
  options.head = &base;
  options.include_accepted = true;
  for (const auto &report : reports()) {
    if (report.name == "html") continue; // tests/html opens it in a browser
    write_file_atomically(directory / (name + std::string(report.extension)), report.render(diff, options));
  }
  options.subjects = {parse_subject("app@sha256:" + std::string(64, '0'))};
  write_file_atomically(directory / (name + ".verdict.statement.json"), render_verdict(diff, options));
}

void write_fingerprint(const std::filesystem::path &directory, const std::string &name,
                       const Fingerprint &fingerprint) {
  write_file_atomically(directory / (name + ".fingerprint.json"), render_fingerprint(fingerprint));
  for (const auto &report : fingerprint_reports())
    write_file_atomically(directory / (name + "." + std::string(report.name)),
                          report.render(fingerprint, {}));
}

Fingerprint hostile_fingerprint() {
  Fingerprint fingerprint = sample_base();
  fingerprint.name = hostile_name();
  fingerprint.behaviors = {
      make_behavior(Kind::exec, hostile_name(), {hostile_name()}),
      make_behavior(Kind::read, hostile_name(), {hostile_name()}, hostile_name(), 1, true, hostile_name())};
  fingerprint.attributes = {{hostile_name(), "version", hostile_name()}};
  return fingerprint;
}

/// One event of each kind that a scene can tell.
Recording recording() {
  Scene scene;
  auto make = scene.command("/usr/bin/make", {"make", hostile_name()});
  auto child = make.start("/usr/bin/node", {"node", "build.js"});
  child.answer("api.example", {"203.0.113.9"}).connect("203.0.113.9", 443).connected("203.0.113.9", 443, 111);
  child.bind("127.0.0.1", 0).listen("127.0.0.1", 40000).listen_end("127.0.0.1", 40000);
  child.unix_connect("/run/docker.sock").unix_listen("@name").user(0).read(scene.home(".npmrc"));
  child.write(scene.workspace("src/a.c"), true).create("/tmp/x").rename("/tmp/x", "/tmp/y").remove("/tmp/y");
  child.inspect("mem", make, "/usr/bin/make").kernel("mount", "tmpfs");
  child.event(Volume{{"203.0.113.9", 443}, 10, 20}).event(UserName{0, "root"});
  child.event(ProgramContent{"/usr/bin/node", std::string(32, 'a')});
  child.event(ContainerStart{"0123", "node:20", "", "", "only-asker", make.key()});
  child.exit(1);
  return scene.recording();
}

} // namespace

int main(int argc, char **argv) try {
  if (argc != 2) return 2;
  const std::filesystem::path directory = argv[1];
  std::filesystem::create_directories(directory);
  const Fingerprint base = sample_base();
  Diff same = sample_diff();
  same.findings.clear();
  same.accepted.clear();
  same.verdict = Verdict::same;
  Diff incomplete = same;
  incomplete.verdict = Verdict::incomplete;
  incomplete.because = {"12 records found no room in the ring"};
  write_all(directory, "sample", sample_diff(), base);
  write_all(directory, "same", same, base);
  write_all(directory, "incomplete", incomplete, base);
  write_all(directory, "hostile", hostile_diff(hostile_name()), base);
  write_all(directory, "crafted", hostile_diff(raw_hostile_name()), base);
  write_all(directory, "large", large_diff(500), base);
  save_recording(directory / "sample.recording", recording());
  write_fingerprint(directory, "sample", base);
  write_fingerprint(directory, "hostile", hostile_fingerprint());
  return 0;
} catch (const Error &error) {
  std::cerr << error.what() << '\n';
  return 1;
}

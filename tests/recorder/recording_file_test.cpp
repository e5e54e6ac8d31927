#include "recorder/recording_file.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "tests/catch.hpp"

using namespace buildprint;
namespace fs = std::filesystem;

namespace {

struct TemporaryDirectory {
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "buildprint-test-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~TemporaryDirectory() { fs::remove_all(path); }
  fs::path path;
};

std::size_t entries(const fs::path &directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

RunInfo some_run() {
  RunInfo run;
  run.name = "unit-tests";
  run.command = {"make", "-C", "a b", ""};
  run.cwd = "/home/ann/src";
  run.roots = {{"/home/ann/src", "$WS"}, {"/tmp", "$TMP"}};
  run.main_process = {4711, 18446744073709551615u};
  run.builder_uid = 1000;
  run.hostname = "host";
  run.architecture = "x86_64";
  run.kernel = "6.1.0";
  run.resolvers = {"192.0.2.53"};
  run.proxies = {"proxy.example:3128"};
  run.labels = {{"arch", "x86_64"}, {"os", "debian-12"}};
  return run;
}

/// One event of each kind, every field set.
std::vector<Event> one_of_each() {
  const Endpoint peer{"2001:db8::1", 443};
  Exec exec;
  exec.exe = "/usr/bin/python3.11";
  exec.invoked = "/usr/bin/python3";
  exec.cwd = "/w";
  exec.argv = {"python3", "", "-c", "print(\"\\\\x0a\")", "日本"};
  exec.environment = {{"npm_package_name", "left-pad"}, {"LD_PRELOAD", "xxh3:1"}};
  exec.file = {2049, 18446744073709551615u};
  exec.owner = 7;
  exec.mode = 0104755;
  exec.standard_input = StreamKind::socket;
  exec.standard_output = StreamKind::null;
  exec.memory_only = exec.self_made = exec.truncated = true;
  const std::vector<EventBody> bodies{
      Fork{{12, 34}},
      exec,
      Exit{0x8b},
      Connect{Transport::udp, peer, 4},
      ConnectResult{peer, 111, 5},
      Bind{Transport::other, {"0.0.0.0", 7}, true, 6, true},
      Listen{Transport::tcp, peer, true, 7},
      ListenEnd{peer, 8},
      UnixConnect{"/run/docker.sock"},
      UnixListen{"@abstract"},
      NameAnswer{NameSource::dns,
                 "example.org",
                 "A",
                 {"203.0.113.7", "203.0.113.8"},
                 {"192.0.2.53", 53},
                 Transport::tcp},
      FileUse{FileAccess::rename_to, "/w/b", {1, 2}, true, "/w/a", "disk vda"},
      Inspect{"ptrace", {99, 98}, "/usr/bin/victim"},
      KernelUse{"mount", "tmpfs"},
      Volume{peer, 1, 1u << 31},
      ContainerStart{
          "abc", "debian:12", "db", "api", "only-asker", {5, 6}, {"172.18.0.2"}, {"32768=5432/tcp"}},
      UserName{1000, "ann"},
      ProgramContent{"/usr/bin/make", "00ff"},
  };
  std::vector<Event> events;
  for (const auto &body : bodies) {
    events.push_back({events.size() * 1000, {17, 99}, {1, 2, 3, 4, 0, 0}, body});
    events.push_back({events.size() * 1000, {17, 99}, {1, 0, 3, 0, 0x1ffffffffffu, 0}, body});
    events.push_back({events.size() * 1000, {17, 99}, {1, 0, 3, 0, 0, 4026531837u}, body});
  }
  return events;
}

std::string text_of(const Recording &recording, const fs::path &path) {
  save_recording(path, recording);
  return read_file(path);
}

std::string refusal_of(const fs::path &path, std::string_view content) {
  write_file_atomically(path, content);
  try {
    load_recording(path);
  } catch (const Error &error) {
    CHECK_FALSE(error.remedy().empty());
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return std::string(error.what()).substr(path.string().size());
  }
  return "accepted";
}

bool contains(const std::string &text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const std::string k_begin =
    R"({"format":"buildprint/recording/1","run":{"name":"n","command":[],"cwd":"/","roots":[],"main_process":[1,2],)"
    R"("builder_uid":0,"hostname":"h","architecture":"a","kernel":"k","ephemeral_first":1,"ephemeral_last":2}})"
    "\n";
const std::string k_exit = R"({"t":1,"by":[1,2],"as":[0,0,0,0],"event":"exit","status":0})"
                           "\n";
const std::string k_end = R"({"end":{"status":0,"loss":{},"duration_ns":5}})"
                          "\n";

} // namespace

TEST_CASE("every field of every event survives being written and read") {
  const TemporaryDirectory scratch;
  Recording recording{some_run(), one_of_each(), {}};
  recording.end.wait_status = 0x0900;
  recording.end.loss.ring_full = 3;
  recording.end.loss.probe_died = true;
  recording.end.left_running = {"/usr/bin/sleep"};
  recording.end.census = {{{0, 12, 12}, {1, 7, 6}}, {{"exec", 3}}, {{"on_exec", 1}}, 4, 2};
  const auto text = text_of(recording, scratch.path / "a");
  const auto again = load_recording(scratch.path / "a");
  // A field that the reader forgets is missing in the second text.
  CHECK(text_of(again, scratch.path / "b") == text);
  REQUIRE(again.events.size() == recording.events.size());
  CHECK(again.events[1].credentials == recording.events[1].credentials);
  CHECK(again.run.main_process == recording.run.main_process);
  CHECK(again.run.command == recording.run.command);
  const auto &exec = std::get<Exec>(again.events[3].body);
  CHECK(exec.argv == std::get<Exec>(recording.events[3].body).argv);
  CHECK(exec.environment == std::get<Exec>(recording.events[3].body).environment);
  CHECK(exec.standard_input == StreamKind::socket);
  CHECK(again.end.loss.describe() == recording.end.loss.describe());
  CHECK(again.end.loss.describe().size() == 2);
  CHECK(again.end.census == recording.end.census);
}

TEST_CASE("a recording is an event a line") {
  const TemporaryDirectory scratch;
  const auto text =
      text_of({some_run(), {{7, {17, 99}, {1, 2, 3, 4, 0, 0}, Fork{{18, 100}}}}, {}}, scratch.path / "a");
  CHECK(contains(
      text, "\n{\"t\":7,\"by\":[17,99],\"as\":[1,2,3,4],\"event\":\"fork\",\"child\":[18,100]}\n{\"end\""));
}

TEST_CASE("a recording that is not finished leaves no file") {
  const TemporaryDirectory scratch;
  const auto path = scratch.path / "r";
  write_file_atomically(path, "old");
  {
    RecordingWriter writer(path, some_run());
    writer.write({});
    CHECK(entries(scratch.path) == 2);
  }
  CHECK(entries(scratch.path) == 1);
  CHECK(read_file(path) == "old");
  CHECK_THROWS_AS(RecordingWriter(scratch.path / "no" / "r", some_run()), Error);
}

TEST_CASE("what is not a recording is refused with its line") {
  const TemporaryDirectory scratch;
  const auto refused = [&](std::string_view content) { return refusal_of(scratch.path / "r", content); };
  CHECK(refused(k_begin + k_exit + k_end) == "accepted");
  CHECK(refused("") == ", line 1: not a buildprint recording");
  CHECK(refused("\x7f"
                "ELF\n") != "accepted");
  CHECK(refused("{}\n") == ", line 1: not a buildprint recording");
  CHECK(refused("{\"format\":\"buildprint/fingerprint/1\"}\n") == ", line 1: not a buildprint recording");
  CHECK(contains(refused("{\"format\":\"buildprint/recording/2\",\"events\":7}\n"),
                 "unsupported format 2; this version of buildprint reads 1"));
  CHECK(contains(refused(k_begin), "truncated after line 1"));
  CHECK(contains(refused(k_begin + k_exit + k_exit), "truncated after line 3"));
  CHECK(contains(refused(k_begin + k_exit + k_end.substr(0, k_end.size() - 1)), "truncated after line 2"));
  CHECK(contains(refused(k_begin + k_exit.substr(0, 30)), "truncated after line 1"));
  CHECK(contains(refused(k_begin + k_end + k_exit), "line 3: something follows the end"));
  CHECK(contains(refused(k_begin + k_end + "x"), "something follows the end"));
}

TEST_CASE("a malformed event is refused with its line") {
  const TemporaryDirectory scratch;
  const auto refused = [&](std::string_view event) {
    return refusal_of(scratch.path / "r", k_begin + k_exit + std::string(event) + "\n" + k_end);
  };
  const std::string head = R"({"t":1,"by":[1,2],"as":[0,0,0,0],)";
  for (const auto &event : {
           std::string(),
           std::string("[]"),
           std::string("{"),
           std::string("nonsense"),
           head + "}",
           head + R"("event":"exit"})",
           head + R"("event":"quit","status":0})",
           head + R"("status":0,"event":"exit"})",
           head + R"("event":"exit","status":0}})",
           head + R"("event":"exit","status":0} {})",
           head + R"("event":"exit","status":"0"})",
           head + R"("event":"exit","status":4294967296})",
           head + R"("event":"fork","child":[1]})",
           head + R"("event":"fork","child":[1,2,3]})",
           head + R"("event":"fork","child":[4294967296,1]})",
           head + R"("event":"fork","child":[-1,1]})",
           head + R"("event":"connect","over":"carrier pigeon","peer":["1.2.3.4",1]})",
           head + R"("event":"unix_listen","path":"\u001b[31m"})",
           head + R"("event":"unix_listen","path":"\ud800"})",
           head + "\"event\":\"unix_listen\",\"path\":\"\xff\"}",
           std::string(R"({"t":1,"event":"exit","status":0})"),
       }) {
    CAPTURE(event);
    CHECK(contains(refused(event), ", line 3: "));
  }
  CHECK(refused(head + R"("event":"exit","status":0,"later":{"x":[1]}})") == "accepted");
}

TEST_CASE("every prefix of a recording is refused") {
  const TemporaryDirectory scratch;
  const auto text = text_of({some_run(), one_of_each(), {}}, scratch.path / "a");
  for (std::size_t size = 0; size < text.size(); size += 37)
    CHECK(refusal_of(scratch.path / "r", text.substr(0, size)) != "accepted");
}

TEST_CASE("a line may be as long as the longest command line") {
  const TemporaryDirectory scratch;
  Exec exec;
  exec.exe = "/bin/true";
  exec.argv.assign(3, std::string(700000, 'x'));
  save_recording(scratch.path / "r", {some_run(), {{0, {}, {}, exec}, {0, {}, {}, exec}}, {}});
  CHECK(std::get<Exec>(load_recording(scratch.path / "r").events[1].body).argv == exec.argv);
}

TEST_CASE("a loss is none or described") {
  CHECK(Loss{}.none());
  CHECK(Loss{}.describe().empty());
  Loss loss;
  loss.ring_full = 12;
  CHECK_FALSE(loss.none());
  CHECK(loss.describe() == std::vector<std::string>{"12 records did not fit into the ring buffer"});
}

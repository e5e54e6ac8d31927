#include "recorder/decode.hpp"

#include <cstring>
#include <string_view>

#include "bpf/event.h"
#include "tests/catch.hpp"

using namespace buildprint;
using namespace std::string_view_literals;

namespace {

struct Text {
  bp_part_name name;
  std::string_view bytes;
  unsigned flags = 0;
};

/// A record as the kernel side writes it.
template <typename Body>
std::vector<std::byte> record(Body body, bp_kind kind, const std::vector<Text> &texts = {}) {
  body.header.kind = kind;
  body.header.parts = texts.empty() ? 0 : sizeof body;
  std::string tail;
  for (const Text &text : texts) {
    const bp_part part{static_cast<__u32>(text.bytes.size()), static_cast<__u16>(text.name),
                       static_cast<__u16>(text.flags)};
    tail.append(reinterpret_cast<const char *>(&part), sizeof part).append(text.bytes);
  }
  body.header.size = static_cast<__u32>(sizeof body + tail.size());
  std::vector<std::byte> bytes(body.header.size);
  std::memcpy(bytes.data(), &body, sizeof body);
  std::memcpy(bytes.data() + sizeof body, tail.data(), tail.size());
  return bytes;
}

template <typename Body> Body by(std::uint32_t pid) {
  Body body{};
  body.header.actor.pid = body.header.actor.tid = pid;
  body.header.actor.start_ns = pid * 10ull;
  body.header.time_ns = 1500;
  return body;
}

bp_ready ready() {
  auto body = by<bp_ready>(7);
  body.header.time_ns = 1000;
  body.format = BP_FORMAT;
  return body;
}

std::vector<std::byte> joined(const std::vector<std::vector<std::byte>> &records) {
  std::vector<std::byte> all;
  for (const auto &one : records) all.insert(all.end(), one.begin(), one.end());
  return all;
}

struct Decoded {
  std::vector<Event> events;
  Decoder decoder{[this](const Event &event) { events.push_back(event); }};
};

bp_exec exec_of(std::uint32_t pid, std::uint32_t argv_bytes) {
  auto body = by<bp_exec>(pid);
  body.device = 8u << 20 | 1;
  body.inode = 42;
  body.links = 1;
  body.argv_bytes = argv_bytes;
  return body;
}

} // namespace

TEST_CASE("a stream that is cut after every byte gives the same events") {
  const auto stream =
      joined({record(ready(), BP_READY), record(by<bp_unix>(7), BP_TEXT, {{BP_PART_ARGV, "make\0al"sv}}),
              record(exec_of(7, 9), BP_EXEC,
                     {{BP_PART_ARGV, "l\0"sv, BP_PART_CONTINUES},
                      {BP_PART_EXE, "make\0bin\0usr\0"sv, BP_PART_COMPONENTS},
                      {BP_PART_CWD, "src\0"sv, BP_PART_COMPONENTS},
                      {BP_PART_INVOKED, "./make"sv},
                      {BP_PART_ENVIRONMENT, "MAKELEVEL=1\0"sv}})});
  Decoded decoded;
  for (const std::byte &byte : stream) decoded.decoder.feed({&byte, 1});
  CHECK(decoded.decoder.ready());
  CHECK(decoded.decoder.main_process() == ProcessKey{7, 70});
  REQUIRE(decoded.events.size() == 1);
  CHECK(decoded.events[0].time_ns == 500);
  const auto &exec = std::get<Exec>(decoded.events[0].body);
  CHECK(exec.exe == "/usr/bin/make");
  CHECK(exec.invoked == "/src/make");
  CHECK(exec.argv == std::vector<std::string>{"make", "all"});
  CHECK(exec.environment == std::vector<std::pair<std::string, std::string>>{{"MAKELEVEL", "1"}});
  CHECK(exec.file == FileIdentity{0x801, 42});
  CHECK_FALSE(exec.truncated);
}

TEST_CASE("texts of threads that run at once are not mixed up") {
  Decoded decoded;
  decoded.decoder.feed(
      joined({record(by<bp_unix>(1), BP_TEXT, {{BP_PART_ARGV, "one\0"sv}}),
              record(by<bp_unix>(2), BP_TEXT, {{BP_PART_ARGV, "two\0"sv}}),
              record(exec_of(1, 4), BP_EXEC, {{BP_PART_EXE, "a\0"sv, BP_PART_COMPONENTS}}),
              record(exec_of(2, 4), BP_EXEC, {{BP_PART_EXE, "b\0"sv, BP_PART_COMPONENTS}})}));
  REQUIRE(decoded.events.size() == 2);
  CHECK(std::get<Exec>(decoded.events[0].body).argv.front() == "one");
  CHECK(std::get<Exec>(decoded.events[1].body).argv.front() == "two");
}

TEST_CASE("empty arguments count, and an argv that misses bytes is marked") {
  Decoded decoded;
  decoded.decoder.feed(joined({record(exec_of(1, 5), BP_EXEC, {{BP_PART_ARGV, "a\0\0b\0"sv}}),
                               record(exec_of(1, 9), BP_EXEC, {{BP_PART_ARGV, "a\0"sv}})}));
  REQUIRE(decoded.events.size() == 2);
  CHECK(std::get<Exec>(decoded.events[0].body).argv == std::vector<std::string>{"a", "", "b"});
  CHECK(std::get<Exec>(decoded.events[1].body).truncated);
  CHECK(decoded.decoder.truncated_strings() == 1);
}

TEST_CASE("hostile bytes in a path become inert text") {
  Decoded decoded;
  decoded.decoder.feed(
      record(exec_of(1, 0), BP_EXEC, {{BP_PART_EXE, "x\x1b[2J\xff\0"sv, BP_PART_COMPONENTS}}));
  REQUIRE(decoded.events.size() == 1);
  CHECK(std::get<Exec>(decoded.events[0].body).exe == "/x\\x1b[2J\\xff");
}

TEST_CASE("what the probe counted is the recording's loss, and without its end the probe died") {
  Decoded decoded;
  CHECK(decoded.decoder.loss().probe_died);
  bp_end end{};
  end.counters[BP_LOST_RING_FULL] = 3;
  end.records = 1;
  decoded.decoder.feed(joined({record(ready(), BP_READY), record(end, BP_END)}));
  CHECK(decoded.decoder.ended());
  const Loss loss = decoded.decoder.loss();
  CHECK(loss.ring_full == 3);
  CHECK(loss.undecodable == 0);
  CHECK_FALSE(loss.probe_died);
}

TEST_CASE("the census says what stands behind a loss, and a malformed one is counted") {
  Decoded decoded;
  decoded.decoder.feed(joined({record(ready(), BP_READY), record(bp_census{}, BP_CENSUS,
                                                                 {{BP_PART_CPUS, "0\t12\t12\n3\t7\t6\n"sv},
                                                                  {BP_PART_NO_ROOM, "4\t2\n63\t1\n"sv},
                                                                  {BP_PART_SKIPPED, "on_exec\t5\n"sv}})}));
  const Census census = decoded.decoder.census();
  CHECK(census.records == std::vector<CpuRecords>{{0, 12, 12}, {3, 7, 6}});
  CHECK(census.no_room == std::map<std::string, std::uint64_t>{{"exec", 2}, {"kind 63", 1}});
  CHECK(census.skipped == std::map<std::string, std::uint64_t>{{"on_exec", 5}});
  CHECK(decoded.decoder.loss().undecodable == 0);
  for (const auto lines : {"0\t12\n"sv, "0\t12\tx\n"sv, "0\t1\t1"sv, "\n"sv}) {
    Decoded malformed;
    malformed.decoder.feed(record(bp_census{}, BP_CENSUS, {{BP_PART_CPUS, lines}}));
    CHECK(malformed.decoder.loss().undecodable == 1);
  }
}

TEST_CASE("a record that the pipe lost is noticed at the end") {
  Decoded decoded;
  bp_end end{};
  end.records = 2;
  decoded.decoder.feed(joined({record(ready(), BP_READY), record(end, BP_END)}));
  CHECK(decoded.decoder.loss().undecodable == 1);
}

TEST_CASE("malformed records are counted and passed over") {
  auto short_exit = record(by<bp_unix>(1), BP_EXIT);
  auto unknown = record(by<bp_unix>(1), static_cast<bp_kind>(60));
  auto bad_part = record(exec_of(1, 0), BP_EXEC, {{BP_PART_EXE, "x"sv}});
  bad_part[sizeof(bp_exec)] = std::byte{200};
  Decoded decoded;
  decoded.decoder.feed(joined({short_exit, unknown, bad_part, record(by<bp_exit>(1), BP_EXIT)}));
  CHECK(decoded.decoder.loss().undecodable == 3);
  CHECK(decoded.events.size() == 1);
}

TEST_CASE("a record without a plausible size ends the stream") {
  auto bytes = record(by<bp_exit>(1), BP_EXIT);
  bytes[0] = std::byte{3};
  bytes[1] = std::byte{0};
  Decoded decoded;
  decoded.decoder.feed(bytes);
  decoded.decoder.feed(record(by<bp_exit>(1), BP_EXIT));
  CHECK(decoded.events.empty());
  CHECK(decoded.decoder.loss().undecodable == 1);
}

TEST_CASE("a probe that speaks another format is refused") {
  auto body = ready();
  body.format = BP_FORMAT + 1;
  Decoded decoded;
  decoded.decoder.feed(record(body, BP_READY));
  CHECK_FALSE(decoded.decoder.ready());
  REQUIRE(decoded.decoder.failure());
}

TEST_CASE("a reply of a resolver names addresses, over UDP and over TCP in pieces") {
  const auto message = "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\1a\0\x00\x01\x00\x01"
                       "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xcb\x00\x71\x09"sv;
  auto udp = by<bp_socket>(1);
  udp.address[10] = udp.address[11] = 0xff;
  udp.address[12] = 127;
  udp.address[15] = 53;
  udp.port = 53;
  udp.transport = BP_UDP;
  auto tcp = udp;
  tcp.transport = BP_TCP;
  tcp.cookie = 5;
  Decoded decoded;
  decoded.decoder.feed(joined({record(udp, BP_DNS_REPLY, {{BP_PART_PAYLOAD, message}}),
                               record(tcp, BP_DNS_REPLY, {{BP_PART_PAYLOAD, "\x00\x22"sv}}),
                               record(tcp, BP_DNS_REPLY, {{BP_PART_PAYLOAD, message}})}));
  REQUIRE(decoded.events.size() == 2);
  const auto &answer = std::get<NameAnswer>(decoded.events[0].body);
  CHECK(answer.name == "a");
  CHECK(answer.addresses == std::vector<std::string>{"203.0.113.9"});
  CHECK(answer.resolver == Endpoint{"127.0.0.53", 53});
  CHECK(std::get<NameAnswer>(decoded.events[1].body).transport == Transport::tcp);
}

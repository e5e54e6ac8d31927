#include "recorder/dns.hpp"

#include <string_view>

#include "tests/catch.hpp"

using namespace buildprint;

namespace {

std::vector<std::byte> bytes(std::string_view text) {
  std::vector<std::byte> result;
  for (const char character : text) result.push_back(static_cast<std::byte>(character));
  return result;
}

using namespace std::string_view_literals;

/// A reply to one question for NAME (as labels), with the given counts and answers.
std::string reply(std::string_view labels, std::string_view type, char answers, std::string_view records) {
  return std::string("\x12\x34\x81\x80\x00\x01\x00"sv) + answers + std::string("\x00\x00\x00\x00"sv) +
         std::string(labels) + std::string(type) + std::string("\x00\x01"sv) + std::string(records);
}

constexpr auto k_www = "\3WWW\7example\0"sv;
constexpr auto k_a = "\x00\x01"sv;

} // namespace

TEST_CASE("a DNS reply gives the name in lower case and its addresses in order") {
  const auto parsed =
      parse_dns_reply(bytes(reply(k_www, k_a, 2,
                                  "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xcb\x00\x71\x09"
                                  "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xcb\x00\x71\x07"sv)));
  REQUIRE(parsed);
  CHECK(parsed->name == "www.example");
  CHECK(parsed->type == "A");
  CHECK(parsed->addresses == std::vector<std::string>{"203.0.113.7", "203.0.113.9"});
}

TEST_CASE("addresses are those at the end of the CNAME chain, whatever else the reply holds") {
  const auto parsed =
      parse_dns_reply(bytes(reply(k_www, k_a, 3,
                                  // www.example CNAME cdn.example (its "example" at offset 16)
                                  "\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x06\3cdn\xc0\x10"
                                  // cdn.example A 192.0.2.1 (the name stands at offset 41)
                                  "\xc0\x29\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01"
                                  // evil A 192.0.2.66
                                  "\4evil\0\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x42"sv)));
  REQUIRE(parsed);
  CHECK(parsed->addresses == std::vector<std::string>{"192.0.2.1"});
}

TEST_CASE("a name that does not exist has no address") {
  const auto parsed = parse_dns_reply(bytes(reply(k_www, "\x00\x10"sv, 0, {})));
  REQUIRE(parsed);
  CHECK(parsed->type == "TXT");
  CHECK(parsed->addresses.empty());
}

TEST_CASE("a dot within a label does not pass for a dot between labels") {
  const auto parsed = parse_dns_reply(bytes(reply("\7a.b\\c\x01\x02\0"sv, k_a, 0, {})));
  REQUIRE(parsed);
  CHECK(parsed->name == "a\\x2eb\\\\c\\x01\\x02");
}

TEST_CASE("what is no reply to one question is passed over") {
  CHECK_FALSE(parse_dns_reply({}));
  CHECK_FALSE(
      parse_dns_reply(bytes("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\1a\0\x00\x01\x00\x01"sv)));
  CHECK_FALSE(
      parse_dns_reply(bytes("\x12\x34\x81\x80\x00\x02\x00\x00\x00\x00\x00\x00\1a\0\x00\x01\x00\x01"sv)));
}

TEST_CASE("compression pointers that lead forward or round are refused") {
  CHECK_FALSE(parse_dns_reply(bytes(reply("\xc0\x0c"sv, k_a, 0, {}))));
  CHECK_FALSE(parse_dns_reply(bytes(reply("\1a\xc0\x20"sv, k_a, 0, {}))));
}

TEST_CASE("a reply that is cut anywhere is read as far as it goes") {
  const auto whole =
      bytes(reply(k_www, k_a, 1, "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xcb\x00\x71\x09"sv));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto parsed = parse_dns_reply(std::span(whole).first(size));
    if (parsed) CHECK(parsed->addresses.empty());
  }
}

TEST_CASE("DNS over TCP is put together from segments that are cut anywhere") {
  DnsStream stream;
  CHECK(stream.feed(bytes("\x00"sv)).empty());
  CHECK(stream
            .feed(bytes("\x03"
                        "ab"sv))
            .empty());
  const auto messages = stream.feed(bytes("c\x00\x01zrest"sv));
  REQUIRE(messages.size() == 2);
  CHECK(messages[0] == bytes("abc"));
  CHECK(messages[1] == bytes("z"));
}

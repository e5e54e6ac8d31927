#include "recorder/first_bytes.hpp"

#include <string_view>

#include "tests/catch.hpp"

using namespace buildprint;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

std::optional<ToldName> parse(std::string_view text) {
  return parse_first_bytes(std::as_bytes(std::span(text)));
}

std::string sized(std::string_view body, int width) {
  std::string field;
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) field += static_cast<char>(body.size() >> shift);
  return field.append(body);
}

std::string client_hello(std::string_view host) {
  const std::string name = sized(std::string(1, '\0') + sized(host, 2), 2);
  const std::string extensions = "\x00\x17\x00\x00"s + "\x00\x00"s + sized(name, 2);
  const std::string hello = "\x03\x03"s + std::string(32, 'r') + sized("session", 1) + sized("\x13\x01", 2) +
                            sized(std::string(1, '\0'), 1) + sized(extensions, 2);
  return "\x16\x03\x01"s + sized("\x01"s + sized(hello, 3), 2);
}

} // namespace

TEST_CASE("a TLS greeting tells the server's name") {
  const auto told = parse(client_hello("Registry.Example"));
  REQUIRE(told);
  CHECK(told->source == NameSource::tls_sni);
  CHECK(told->name == "registry.example");
  CHECK(told->how == "SNI");
}

TEST_CASE("a greeting that is cut anywhere tells nothing, or a beginning, and is never read behind its end") {
  const std::string whole = client_hello("registry.example");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto told = parse(std::string(whole.data(), size));
    if (told) CHECK(std::string("registry.example").starts_with(told->name));
  }
}

TEST_CASE("a request to a proxy and a request to a server tell the host") {
  const auto connect = parse("CONNECT Registry.Example:443 HTTP/1.1\r\nHost: other\r\n\r\n");
  REQUIRE(connect);
  CHECK(connect->name == "registry.example:443");
  CHECK(connect->how == "CONNECT");
  const auto get = parse("GET / HTTP/1.1\r\nAccept: *\r\nhOsT:  mirror.example:8080\r\n\r\n");
  REQUIRE(get);
  CHECK(get->name == "mirror.example:8080");
  CHECK(get->source == NameSource::http_host);
}

TEST_CASE("other first bytes tell nothing") {
  CHECK_FALSE(parse(""));
  CHECK_FALSE(parse("SSH-2.0-OpenSSH_9.2\r\n"));
  CHECK_FALSE(parse("GET / HTTP/1.1\r\n\r\n"));
  CHECK_FALSE(parse("\x16\x03\x01\x00\x05\x02"sv));
}

#include "recorder/address.hpp"

#include <array>

#include "tests/catch.hpp"

using namespace buildprint;

TEST_CASE("addresses have one canonical text, and a v4-mapped one is IPv4") {
  std::array<std::byte, 16> address{};
  CHECK(address_text(address) == "::");
  address[15] = std::byte{1};
  CHECK(address_text(address) == "::1");
  address[10] = address[11] = std::byte{0xff};
  CHECK(address_text(address) == "0.0.0.1");
  CHECK(address_text(std::span(address).last(4)) == "0.0.0.1");
  CHECK(address_text(std::span(address).first(3)).empty());
}

#include "base/digest.hpp"

#include "base/error.hpp"
#include "tests/catch.hpp"

using namespace buildprint;

TEST_CASE("xxh3_128_hex is what xxh128sum prints") {
  CHECK(xxh3_128_hex("") == "99aa06d3014798d86001c324468d497f");
}

TEST_CASE("bytes in pieces give the digest of the whole") {
  const std::string whole(100000, 'x');
  Digest digest;
  for (std::size_t at = 0; at < whole.size(); at += 777)
    digest.bytes(std::string_view(whole).substr(at, 777));
  CHECK(digest.hex() == xxh3_128_hex(whole));
}

TEST_CASE("fields do not run into each other") {
  const auto of = [](std::string_view a, std::string_view b) {
    return Digest().field("a", a).field("b", b).hex();
  };
  CHECK(of("xy", "z") == of("xy", "z"));
  CHECK(of("xy", "z") != of("x", "yz"));
  CHECK(of("", "xyz") != of("xyz", ""));
  CHECK(Digest().field("a", "x").hex() != Digest().field("b", "x").hex());
  CHECK(Digest().field("a", "").hex() != Digest().hex());
}

TEST_CASE("a secret hash is the same for the same text, and not one that a text can be made for") {
  CHECK(secret_hash("/tmp/a") == secret_hash(std::string("/tmp/") + "a"));
  CHECK(secret_hash("/tmp/a") != secret_hash("/tmp/b"));
  CHECK(secret_hash("/tmp/a") != std::hash<std::string_view>{}("/tmp/a"));
}

TEST_CASE("a file that cannot be read has no digest") {
  CHECK_THROWS_AS(file_digest("/nonexistent/file"), Error);
}

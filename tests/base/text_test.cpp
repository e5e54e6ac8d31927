#include "base/text.hpp"

#include "tests/catch.hpp"

using namespace buildprint;

TEST_CASE("printable leaves ordinary text alone") {
  CHECK(printable("/usr/bin/gcc -O2 'a b' naïve 日本") == "/usr/bin/gcc -O2 'a b' naïve 日本");
}

TEST_CASE("printable makes hostile bytes inert and keeps them apart") {
  CHECK(printable("a\nb\tc\x1b[31m") == "a\\x0ab\\x09c\\x1b[31m");
  CHECK(printable("\xff\xc0\xaf") == "\\xff\\xc0\\xaf");
  CHECK(printable("gpj.\u202eexe") == "gpj.\\u{202e}exe");
  CHECK(printable("\\x0a") == "\\\\x0a");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80"); // a surrogate is not UTF-8
}

TEST_CASE("what printable returns is printable") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK_FALSE(is_printable(all));
  CHECK(is_printable(printable(all)));
}

TEST_CASE("json_quote escapes what JSON must") {
  CHECK(json_quote("a\"b\\c\n") == "\"a\\\"b\\\\c\\u000a\"");
}

TEST_CASE("split and join are each other's inverse") {
  CHECK(split("a::b", ':') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(join({"a", "", "b"}, ":") == "a::b");
}

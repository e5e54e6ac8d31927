#include "recorder/environment.hpp"

#include "base/digest.hpp"
#include "tests/catch.hpp"

using namespace buildprint;
using namespace std::string_literals;

TEST_CASE("only listed names of an environment are recorded, and injecting ones as a digest") {
  const std::string block = "HOME=/root\0npm_package_name=left-pad\0npm_config__authToken=s3cret\0"
                            "LD_PRELOAD=/tmp/x.so\0LD_AUDIT=\0malformed\0AWS_SECRET_ACCESS_KEY=x\0"s;
  CHECK(recordable_environment(block) ==
        "npm_package_name=left-pad\0LD_PRELOAD=xxh3:"s + xxh3_128_hex("/tmp/x.so") + "\0"s);
  CHECK(recordable_environment("MAKELEVEL=1") == "MAKELEVEL=1\0"s);
  CHECK(recordable_environment("").empty());
}

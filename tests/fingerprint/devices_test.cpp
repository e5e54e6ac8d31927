#include "tests/fingerprint/lines.hpp"

using namespace buildprint;

namespace {

/// What a write to the device is called, opened under `path`; empty when it is none.
std::string told(const std::string &device, const std::string &path = "/dev/x") {
  Scene scene;
  FileUse use{FileAccess::write, path, {1, 2}, false, ""};
  use.device = device;
  scene.command("/usr/bin/make").event(use);
  const auto lines = lines_of(scene.recording());
  return lines.size() < 2 ? std::string() : lines.back().substr(lines.back().find(": ") + 2);
}

} // namespace

TEST_CASE("R13: a device is told by what it is, not by which of several this machine has") {
  CHECK(told("disk vda") == "sink:/dev/<disk>");
  for (const auto *disk : {"disk vda1", "disk sda", "disk nvme0n1p2", "disk mmcblk0"})
    CHECK(told(disk) == told("disk vda"));
  CHECK(told("block loop7") == "sink:/dev/loop<n>");
  CHECK(told("block loop0") == told("block loop11"));
  CHECK(told("input input/event3") == "sink:/dev/input/event<n>");
  CHECK(told("msr cpu/0/msr") == told("msr cpu/17/msr"));
  CHECK(told("i2c-dev i2c-1") == "sink:/dev/i2c-<n>");
  CHECK(told("block 7:0") == "sink:/dev/<block>"); // without a name
  CHECK(told("block blkext3") == told("block blkext4"));
}

TEST_CASE("R13: a device without a name may be anything, and is told") {
  CHECK(told("char 240:3") == "sink:/dev/<char>");
  CHECK(told("char 240:3", "/tmp/x") == told("char 10:5"));
  CHECK(told("char 240:3") != told("block 240:3"));
  CHECK(told("char 240:3") != told("mem mem"));
}

TEST_CASE("R13: a node is the device that it leads to, wherever somebody made it") {
  for (const auto *place : {"/tmp/x", "/home/ann/src/shop/out/null", "/dev/null", "/home/ann/.cache/x"}) {
    CHECK(told("disk vda", place) == "sink:/dev/<disk>");
    CHECK(told("mem mem", place) == "sink:/dev/mem");
  }
  CHECK(told("misc fuse", "/dev/mem").empty());
}

TEST_CASE("R13: devices of different kinds are not joined") {
  const std::vector<std::string> all = {
      told("disk vda"),           told("block loop0"),       told("block dm-0"),  told("block ram0"),
      told("block zram0"),        told("block md0"),         told("mem mem"),     told("mem port"),
      told("misc uinput"),        told("nvme nvme0"),        told("block 253:0"), told("i2c-dev i2c-1"),
      told("input input/event0"), told("input input/mouse0")};
  for (const auto &one : all) {
    CHECK(one.starts_with("sink:/dev/"));
    CHECK(std::count(all.begin(), all.end(), one) == 1);
  }
  CHECK(told("block <disk>") != told("disk vda"));
}

TEST_CASE("R13: devices that programs use like files are not told") {
  for (const auto *device : {"misc fuse", "misc kvm", "misc loop-control", "misc tun", "drm dri/renderD128",
                             "sound snd/pcmC0D0p", "alsa snd/5", "mem null", "vc vcs1", ""})
    CHECK(told(device) == "");
}

#include "recorder/devices.hpp"

#include <cstdlib>
#include <fstream>

#include "tests/catch.hpp"

using namespace buildprint;
namespace fs = std::filesystem;

namespace {

/// A machine's /proc and /sys, made by hand.
class Machine {
 public:
  Machine() {
    std::string name = (fs::temp_directory_path() / "buildprint-test-XXXXXX").string();
    root_ = fs::canonical(::mkdtemp(name.data()));
    fs::create_directories(root_ / "sys/dev/block");
    write("proc/devices",
          "Character devices:\n  1 mem\n  4 /dev/vc/0\n  4 tty\n 10 misc\n 13 input\n 21 sg\n"
          " 89 i2c\n116 alsa\n189 usb_device\n202 cpu/msr\n254 hidraw\n\n"
          "Block devices:\n  7 loop\n  8 sd\n 65 sd\n253 device-mapper\n254 virtblk\n259 blkext\n");
    write("proc/misc", "200 tun\n196 vfio\n229 fuse\n144 nvram\n");
  }
  ~Machine() { fs::remove_all(root_); }
  /// A block device at `place` below /sys/devices.
  void block(const std::string &number, const std::string &place, bool partition = false) {
    write("sys/devices/" + place + "/uevent", "");
    if (partition) write("sys/devices/" + place + "/partition", "1");
    fs::create_directory_symlink(root_ / "sys/devices" / place, root_ / "sys/dev/block" / number);
  }
  void remove(const std::string &number) { fs::remove(root_ / "sys/dev/block" / number); }
  void unmount(const std::string &what) { fs::remove_all(root_ / what); }
  DeviceNames names() const { return DeviceNames(root_ / "proc", root_ / "sys"); }

 private:
  void write(const std::string &path, const std::string &text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  fs::path root_;
};

} // namespace

TEST_CASE("a device is called by its driver, and by its number where it has none") {
  Machine machine;
  const auto all = machine.names();
  for (const auto &[number, name] : std::initializer_list<std::pair<std::string, std::string>>{
           {"block 7:3", "block loop3"},
           {"block 253:1", "block dm-1"},
           {"block 8:1", "disk sd1"},
           {"block 65:0", "disk sd0"},
           {"block 254:0", "disk virtblk0"},
           {"block 9:9", "block 9:9"},
           {"char 7:0", "char 7:0"}, // a number of blocks is none of characters
           {"char 254:0", "hidraw hidraw0"},
           {"char 21:2", "sg sg2"},
           {"char 89:1", "i2c i2c-1"},
           {"char 202:3", "cpu/msr cpu/3/msr"},
           {"char 116:5", "alsa snd/5"},
           {"char 189:130", "usb bus/usb/2/3"},
           {"char 13:67", "input input/event3"},
           {"char 13:33", "input input/mouse1"},
           {"char 13:63", "input input/mice"},
           {"char 13:300", "input input/300"},
           {"char 10:200", "misc net/tun"},
           {"char 10:196", "misc vfio/vfio"},
           {"char 10:229", "misc fuse"},
           {"char 10:144", "misc nvram"},
           {"char 10:5", "char 10:5"},
       })
    CHECK(all.name(number) == name);
}

TEST_CASE("raw memory, ports, input and USB are known by number alone") {
  Machine machine;
  machine.unmount("sys");
  machine.unmount("proc");
  const auto names = machine.names();
  CHECK(names.name("char 1:1") == "mem mem");
  CHECK(names.name("char 1:2") == "mem kmem");
  CHECK(names.name("char 1:4") == "mem port");
  CHECK(names.name("char 13:64") == "input input/event0");
  CHECK(names.name("char 189:0") == "usb bus/usb/1/1");
  CHECK(names.name("block 8:0") == "block 8:0");
}

TEST_CASE("a device's name does not depend on whether it is there still") {
  Machine machine;
  const auto before = machine.names();
  machine.block("7:3", "virtual/block/loop3");
  machine.block("253:1", "virtual/block/dm-1");
  machine.block("259:1", "virtual/block/loop3/loop3p1", true);
  for (const std::string number : {"block 7:3", "block 253:1", "block 259:1"}) {
    const auto there = before.name(number);
    machine.remove(number.substr(6));
    CHECK(before.name(number) == there);
    CHECK(there.starts_with("block "));
    CHECK(there.find(':') == std::string::npos);
  }
}

TEST_CASE("of the numbers that drivers share, those are disks which were the machine's from the beginning") {
  Machine machine;
  machine.block("259:0", "virtual/nvme-subsystem/nvme-subsys0/nvme0n1");
  machine.block("259:1", "virtual/nvme-subsystem/nvme-subsys0/nvme0n1/nvme0n1p1", true);
  machine.block("259:2", "virtual/block/loop0/loop0p1", true);
  machine.block("259:3", "pci0000:00/nvme/nvme1/nvme1n1");
  const auto names = machine.names();
  CHECK(names.name("block 259:0") == "disk blkext0");
  CHECK(names.name("block 259:1") == "disk blkext1");
  CHECK(names.name("block 259:2") == "block blkext2");
  CHECK(names.name("block 259:3") == "disk blkext3");
  CHECK(names.name("block 259:4") == "block blkext4"); // made while it recorded
}

TEST_CASE("a device's number is that of the node") {
  CHECK(device_number(true, 7u << 20) == "block 7:0");
  CHECK(device_number(false, 259u << 20 | 0x12345) == "char 259:74565");
}

#include "recorder/devices.hpp"

#include <cstdlib>
#include <fstream>

#include "tests/catch.hpp"

using namespace buildprint;
namespace fs = std::filesystem;

namespace {

/// A machine's /sys, made by hand.
class Sys {
 public:
  Sys() {
    std::string name = (fs::temp_directory_path() / "buildprint-test-XXXXXX").string();
    root_ = fs::canonical(::mkdtemp(name.data()));
  }
  ~Sys() { fs::remove_all(root_); }
  /// A device at `place` below /sys/devices, by its number.
  Sys &device(const std::string &number, const std::string &place, const std::string &uevent = "",
              const std::string &subsystem = "") {
    const auto directory = root_ / "devices" / place;
    fs::create_directories(directory);
    std::ofstream(directory / "uevent") << uevent;
    fs::create_directories(root_ / "class" / subsystem);
    if (!subsystem.empty())
      fs::create_directory_symlink(root_ / "class" / subsystem, directory / "subsystem");
    const auto link = devices() / number;
    fs::create_directories(link.parent_path());
    fs::create_directory_symlink(directory, link);
    return *this;
  }
  fs::path devices() const { return root_ / "dev"; }
  void partition(const std::string &place) { std::ofstream(root_ / "devices" / place / "partition") << "1"; }

 private:
  fs::path root_;
};

} // namespace

TEST_CASE("a device has the kernel's name, and its number where it has none") {
  Sys sys;
  sys.device("block/7:0", "virtual/block/loop0").device("block/8:0", "pci0000:00/ata1/block/sda");
  sys.device("block/8:1", "pci0000:00/ata1/block/sda/sda1").partition("pci0000:00/ata1/block/sda/sda1");
  sys.device("block/259:0", "virtual/nvme-subsystem/nvme-subsys0/nvme0n1");
  sys.device("block/259:1", "virtual/block/loop0/loop0p1").partition("virtual/block/loop0/loop0p1");
  sys.device("char/13:67", "platform/x/input3/event3", "MAJOR=13\nDEVNAME=input/event3\n", "input");
  sys.device("char/10:5", "virtual/misc/odd", "MAJOR=10\n", "misc");
  const auto name = [&](const std::string &number) { return device_name(number, sys.devices()); };
  CHECK(name("block 7:0") == "block loop0");
  CHECK(name("block 8:0") == "disk sda");
  CHECK(name("block 8:1") == "disk sda");
  CHECK(name("block 259:0") == "disk nvme0n1");
  CHECK(name("block 259:1") == "block loop0");
  CHECK(name("char 13:67") == "input input/event3");
  CHECK(name("char 10:5") == "char 10:5");
  CHECK(name("block 9:9") == "block 9:9");
  CHECK(name("char 7:0") == "char 7:0"); // a number of blocks is none of characters
}

TEST_CASE("a device's number is that of the node") {
  CHECK(device_number(true, 7u << 20) == "block 7:0");
  CHECK(device_number(false, 259u << 20 | 0x12345) == "char 259:74565");
}

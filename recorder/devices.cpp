#include "recorder/devices.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/text.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

// Documentation/admin-guide/devices.txt of the kernel.
constexpr std::uint32_t k_memory = 1, k_misc = 10, k_input = 13, k_usb = 189;

/// Drivers of block devices that are made of something else; all others have disks of the machine's.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> k_made_up{{
    {"loop", "loop"},
    {"device-mapper", "dm-"},
    {"md", "md"},
    {"mdp", "md_d"},
    {"ramdisk", "ram"},
    {"zram", "zram"},
    {"nbd", "nbd"},
    {"drbd", "drbd"},
    {"bcache", "bcache"},
    {"zvol", "zd"},
    {"nullb", "nullb"},
}};

/// How nodes are called whose driver has another name; '#' is the minor number.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> k_nodes{{
    {"cpu/msr", "cpu/#/msr"},
    {"bsg", "bsg/#"},
    {"i2c", "i2c-#"},
    {"spi", "spidev#"},
    {"vfio", "vfio/#"},
    {"ipmidev", "ipmi#"},
    {"nvme-generic", "ng#"},
    {"alsa", "snd/#"},
    {"drm", "dri/#"},
    // Of /proc/misc.
    {"misc tun", "net/tun"},
    {"misc vfio", "vfio/vfio"},
    {"misc microcode", "cpu/microcode"},
    {"misc hw_random", "hwrng"},
}};

template <std::size_t size>
std::string_view among(const std::array<std::pair<std::string_view, std::string_view>, size> &names,
                       std::string_view name) {
  for (const auto &[one, other] : names)
    if (one == name) return other;
  return {};
}

/// The devices of drivers that share one major number are told apart by their minors alone, which the next
/// one gets as soon as one is gone.
constexpr std::string_view k_shared = "blkext";

bool is_of_a_disk(const fs::path &device) {
  std::error_code error;
  auto place = fs::canonical(device, error);
  if (error) return false;
  if (fs::exists(place / "partition", error)) place = place.parent_path();
  return !place.parent_path().string().ends_with("/devices/virtual/block");
}

std::string input_name(std::uint32_t minor) {
  const auto with = [](const char *name, std::uint32_t number) {
    return "input input/" + std::string(name) + std::to_string(number);
  };
  if (minor < 32) return with("js", minor);
  if (minor < 63) return with("mouse", minor - 32);
  if (minor == 63) return "input input/mice";
  return minor < 96 ? with("event", minor - 64)
                    : with("", minor); // by whichever of these there was no room for
}

} // namespace

std::string device_number(bool block, std::uint32_t kernel_device) {
  return (block ? "block " : "char ") + std::to_string(kernel_device >> 20) + ':' +
         std::to_string(kernel_device & 0xFFFFF);
}

DeviceNames::DeviceNames(fs::path proc, const fs::path &sys) : proc_(std::move(proc)) {
  std::error_code error;
  for (const auto &one : fs::directory_iterator(sys / "dev/block", error))
    if (is_of_a_disk(one.path())) disks_.insert("block " + one.path().filename().string());
}

std::string DeviceNames::word(std::string_view table, std::string_view heading, std::uint32_t number) const {
  std::ifstream file(proc_ / table);
  bool within = heading.empty();
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with(':')) within = line == heading;
    std::istringstream words(line);
    std::uint32_t found = 0;
    std::string name;
    if (within && words >> found >> name && found == number) return printable(name);
  }
  return {};
}

std::string DeviceNames::name(const std::string &number) const {
  std::uint32_t major = 0, minor = 0;
  if (std::sscanf(number.c_str(), "%*s %u:%u", &major, &minor) != 2) return number;
  return number.starts_with("block") ? block(number, major, minor) : character(number, major, minor);
}

std::string DeviceNames::block(const std::string &number, std::uint32_t major, std::uint32_t minor) const {
  const auto driver = word("devices", "Block devices:", major);
  if (driver.empty()) return number;
  if (const auto node = among(k_made_up, driver); !node.empty())
    return "block " + std::string(node) + std::to_string(minor);
  if (driver == k_shared && !disks_.contains(number)) return "block " + driver + std::to_string(minor);
  return "disk " + driver + std::to_string(minor);
}

std::string DeviceNames::character(const std::string &number, std::uint32_t major,
                                   std::uint32_t minor) const {
  if (major == k_memory) {
    constexpr std::array k_names{"", "mem", "kmem", "", "port"};
    return minor < k_names.size() && *k_names[minor] != 0 ? "mem " + std::string(k_names[minor]) : number;
  }
  if (major == k_input) return input_name(minor);
  if (major == k_usb)
    return "usb bus/usb/" + std::to_string(minor / 128 + 1) + '/' + std::to_string(minor % 128 + 1);
  if (major == k_misc) {
    const auto name = word("misc", {}, minor);
    if (name.empty()) return number;
    const auto node = among(k_nodes, "misc " + name);
    return "misc " + (node.empty() ? name : std::string(node));
  }
  const auto driver = word("devices", "Character devices:", major);
  if (driver.empty()) return number;
  auto node = std::string(among(k_nodes, driver));
  if (node.empty()) node = driver + '#';
  if (const auto place = node.find('#'); place != std::string::npos)
    node.replace(place, 1, std::to_string(minor));
  return driver + ' ' + node;
}

} // namespace buildprint

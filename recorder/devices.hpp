#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>

namespace buildprint {

/// "block 7:0", "char 1:4", of a device as the kernel holds it.
std::string device_number(bool block, std::uint32_t kernel_device);

/// What this machine's devices are called, see FileUse::device. By the driver that has the major number: a
/// device may be gone again before its event is read, and /sys with it; its driver stays.
class DeviceNames {
 public:
  explicit DeviceNames(std::filesystem::path proc = "/proc", const std::filesystem::path &sys = "/sys");
  /// The number itself where no driver has it. Who makes a node of it elsewhere gives it another path, not
  /// another name.
  std::string name(const std::string &number) const;

 private:
  /// The word beside `number` in a table of /proc, below the line `heading`.
  std::string word(std::string_view table, std::string_view heading, std::uint32_t number) const;
  std::string block(const std::string &number, std::uint32_t major, std::uint32_t minor) const;
  std::string character(const std::string &number, std::uint32_t major, std::uint32_t minor) const;

  const std::filesystem::path proc_;
  std::unordered_set<std::string> disks_; ///< of the numbers that drivers share, from the beginning
};

} // namespace buildprint

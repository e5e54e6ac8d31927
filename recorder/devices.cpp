#include "recorder/devices.hpp"

#include <fstream>
#include <string_view>
#include <system_error>

#include "base/text.hpp"

namespace buildprint {
namespace {

namespace fs = std::filesystem;

/// "input/event3": under /dev.
std::string name_in(const fs::path &device) {
  constexpr std::string_view k_name = "DEVNAME=";
  std::ifstream file(device / "uevent");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(k_name)) return printable(line.substr(k_name.size()));
  return {};
}

} // namespace

std::string device_number(bool block, std::uint32_t kernel_device) {
  return (block ? "block " : "char ") + std::to_string(kernel_device >> 20) + ':' +
         std::to_string(kernel_device & 0xFFFFF);
}

std::string device_name(const std::string &number, const fs::path &devices) {
  const auto space = number.find(' ');
  const bool block = number.starts_with("block");
  std::error_code error;
  auto device = fs::canonical(devices / number.substr(0, space) / number.substr(space + 1), error);
  if (error) return number;
  if (!block) {
    const auto kind = fs::canonical(device / "subsystem", error).filename().string();
    const auto name = name_in(device);
    return error || name.empty() ? number : printable(kind) + ' ' + name;
  }
  if (fs::exists(device / "partition", error)) device = device.parent_path();
  const bool made_up = device.parent_path().string().ends_with("/devices/virtual/block");
  return (made_up ? "block " : "disk ") + printable(device.filename().string());
}

} // namespace buildprint

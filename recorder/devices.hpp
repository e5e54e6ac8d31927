#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace buildprint {

/// "block 7:0", "char 1:4", of a device as the kernel holds it.
std::string device_number(bool block, std::uint32_t kernel_device);

/// What the kernel calls the device of that number, see FileUse::device; the number where it has no name. Who
/// makes a node of it elsewhere gives it another path, not another name.
std::string device_name(const std::string &number, const std::filesystem::path &devices = "/sys/dev");

} // namespace buildprint

#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace buildprint {

/// The canonical text of an address of 4 or 16 bytes in network order: a v4-mapped one is given as IPv4, IPv6
/// as RFC 5952 has it. Empty for any other size.
std::string address_text(std::span<const std::byte> address);

} // namespace buildprint

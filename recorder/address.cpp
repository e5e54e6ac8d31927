#include "recorder/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace buildprint {

std::string address_text(std::span<const std::byte> address) {
  constexpr std::size_t k_ipv4 = 4, k_ipv6 = 16, k_mapped = 12;
  if (address.size() != k_ipv4 && address.size() != k_ipv6) return {};
  constexpr std::byte k_ones{0xff};
  if (address.size() == k_ipv6 &&
      std::all_of(address.begin(), address.begin() + 10,
                  [](std::byte value) { return value == std::byte{}; }) &&
      address[10] == k_ones && address[11] == k_ones)
    address = address.subspan(k_mapped);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.size() == k_ipv4 ? AF_INET : AF_INET6, address.data(), text.data(), text.size());
  return text.data();
}

} // namespace buildprint

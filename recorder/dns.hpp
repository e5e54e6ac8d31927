#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace buildprint {

/// What one DNS reply (RFC 1035) says about the name that was asked.
struct DnsReply {
  std::string name;                   ///< lower case, no dot at the end, inert; "." for the root
  std::string type;                   ///< of the question: "A", "TXT", "TYPE257"
  std::vector<std::string> addresses; ///< of it, or of what its CNAME records lead to; no duplicates, sorted
};

/// nullopt for what is not a reply to one question. Hostile input; a reply that is cut gives what it still
/// holds. Records of other names are passed over: a reply can carry whatever its sender likes.
std::optional<DnsReply> parse_dns_reply(std::span<const std::byte> message);

/// DNS over TCP: each message has its length in front of it, and segments cut anywhere.
class DnsStream {
 public:
  /// The messages that are whole now.
  std::vector<std::vector<std::byte>> feed(std::span<const std::byte> segment);

 private:
  std::vector<std::byte> bytes_;
};

} // namespace buildprint

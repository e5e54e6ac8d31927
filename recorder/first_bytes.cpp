#include "recorder/first_bytes.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string_view>

#include "base/text.hpp"

namespace buildprint {
namespace {

/// Walks through length-prefixed fields; once something does not fit, everything is empty.
class FieldReader {
 public:
  explicit FieldReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }

  std::uint32_t number(std::size_t width) {
    std::uint32_t value = 0;
    for (const std::byte byte : take(width)) value = value << 8 | static_cast<std::uint32_t>(byte);
    return value;
  }

  std::span<const std::byte> take(std::size_t count) {
    if (count > bytes_.size()) {
      bytes_ = {};
      return {};
    }
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

  /// A field that its length of `width` bytes precedes; of one that is cut, what is there.
  std::span<const std::byte> field(std::size_t width) {
    const std::size_t size = number(width);
    return take(std::min(size, bytes_.size()));
  }

 private:
  std::span<const std::byte> bytes_;
};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char character) { return static_cast<char>(std::tolower(character)); });
  return result;
}

std::optional<ToldName> told(NameSource source, std::string_view name, const char *how) {
  constexpr std::size_t k_longest = 255 + 6; // RFC 1035, and ":65535"
  if (name.empty() || name.size() > k_longest) return std::nullopt;
  return ToldName{source, printable(lower(name)), how};
}

std::optional<ToldName> parse_client_hello(std::span<const std::byte> bytes) {
  constexpr std::uint32_t k_client_hello = 1, k_server_name = 0, k_host_name = 0;
  FieldReader record(bytes);
  record.take(3); // handshake record, version
  FieldReader handshake(record.field(2));
  if (handshake.number(1) != k_client_hello) return std::nullopt;
  FieldReader hello(handshake.field(3));
  hello.take(2 + 32); // version, random
  hello.field(1);     // session
  hello.field(2);     // ciphers
  hello.field(1);     // compression
  FieldReader extensions(hello.field(2));
  while (!extensions.empty()) {
    const std::uint32_t type = extensions.number(2);
    FieldReader extension(extensions.field(2));
    if (type != k_server_name) continue;
    FieldReader names(extension.field(2));
    if (names.number(1) != k_host_name) return std::nullopt;
    const auto name = names.field(2);
    return told(NameSource::tls_sni, {reinterpret_cast<const char *>(name.data()), name.size()}, "SNI");
  }
  return std::nullopt;
}

/// "CONNECT host:443 HTTP/1.1", "GET http://host/path HTTP/1.1", or a Host header.
std::optional<ToldName> parse_request(std::string_view text) {
  const std::string_view line = text.substr(0, text.find("\r\n"));
  const auto space = line.find(' '), version = line.rfind(" HTTP/1.");
  if (space == line.npos || version == line.npos || version <= space) return std::nullopt;
  const std::string_view method = line.substr(0, space);
  if (!std::all_of(method.begin(), method.end(),
                   [](char character) { return character >= 'A' && character <= 'Z'; }))
    return std::nullopt;
  if (method == "CONNECT")
    return told(NameSource::http_host, line.substr(space + 1, version - space - 1), "CONNECT");
  const std::string lowered = lower(text);
  const auto header = lowered.find("\r\nhost:");
  if (header == lowered.npos) return std::nullopt;
  std::string_view value = std::string_view(lowered).substr(header + 7);
  value = value.substr(0, value.find("\r\n"));
  while (value.starts_with(' ')) value.remove_prefix(1);
  return told(NameSource::http_host, value, "Host");
}

} // namespace

std::optional<ToldName> parse_first_bytes(std::span<const std::byte> bytes) {
  constexpr std::byte k_handshake{22}, k_version{3};
  if (bytes.size() > 2 && bytes[0] == k_handshake && bytes[1] == k_version) return parse_client_hello(bytes);
  return parse_request({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
}

} // namespace buildprint

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "recorder/event.hpp"

namespace buildprint {

/// The name that a client told the other side in the first bytes of a connection.
struct ToldName {
  NameSource source = NameSource::tls_sni;
  std::string name; ///< lower case, inert
  std::string
      how; ///< "SNI", "Host", or "CONNECT": then the name is HOST:PORT, and whoever was told is a proxy
};

/// A TLS ClientHello's server name (RFC 6066), or an HTTP/1 request's host. Hostile input, perhaps cut.
std::optional<ToldName> parse_first_bytes(std::span<const std::byte> bytes);

} // namespace buildprint

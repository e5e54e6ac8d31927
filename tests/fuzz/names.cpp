// DNS replies, DNS connections and first bytes: whatever a network sends, names come out inert and of bounded
// size.

#include <cstdlib>

#include "base/text.hpp"
#include "recorder/dns.hpp"
#include "recorder/first_bytes.hpp"

using namespace buildprint;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
  constexpr std::size_t k_longest = 255 * 10; // each byte of a name may have to be written as \u{10ffff}
  const auto bytes = std::as_bytes(std::span(data, size));
  if (const auto reply = parse_dns_reply(bytes))
    if (!is_printable(reply->name) || reply->name.size() > k_longest) std::abort();
  if (const auto told = parse_first_bytes(bytes))
    if (!is_printable(told->name) || told->name.size() > k_longest) std::abort();
  DnsStream stream;
  const std::size_t half = size == 0 ? 0 : data[0] % (size + 1);
  for (const auto piece : {bytes.first(half), bytes.subspan(half)})
    for (const auto &message : stream.feed(piece)) (void)parse_dns_reply(message);
  return 0;
}

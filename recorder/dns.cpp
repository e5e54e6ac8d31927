#include "recorder/dns.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "base/text.hpp"
#include "recorder/address.hpp"

namespace buildprint {
namespace {

constexpr std::size_t k_header_bytes = 12;
constexpr std::size_t k_name_bytes = 255; ///< RFC 1035, 3.1
constexpr std::uint16_t k_type_a = 1, k_type_cname = 5, k_type_aaaa = 28, k_class_internet = 1;

class MessageReader {
 public:
  explicit MessageReader(std::span<const std::byte> message) : message_(message) {}

  std::size_t position() const { return at_; }
  void skip(std::size_t bytes) { at_ = std::min(message_.size(), at_ + bytes); }

  std::optional<std::uint16_t> number() {
    if (message_.size() - at_ < 2) return std::nullopt;
    const auto value = static_cast<std::uint16_t>(byte(at_) << 8 | byte(at_ + 1));
    at_ += 2;
    return value;
  }

  std::optional<std::span<const std::byte>> bytes(std::size_t count) {
    if (message_.size() - at_ < count) return std::nullopt;
    const auto found = message_.subspan(at_, count);
    at_ += count;
    return found;
  }

  /// A name, and behind it. A pointer may only lead backwards, so that no chain of them comes round.
  std::optional<std::string> name() {
    std::string text;
    std::size_t from = at_, lowest = at_, length = 0;
    bool jumped = false;
    while (true) {
      if (from >= message_.size()) return std::nullopt;
      const unsigned head = byte(from);
      if (head == 0) break;
      if ((head & 0xC0) == 0xC0) {
        if (from + 1 >= message_.size()) return std::nullopt;
        const std::size_t target = (head & 0x3F) << 8 | byte(from + 1);
        if (target >= lowest) return std::nullopt;
        if (!jumped) at_ = from + 2;
        jumped = true;
        from = lowest = target;
        continue;
      }
      if (head > 63 || message_.size() - from - 1 < head) return std::nullopt;
      length += head + 1;
      if (length >= k_name_bytes) return std::nullopt;
      append_label(text, message_.subspan(from + 1, head));
      from += head + 1;
    }
    if (!jumped) at_ = from + 1;
    return text.empty() ? "." : text;
  }

 private:
  unsigned byte(std::size_t at) const { return static_cast<unsigned>(message_[at]); }

  /// A dot within a label is written as a byte, so that it cannot pass for the dot between two.
  static void append_label(std::string &text, std::span<const std::byte> label) {
    if (!text.empty()) text += '.';
    std::string lower;
    for (const std::byte value : label) {
      const char character = static_cast<char>(value);
      lower += character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
    }
    for (const char character : printable(lower)) character == '.' ? text += "\\x2e" : text += character;
  }

  std::span<const std::byte> message_;
  std::size_t at_ = 0;
};

std::string type_name(std::uint16_t type) {
  switch (type) {
  case k_type_a:
    return "A";
  case 2:
    return "NS";
  case k_type_cname:
    return "CNAME";
  case 6:
    return "SOA";
  case 10:
    return "NULL";
  case 12:
    return "PTR";
  case 15:
    return "MX";
  case 16:
    return "TXT";
  case k_type_aaaa:
    return "AAAA";
  case 33:
    return "SRV";
  case 64:
    return "SVCB";
  case 65:
    return "HTTPS";
  case 255:
    return "ANY";
  default:
    return "TYPE" + std::to_string(type);
  }
}

/// The answer section by owner.
struct Answers {
  std::map<std::string, std::string> aliases;
  std::multimap<std::string, std::string> addresses;
};

Answers read_answers(MessageReader &reader, unsigned count) {
  Answers answers;
  for (unsigned i = 0; i < count; ++i) {
    const auto owner = reader.name();
    const auto type = reader.number(), kind = reader.number();
    reader.skip(4); // time to live
    const auto size = reader.number();
    if (!owner || !type || !kind || !size) break;
    const std::size_t data = reader.position();
    if (*kind == k_class_internet && *type == k_type_cname) {
      const auto target = reader.name();
      if (!target) break;
      answers.aliases.emplace(*owner, *target);
      reader.skip(data + *size - std::min(data + *size, reader.position()));
      continue;
    }
    const auto bytes = reader.bytes(*size);
    if (!bytes) break;
    const bool address = (*type == k_type_a && *size == 4) || (*type == k_type_aaaa && *size == 16);
    if (*kind == k_class_internet && address) answers.addresses.emplace(*owner, address_text(*bytes));
  }
  return answers;
}

} // namespace

std::optional<DnsReply> parse_dns_reply(std::span<const std::byte> message) {
  if (message.size() < k_header_bytes) return std::nullopt;
  MessageReader reader(message);
  reader.skip(2); // identity
  const unsigned flags = *reader.number(), questions = *reader.number(), answer_count = *reader.number();
  constexpr unsigned k_is_reply = 0x8000, k_operation = 0x7800;
  if ((flags & k_is_reply) == 0 || (flags & k_operation) != 0 || questions != 1) return std::nullopt;
  reader.skip(4);
  const auto name = reader.name();
  const auto type = reader.number(), kind = reader.number();
  if (!name || !type || kind != k_class_internet) return std::nullopt;
  const Answers answers = read_answers(reader, answer_count);
  std::set<std::string> seen, addresses;
  for (std::string owner = *name; seen.insert(owner).second;) {
    const auto [first, last] = answers.addresses.equal_range(owner);
    for (auto address = first; address != last; ++address) addresses.insert(address->second);
    if (const auto alias = answers.aliases.find(owner); alias != answers.aliases.end()) owner = alias->second;
  }
  return DnsReply{*name, type_name(*type), {addresses.begin(), addresses.end()}};
}

std::vector<std::vector<std::byte>> DnsStream::feed(std::span<const std::byte> segment) {
  bytes_.insert(bytes_.end(), segment.begin(), segment.end());
  std::vector<std::vector<std::byte>> messages;
  while (bytes_.size() >= 2) {
    const std::size_t size = static_cast<std::size_t>(bytes_[0]) << 8 | static_cast<std::size_t>(bytes_[1]);
    if (bytes_.size() < 2 + size) break;
    const auto begin = bytes_.begin() + 2, end = begin + static_cast<std::ptrdiff_t>(size);
    messages.emplace_back(begin, end);
    bytes_.erase(bytes_.begin(), end);
  }
  return messages;
}

} // namespace buildprint

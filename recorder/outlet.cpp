#include "recorder/outlet.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace buildprint {

bool Outlet::has_room() const {
  return bytes_.size() - written_ < k_held_bytes;
}

void Outlet::append(std::span<const std::byte> record) {
  bytes_.insert(bytes_.end(), record.begin(), record.end());
  ++records_;
}

void Outlet::append(bp_header header, std::span<const std::byte> body, Texts texts) {
  header.size = header.parts = static_cast<std::uint32_t>(sizeof header + body.size());
  std::vector<std::byte> record(header.size);
  std::memcpy(record.data(), &header, sizeof header);
  std::copy(body.begin(), body.end(), record.begin() + sizeof header);
  append_extended(record, texts);
}

void Outlet::append_extended(std::span<const std::byte> record, Texts texts) {
  const std::size_t at = bytes_.size();
  append(record);
  for (const auto &[name, text] : texts) {
    if (text.empty()) continue;
    const bp_part part{static_cast<std::uint32_t>(text.size()), static_cast<std::uint16_t>(name), 0};
    const auto head = bytes_of(part), tail = std::as_bytes(std::span(text));
    bytes_.insert(bytes_.end(), head.begin(), head.end());
    bytes_.insert(bytes_.end(), tail.begin(), tail.end());
  }
  const auto size = static_cast<std::uint32_t>(bytes_.size() - at);
  std::memcpy(bytes_.data() + at, &size, sizeof size); // the first field of bp_header
}

bool Outlet::flush() {
  while (!empty()) {
    const ssize_t sent = write(STDOUT_FILENO, bytes_.data() + written_, bytes_.size() - written_);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) break;
    if (sent < 0) return false;
    written_ += static_cast<std::size_t>(sent);
  }
  if (empty()) {
    bytes_.clear();
    written_ = 0;
  } else if (written_ > k_held_bytes / 2) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(written_));
    written_ = 0;
  }
  return true;
}

} // namespace buildprint

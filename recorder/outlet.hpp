#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "bpf/event.h"

namespace buildprint {

/// What the probe writes to standard output: whole records, kept while the reader is slow.
class Outlet {
 public:
  /// Held for a reader that is slow; then the rings fill.
  static constexpr std::size_t k_held_bytes = 16u << 20;

  using Texts = std::initializer_list<std::pair<bp_part_name, std::string_view>>;

  /// False when the reader is so slow that the rings have to hold what comes.
  bool has_room() const;
  bool empty() const { return written_ == bytes_.size(); }
  std::uint64_t records() const { return records_; }

  void append(std::span<const std::byte> record);
  /// A record with texts after its body.
  void append(bp_header header, std::span<const std::byte> body, Texts texts);
  /// A record, and more texts behind its own; empty ones are left out.
  void append_extended(std::span<const std::byte> record, Texts texts);

  /// Writes what the reader takes now. False when there is no reader any more.
  bool flush();

 private:
  std::vector<std::byte> bytes_;
  std::size_t written_ = 0;
  std::uint64_t records_ = 0;
};

std::span<const std::byte> bytes_of(const auto &value) {
  return std::as_bytes(std::span(&value, 1));
}

} // namespace buildprint

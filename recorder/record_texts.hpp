#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

/// The texts of one record and of those that went ahead of it (struct bp_part of bpf/event.h).
class RecordTexts {
 public:
  /// False when the bytes are malformed.
  bool add(std::span<const std::byte> parts);

  /// As it came; empty when there is none.
  const std::string &raw(std::uint16_t name) const;
  std::vector<std::string_view> raw_list(std::uint16_t name) const;
  /// The bytes of a path that may have come as its names.
  std::string raw_path(std::uint16_t name) const;
  bool is_components(std::uint16_t name) const;
  /// Inert, as printable() makes it.
  std::string text(std::uint16_t name) const;
  std::vector<std::string> list(std::uint16_t name) const;
  /// raw_path(), inert.
  std::string path(std::uint16_t name) const;

  std::size_t size(std::uint16_t name) const { return raw(name).size(); }
  /// Something was too long, or could not be read.
  bool cut() const { return cut_; }

 private:
  struct Part {
    std::string bytes;
    bool components = false;
  };
  std::map<std::uint16_t, Part> parts_;
  bool cut_ = false;
};

/// `path`, or where it is relative, `directory`/`path`; a "./" at its start is left out.
std::string absolute(const std::string &path, const std::string &directory);

} // namespace buildprint

#include "recorder/record_texts.hpp"

#include <cstring>

#include "base/text.hpp"
#include "bpf/event.h"

namespace buildprint {
namespace {

/// More than the kernel lets a program's arguments take (6 MiB), and a limit to what a thread can make us
/// keep.
constexpr std::size_t k_part_bytes = 8u << 20;

} // namespace

bool RecordTexts::add(std::span<const std::byte> parts) {
  while (!parts.empty()) {
    bp_part head{};
    if (parts.size() < sizeof head) return false;
    std::memcpy(&head, parts.data(), sizeof head);
    parts = parts.subspan(sizeof head);
    if (parts.size() < head.size || head.name == 0 || head.name > BP_PARTS) return false;
    Part &part = parts_[head.name];
    if ((head.flags & BP_PART_CONTINUES) == 0) part.bytes.clear();
    part.components = (head.flags & BP_PART_COMPONENTS) != 0;
    if (part.bytes.size() + head.size <= k_part_bytes)
      part.bytes.append(reinterpret_cast<const char *>(parts.data()), head.size);
    else
      cut_ = true;
    cut_ |= (head.flags & (BP_PART_TRUNCATED | BP_PART_UNREADABLE)) != 0;
    parts = parts.subspan(head.size);
  }
  return true;
}

const std::string &RecordTexts::raw(std::uint16_t name) const {
  static const std::string none;
  const auto part = parts_.find(name);
  return part == parts_.end() ? none : part->second.bytes;
}

std::vector<std::string_view> RecordTexts::raw_list(std::uint16_t name) const {
  std::string_view bytes = raw(name);
  if (bytes.empty()) return {};
  if (bytes.back() == '\0') bytes.remove_suffix(1);
  return split(bytes, '\0');
}

std::string RecordTexts::text(std::uint16_t name) const {
  return printable(raw(name));
}

std::vector<std::string> RecordTexts::list(std::uint16_t name) const {
  std::vector<std::string> texts;
  for (const std::string_view entry : raw_list(name)) texts.push_back(printable(entry));
  return texts;
}

bool RecordTexts::is_components(std::uint16_t name) const {
  const auto part = parts_.find(name);
  return part != parts_.end() && part->second.components;
}

std::string RecordTexts::raw_path(std::uint16_t name) const {
  if (!is_components(name)) return raw(name);
  const auto names = raw_list(name);
  std::string path;
  for (auto component = names.rbegin(); component != names.rend(); ++component)
    path.append("/").append(*component);
  return path.empty() ? "/" : path;
}

std::string RecordTexts::path(std::uint16_t name) const {
  return printable(raw_path(name));
}

std::string absolute(const std::string &path, const std::string &directory) {
  if (path.empty() || path.front() == '/') return path;
  const std::string_view relative =
      path.starts_with("./") ? std::string_view(path).substr(2) : std::string_view(path);
  return (directory == "/" ? "/" : directory + "/").append(relative);
}

} // namespace buildprint

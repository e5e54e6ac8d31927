#include "recorder/census.hpp"

#include <charconv>

#include "base/text.hpp"
#include "bpf/event.h"

namespace buildprint {
namespace {

constexpr std::size_t k_lines = 65536; ///< of one text: more than there are processors

std::string kind_name(std::uint64_t kind) {
  switch (kind) {
  case BP_TEXT:
    return "text";
  case BP_ENVIRONMENT:
    return "environment";
  case BP_FORK:
    return "fork";
  case BP_EXEC:
    return "exec";
  case BP_EXIT:
    return "exit";
  case BP_CONNECT:
    return "connect";
  case BP_CONNECT_RESULT:
    return "connect_result";
  case BP_BIND:
    return "bind";
  case BP_LISTEN:
    return "listen";
  case BP_LISTEN_END:
    return "listen_end";
  case BP_UNIX_CONNECT:
    return "unix_connect";
  case BP_UNIX_LISTEN:
    return "unix_listen";
  case BP_DNS_REPLY:
    return "name";
  case BP_FIRST_BYTES:
    return "first_bytes";
  case BP_VOLUME:
    return "volume";
  case BP_FILE:
    return "file";
  case BP_INSPECT:
    return "inspect";
  case BP_KERNEL_USE:
    return "kernel";
  default:
    return "kind " + std::to_string(kind);
  }
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Calls `take` with the fields of each line; false when one is not what it wants.
bool each_line(const std::string &text, const auto &take) {
  if (text.empty()) return true;
  if (text.back() != '\n') return false;
  const auto lines = split(std::string_view(text).substr(0, text.size() - 1), '\n');
  if (lines.size() > k_lines) return false;
  for (const auto line : lines)
    if (!take(split(line, '\t'))) return false;
  return true;
}

using Fields = std::vector<std::string_view>;

} // namespace

std::optional<Census> read_census(const RecordTexts &texts) {
  Census census;
  const bool cpus = each_line(texts.raw(BP_PART_CPUS), [&](const Fields &fields) {
    if (fields.size() != 3) return false;
    const auto cpu = number(fields[0]), sent = number(fields[1]), received = number(fields[2]);
    if (!cpu || !sent || !received) return false;
    census.records.push_back({static_cast<std::uint32_t>(*cpu), *sent, *received});
    return true;
  });
  const bool no_room = each_line(texts.raw(BP_PART_NO_ROOM), [&](const Fields &fields) {
    const auto kind = number(fields[0]), count = number(fields.back());
    if (fields.size() != 2 || !kind || !count) return false;
    census.no_room[kind_name(*kind)] += *count;
    return true;
  });
  const bool skipped = each_line(texts.raw(BP_PART_SKIPPED), [&](const Fields &fields) {
    const auto count = number(fields.back());
    if (fields.size() != 2 || !count) return false;
    census.skipped[printable(fields[0])] += *count;
    return true;
  });
  if (!cpus || !no_room || !skipped) return std::nullopt;
  if (const auto held = number(texts.raw(BP_PART_HELD))) census.held = *held;
  return census;
}

} // namespace buildprint

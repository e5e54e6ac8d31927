#include "fingerprint/fingerprint.hpp"

#include <array>
#include <tuple>

#include "base/digest.hpp"

namespace buildprint {
namespace {

// In the order of Kind.
constexpr std::array<std::string_view, 9> k_kind_names{"exec", "connect", "listen",  "resolve", "become",
                                                       "read", "write",   "inspect", "kernel"};

/// Tag, length, content: no content can pass for a delimiter.
void append_field(std::string &out, char tag, std::string_view value) {
  out += tag;
  out += std::to_string(value.size());
  (out += ':') += value;
}

void append_key(std::string &out, const Behavior &behavior) {
  append_field(out, 'K', to_string(behavior.kind));
  append_field(out, 'U', behavior.user);
  for (const auto &program : behavior.lineage) append_field(out, 'L', program.text());
  append_field(out, 'O', behavior.object.text());
}

auto ordering(const Behavior &behavior) {
  return std::tie(behavior.kind, behavior.lineage, behavior.object, behavior.user);
}

} // namespace

std::string_view to_string(Kind kind) {
  return k_kind_names.at(static_cast<std::size_t>(kind));
}

std::optional<Kind> kind_from(std::string_view text) {
  for (std::size_t i = 0; i < k_kind_names.size(); ++i)
    if (k_kind_names[i] == text) return static_cast<Kind>(i);
  return std::nullopt;
}

bool key_less(const Behavior &a, const Behavior &b) {
  return ordering(a) < ordering(b);
}
bool same_key(const Behavior &a, const Behavior &b) {
  return ordering(a) == ordering(b);
}

std::string behavior_id(const Behavior &behavior) {
  std::string key;
  append_key(key, behavior);
  return xxh3_128_hex(key);
}

std::string Fingerprint::digest() const {
  std::string content;
  append_field(content, 'N', name);
  append_field(content, 'R', rules);
  for (const auto &behavior : behaviors) append_key(content, behavior);
  return "xxh3:" + xxh3_128_hex(content);
}

} // namespace buildprint

#include "reports/place.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "reports/words.hpp"

namespace buildprint {
namespace {

/// A separator that inert text can't contain.
std::string key_of(const Lineage &lineage) {
  return join(texts_of(lineage), "\x1f");
}

} // namespace

Places::Places(const Diff &diff, const RenderOptions &options) : file_(fingerprint_file(diff, options)) {
  if (options.base == nullptr) return;
  // A fingerprint file is written by one function only, one behavior a line; so its text tells the lines.
  const std::string text = render_fingerprint(*options.base);
  const auto list = text.find("\"behaviors\": [\n");
  int line =
      static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(list), '\n')) + 1;
  for (const auto &behavior : options.base->behaviors)
    line_of_lineage_.try_emplace(key_of(behavior.lineage), ++line);
}

Place Places::of(const Behavior &behavior) const {
  for (std::string key = key_of(behavior.lineage); !key.empty();) {
    if (const auto found = line_of_lineage_.find(key); found != line_of_lineage_.end())
      return {file_, found->second};
    const auto cut = key.rfind('\x1f');
    key.resize(cut == std::string::npos ? 0 : cut);
  }
  return {file_, 1};
}

Place Places::of(const Finding &finding) const {
  if (finding.where && is_repository_path(finding.where->file))
    return {finding.where->file, std::max(finding.where->line, 1)};
  return finding.behaviors.empty() ? Place{file_, 1} : of(finding.behaviors.front().behavior);
}

bool is_repository_path(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.front() == '$' || path.size() > 1000 || !is_printable(path))
    return false;
  return std::ranges::none_of(split(path, '/'), [](auto part) { return part == ".." || part.empty(); });
}

std::string uri_of(std::string_view path) {
  constexpr std::string_view k_hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain)
      out += c;
    else
      ((out += '%') += k_hex[byte >> 4]) += k_hex[byte & 15];
  }
  return out;
}

} // namespace buildprint

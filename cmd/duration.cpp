#include "cmd/duration.hpp"

#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"

namespace buildprint {

std::chrono::milliseconds parse_duration(std::string_view text) {
  constexpr std::chrono::hours k_longest(24 * 365);
  const std::pair<std::string_view, std::chrono::milliseconds> units[] = {
      {"", std::chrono::seconds(1)},  {"ms", std::chrono::milliseconds(1)}, {"s", std::chrono::seconds(1)},
      {"m", std::chrono::minutes(1)}, {"h", std::chrono::hours(1)},
  };
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto &[name, length] : units)
    if (error == std::errc() && unit == name && number * length <= k_longest) return number * length;
  throw Error("\"" + printable(text) + "\" is not a duration", "write it as 300ms, 5s, 2m or 1h");
}

} // namespace buildprint

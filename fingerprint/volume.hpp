#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buildprint {

// How many bytes, told so coarsely that an unchanged run says the same: as a power of ten.

/// "below 1 kB", "1 kB", "10 kB", …: at least that.
std::string volume_text(std::uint64_t bytes);
/// How many tenfold steps a text of volume_text() is above "below 1 kB"; nullopt for any other text.
std::optional<int> volume_step(std::string_view text);

} // namespace buildprint

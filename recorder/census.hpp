#pragma once

#include <optional>

#include "recorder/record_texts.hpp"
#include "recorder/recording.hpp"

namespace buildprint {

/// Of a BP_CENSUS record's texts; nullopt when they are malformed.
std::optional<Census> read_census(const RecordTexts &texts);

} // namespace buildprint

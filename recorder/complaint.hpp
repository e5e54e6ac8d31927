#pragma once

#include <string>
#include <string_view>

namespace buildprint {

/// What a warning of libbpf's tells its user: of a verifier's log its verdict; empty when it says nothing
/// that an earlier one did not say better.
std::string complaint_in(std::string_view warning);

} // namespace buildprint

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/canonicalize.hpp"

namespace buildprint {

/// What the rules did to one raw value, in order; where nobody asked, null stands for it.
using Trace = std::vector<Rewrite>;

inline void note(Trace *trace, std::string_view rule, std::string_view before, std::string_view after) {
  if (trace != nullptr && before != after)
    trace->push_back({std::string(rule), std::string(before), std::string(after)});
}

} // namespace buildprint

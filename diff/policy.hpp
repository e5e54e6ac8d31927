#pragma once

namespace buildprint {

struct Policy {};

}  // namespace buildprint

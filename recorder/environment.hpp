#pragma once

#include <string>
#include <string_view>

namespace buildprint {

/// What of a program's environment may be recorded. `block` is NAME=value, each ended by a NUL byte; so is
/// the result. Names that say which package or step is being built keep their value; names that inject code
/// (LD_PRELOAD, …) keep a digest of it, "xxh3:…", as their values may hold secrets; the rest is left out.
std::string recordable_environment(std::string_view block);

} // namespace buildprint

#pragma once

namespace buildprint {

/// The program's version, from git at build time (cmake/GitVersion.cmake).
const char *version();

} // namespace buildprint

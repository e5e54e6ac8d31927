#pragma once

#include "base/fd.hpp"

namespace buildprint {

/// The root of the unified cgroup hierarchy: where it is mounted (also beside version 1, as on hybrid
/// systems), else through a mount that only this descriptor sees. Throws Error.
Fd open_cgroup_root();

/// The trace file system, likewise: some systems, and most containers, do not mount it. Throws Error.
Fd open_tracefs();

} // namespace buildprint

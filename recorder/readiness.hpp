#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "recorder/probe.hpp"

namespace buildprint {

/// One thing that recording needs, or is better with.
struct Check {
  enum class State : std::uint8_t {
    ok,
    limited, ///< recording works, but does not see everything, or not for containers
    missing, ///< recording does not work
  };
  State state = State::ok;
  std::string subject, finding; ///< "cgroup2", "mounted on /sys/fs/cgroup"
  std::string remedy;           ///< empty when ok
};

/// Looks at this machine, and really loads every program of the probe.
std::vector<Check> check_machine();

// How `buildprint probe --programs` tells an unprivileged doctor what it found: a program a line.

std::string render_readiness(const std::vector<ProgramReadiness> &programs);
std::vector<ProgramReadiness> parse_readiness(std::string_view text);

} // namespace buildprint

#pragma once

#include <vector>

#include "diff/rewrite.hpp"
#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// Programs of the workspace that the head calls otherwise: the old name is gone, the new one was not
/// there, the interpreter and the dependency are the same, and so is what they do (or most of it: what
/// the renamed one does besides stays new).
std::map<Program, Program> find_renames(const std::vector<Behavior> &base, const std::vector<Behavior> &head);

} // namespace buildprint

#pragma once

#include <string>
#include <vector>

#include "diff/capabilities.hpp"
#include "diff/diff.hpp"

namespace buildprint {

/// New behaviors joined by cause, each group told as one finding, highest score first. `before` tells
/// which of their capabilities are firsts.
std::vector<Finding> build_findings(std::vector<NewBehavior> fresh, const Capabilities &before,
                                    const std::vector<Attribute> &written_by);

/// One finding of these behaviors, whatever their causes.
Finding build_finding(std::vector<NewBehavior> items, const Capabilities &before);

/// Of the finding that the behavior is the cause of: the same on all machines and in all runs.
std::string finding_id(const Behavior &cause);

/// What a reader must see first: the behaviors of a finding, of which the first six are shown.
constexpr std::size_t k_shown_behaviors = 6;

} // namespace buildprint

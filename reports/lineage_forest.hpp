#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// A program in one lineage.
struct ForestNode {
  Program program;
  std::string label; ///< the program, inert
  std::size_t parent = 0;
  std::string user; ///< as whom it was started; its parent's when the fingerprint does not say
  std::vector<std::size_t> children;
  std::vector<const Behavior *> actions; ///< what it did, except starting programs
};

/// The lineages of a fingerprint as trees. nodes[0] stands above their roots and is no program; a node comes
/// after its parent. Valid as long as the fingerprint.
struct LineageForest {
  std::vector<ForestNode> nodes;
};

LineageForest build_forest(const Fingerprint &fingerprint);

} // namespace buildprint

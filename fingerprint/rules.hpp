#pragma once

#include <filesystem>
#include <string>

namespace buildprint {

/// The canonical rules in force: the built-in catalogue, and what a project's file adds.
struct Rules {
  std::string id() const;  ///< "1-HASH"
};

Rules builtin_rules();

}  // namespace buildprint

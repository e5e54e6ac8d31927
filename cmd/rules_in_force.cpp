#include "cmd/rules_in_force.hpp"

namespace buildprint {

Rules rules_in_force(const std::filesystem::path &file) {
  const std::filesystem::path project = ".buildprint/rules.json";
  if (!file.empty()) return load_rules(file);
  return std::filesystem::exists(project) ? load_rules(project) : builtin_rules();
}

} // namespace buildprint

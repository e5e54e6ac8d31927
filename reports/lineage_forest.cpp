#include "reports/lineage_forest.hpp"

#include <map>

#include "reports/inert.hpp"

namespace buildprint {

LineageForest build_forest(const Fingerprint &fingerprint) {
  constexpr std::size_t k_longest_name = 480;
  LineageForest forest;
  forest.nodes.emplace_back();
  forest.nodes.front().user = "builder";
  std::map<std::pair<std::size_t, Program>, std::size_t> index;
  for (const auto &behavior : fingerprint.behaviors) {
    std::size_t at = 0;
    for (const auto &program : behavior.lineage) {
      const auto [found, is_first] = index.try_emplace({at, program}, forest.nodes.size());
      if (is_first) {
        forest.nodes[at].children.push_back(found->second);
        forest.nodes.push_back(
            {program, inert(program.text(), k_longest_name), at, forest.nodes[at].user, {}, {}});
      }
      at = found->second;
    }
    if (behavior.kind == Kind::exec)
      forest.nodes[at].user = behavior.user;
    else
      forest.nodes[at].actions.push_back(&behavior);
  }
  return forest;
}

} // namespace buildprint

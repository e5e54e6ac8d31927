#include "diff/name_series.hpp"

#include <algorithm>
#include <map>

#include "diff/known.hpp"

namespace buildprint {
namespace {

/// The last two labels: near enough to what one registrant has, without a list of public suffixes.
std::string_view last_labels(std::string_view name) {
  const auto last = name.rfind('.');
  if (last == std::string_view::npos || last == 0) return name;
  const auto before = name.rfind('.', last - 1);
  return before == std::string_view::npos ? name : name.substr(before + 1);
}

} // namespace

std::string_view common_domain(const std::vector<std::string_view> &names) {
  if (names.empty()) return {};
  std::string_view common = names.front();
  for (const auto name : names) {
    const auto ends = std::mismatch(common.rbegin(), common.rend(), name.rbegin(), name.rend());
    common.remove_prefix(common.size() - static_cast<std::size_t>(ends.first - common.rbegin()));
  }
  const auto dot = common.find('.');
  return dot == std::string_view::npos ? std::string_view() : common.substr(dot + 1);
}

std::vector<NameSeries> name_series(const std::vector<const NewBehavior *> &items) {
  std::vector<NameSeries> found;
  std::map<std::string, std::size_t> places;
  for (const auto *item : items) {
    const auto &behavior = item->behavior;
    if (behavior.kind != Kind::resolve) continue;
    const auto key = lineage_text(behavior.lineage) + std::string(last_labels(behavior.object.text()));
    const auto [place, fresh] = places.try_emplace(key, found.size());
    if (fresh) found.emplace_back();
    found[place->second].all.push_back(item);
  }
  std::erase_if(found, [](const NameSeries &series) { return series.all.size() < k_names_of_series; });
  for (auto &series : found) {
    std::vector<std::string_view> names;
    for (const auto *item : series.all) names.emplace_back(item->behavior.object.text());
    series.domain = common_domain(names);
  }
  return found;
}

} // namespace buildprint

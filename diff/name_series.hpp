#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// So many names below one domain, asked for by one lineage, are one thing: a list of hosts, or data that
/// leaves in the names themselves.
constexpr std::size_t k_names_of_series = 8;

struct NameSeries {
  std::string domain;                   ///< what all of its names end in, without a dot before it
  std::vector<const NewBehavior *> all; ///< as they stand in the finding
};

/// The series among `items`, in the order of their first names.
std::vector<NameSeries> name_series(const std::vector<const NewBehavior *> &items);

/// The longest ending from a dot on that all names share, without its dot; empty when there is none.
std::string_view common_domain(const std::vector<std::string_view> &names);

} // namespace buildprint

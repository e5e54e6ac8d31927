#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// Old name → new name, of programs, paths or hosts.
using Names = std::map<std::string, std::string, std::less<>>;

/// `text` with each whole occurrence of an old name replaced: bounded by the ends of the text, a space, a
/// parenthesis, bracket, bar or colon, or at its end a slash, so that "/usr/bin/sed" is not found in
/// "/usr/bin/sedate", and "/srv/a" is in "/srv/a/b".
std::string replace_names(std::string_view text, const Names &names);

/// Rewrites lineages and objects, and the users by `users`; the result is sorted, without duplicates.
std::vector<Behavior> rewrite(const std::vector<Behavior> &behaviors, const Names &names, const Names &users);

/// Sorts by key and joins equal keys, keeping the larger support.
void sort_and_join(std::vector<Behavior> &behaviors);

} // namespace buildprint

#include "diff/rewrite.hpp"

#include <algorithm>
#include <unordered_map>

namespace buildprint {
namespace {

constexpr std::string_view k_bounds = " ():|[]";

bool bounds(char c) {
  return k_bounds.find(c) != std::string_view::npos;
}

/// The name of `names` that stands at `at`, whole; the longest when several do.
Names::const_iterator name_at(std::string_view text, std::size_t at, const Names &names) {
  auto best = names.end();
  for (auto name = names.begin(); name != names.end(); ++name) {
    const std::string_view old = name->first;
    if (text.compare(at, old.size(), old) != 0) continue;
    const auto end = at + old.size();
    if (end < text.size() && text[end] != '/' && !bounds(text[end]) && !bounds(old.back())) continue;
    if (best == names.end() || old.size() > best->first.size()) best = name;
  }
  return best;
}

std::string rewrite_user(const std::string &user, const Names &users) {
  const auto found = users.find(user);
  return found == users.end() ? user : found->second;
}

/// "builder->root" in the new names.
std::string rewrite_change_of_user(const std::string &object, const Names &users) {
  const auto arrow = object.find("->");
  if (arrow == std::string::npos) return rewrite_user(object, users);
  return rewrite_user(object.substr(0, arrow), users) + "->" + rewrite_user(object.substr(arrow + 2), users);
}

} // namespace

std::string replace_names(std::string_view text, const Names &names) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool boundary = at == 0 || bounds(text[at - 1]);
    const auto name = boundary ? name_at(text, at, names) : names.end();
    if (name == names.end()) {
      out += text[at++];
      continue;
    }
    out += name->second;
    at += name->first.size();
  }
  return out;
}

std::vector<Behavior> rewrite(const std::vector<Behavior> &behaviors, const Names &names,
                              const Names &users) {
  std::unordered_map<std::string, std::string> done; // programs repeat, lineages are many
  const auto rewritten = [&](const std::string &text) -> const std::string & {
    const auto [entry, fresh] = done.try_emplace(text);
    if (fresh) entry->second = replace_names(text, names);
    return entry->second;
  };
  std::vector<Behavior> out = behaviors;
  for (auto &behavior : out) {
    for (auto &program : behavior.lineage) program = rewritten(program);
    behavior.user = rewrite_user(behavior.user, users);
    if (behavior.kind == Kind::become)
      behavior.object = rewrite_change_of_user(behavior.object, users);
    else if (!behavior.object.empty())
      behavior.object = rewritten(behavior.object);
  }
  // A change of user from one to itself is none.
  std::erase_if(out, [](const Behavior &behavior) {
    const auto arrow = behavior.object.find("->");
    return behavior.kind == Kind::become && arrow != std::string::npos &&
           std::string_view(behavior.object).substr(0, arrow) ==
               std::string_view(behavior.object).substr(arrow + 2);
  });
  sort_and_join(out);
  return out;
}

void sort_and_join(std::vector<Behavior> &behaviors) {
  std::stable_sort(behaviors.begin(), behaviors.end(), key_less);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < behaviors.size(); ++i) {
    if (kept > 0 && same_key(behaviors[kept - 1], behaviors[i])) {
      behaviors[kept - 1].seen = std::max(behaviors[kept - 1].seen, behaviors[i].seen);
      continue;
    }
    if (kept != i) behaviors[kept] = std::move(behaviors[i]);
    ++kept;
  }
  behaviors.resize(kept);
}

} // namespace buildprint

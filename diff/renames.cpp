#include "diff/renames.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "diff/known.hpp"
#include "diff/program.hpp"

namespace buildprint {
namespace {

/// More candidates than that on one side is a rewrite of the build, which no note can tell.
constexpr std::size_t k_most_candidates = 200;

struct Candidate {
  Program program;
  std::string package;
  std::set<std::string> does; ///< compared keys, with its own name and those of other candidates blanked
};

std::string_view package_name(std::string_view package) {
  return package.substr(0, package.find(' '));
}

bool may_be_renamed(const Program &program) {
  return deciding_file(program).starts_with("$WS/") && !has_writers(program);
}

/// The programs of `behaviors` that the other side has nowhere.
std::vector<Candidate> only_here(const std::vector<Behavior> &behaviors, const std::vector<Behavior> &other) {
  const auto here = programs_of(behaviors), there = programs_of(other);
  std::vector<Candidate> candidates;
  for (const auto &program : here)
    if (there.count(program) == 0 && may_be_renamed(program)) candidates.push_back({program, {}, {}});
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate &a, const Candidate &b) { return a.program < b.program; });
  return candidates;
}

/// Fills what each candidate does: everything below it, and how it is started.
void describe(std::vector<Candidate> &candidates, const std::vector<Behavior> &behaviors) {
  static const auto another = Program::parse("(another)"), itself = Program::parse("(itself)");
  std::unordered_map<Program, Candidate *> by_name;
  for (auto &candidate : candidates) by_name.emplace(candidate.program, &candidate);
  for (const auto &behavior : behaviors) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < behavior.lineage.size(); ++i)
      if (by_name.count(behavior.lineage[i]) != 0) places.push_back(i);
    if (places.empty()) continue;
    Behavior blank = behavior;
    for (const auto place : places) blank.lineage[place] = another;
    for (const auto place : places) {
      auto &candidate = *by_name.at(behavior.lineage[place]);
      blank.lineage[place] = itself;
      candidate.does.insert(compared_key(blank));
      blank.lineage[place] = another;
      if (behavior.kind == Kind::exec && place + 1 == behavior.lineage.size())
        candidate.package = package_name(behavior.package);
    }
  }
}

/// All but the path of its script.
Program without_script(const Program &program) {
  auto parts = program.parts();
  for (auto &argument : parts.arguments)
    if (argument.kind == ProgramArgument::Kind::script) argument.text.clear();
  return Program(std::move(parts));
}

bool compatible(const Candidate &old, const Candidate &fresh) {
  const auto *a = script_of(old.program), *b = script_of(fresh.program);
  const bool scripts = a != nullptr && b != nullptr;
  return (scripts ? without_script(old.program) == without_script(fresh.program)
                  : a == nullptr && b == nullptr) &&
         extension_of(deciding_file(old.program)) == extension_of(deciding_file(fresh.program)) &&
         old.package == fresh.package;
}

std::size_t shared_count(const Candidate &a, const Candidate &b) {
  return static_cast<std::size_t>(std::count_if(
      a.does.begin(), a.does.end(), [&](const std::string &key) { return b.does.count(key) != 0; }));
}

/// Larger is likelier; zero says no. Equal subtrees come first, then the same name or directory.
std::tuple<int, int, int> likeness(const Candidate &old, const Candidate &fresh) {
  if (!compatible(old, fresh)) return {};
  const auto shared = shared_count(old, fresh);
  const auto all = old.does.size() + fresh.does.size() - shared;
  // At least half in common. A leaf has one line, so that a leaf that became more is not the same.
  if (shared == 0 || shared * 2 < all || (shared != all && shared < 2)) return {};
  const auto &from = deciding_file(old.program), &to = deciding_file(fresh.program);
  return {shared == all ? 1001 : static_cast<int>(1000 * shared / all), base_name(from) == base_name(to),
          directory_of(from) == directory_of(to)};
}

} // namespace

std::map<Program, Program> find_renames(const std::vector<Behavior> &base,
                                        const std::vector<Behavior> &head) {
  auto gone = only_here(base, head), fresh = only_here(head, base);
  if (gone.empty() || fresh.empty()) return {};
  if (gone.size() > k_most_candidates || fresh.size() > k_most_candidates) return {};
  describe(gone, base);
  describe(fresh, head);

  using Pair = std::tuple<std::tuple<int, int, int>, const Candidate *, const Candidate *>;
  std::vector<Pair> pairs;
  for (const auto &old : gone)
    for (const auto &now : fresh)
      if (const auto like = likeness(old, now); std::get<0>(like) > 0) pairs.emplace_back(like, &old, &now);
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair &a, const Pair &b) { return std::get<0>(a) > std::get<0>(b); });
  std::map<Program, Program> renames;
  std::unordered_set<const Candidate *> taken;
  for (const auto &[like, old, now] : pairs)
    if (taken.count(old) == 0 && taken.count(now) == 0) {
      taken.insert({old, now});
      renames.emplace(old->program, now->program);
    }
  return renames;
}

} // namespace buildprint

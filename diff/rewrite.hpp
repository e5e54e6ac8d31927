#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// Old name → new name.
using Names = std::map<std::string, std::string, std::less<>>;

/// What one side calls differently.
struct Renaming {
  Names paths;                         ///< of files, and of directories for all that lies below them
  Names hosts;                         ///< whole names of hosts and container images; IPv6 without brackets
  Names users;                         ///< as Behavior::user
  std::map<Program, Program> programs; ///< whole programs

  bool empty() const { return paths.empty() && hosts.empty() && users.empty() && programs.empty(); }
};

/// Gives programs and objects their new names. Keeps a reference to the renaming.
class Rewriter {
 public:
  explicit Rewriter(const Renaming &renaming) : renaming_(renaming) {}
  Program operator()(const Program &program);
  Lineage operator()(const Lineage &lineage);
  Object operator()(const Object &object);
  std::string user(const std::string &user) const;

 private:
  std::string path(const std::string &path) const;
  std::string host(const std::string &name) const;
  void rewrite(Writers &writers);

  const Renaming &renaming_;
  std::unordered_map<Program, Program> done_; ///< programs repeat, lineages are many
};

/// Rewrites lineages, objects and users; the result is sorted, without duplicates.
std::vector<Behavior> rewrite(const std::vector<Behavior> &behaviors, const Renaming &renaming);

/// Sorts by key and joins equal keys, keeping the larger support.
void sort_and_join(std::vector<Behavior> &behaviors);

} // namespace buildprint

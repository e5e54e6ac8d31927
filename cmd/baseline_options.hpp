#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diff/baseline.hpp"

namespace CLI {
class App;
}

namespace buildprint {

/// Which baseline: shared by `gate`, `accept`, `policy check`, `log` and `blame`.
struct BaselineOptions {
  std::string name, base;
  std::string store = "tree";
};

void add_name_option(CLI::App &command, BaselineOptions &options);
void add_base_option(CLI::App &command, BaselineOptions &options);
void add_store_option(CLI::App &command, BaselineOptions &options);

Store store_of(const BaselineOptions &options);

/// The workload that is meant: the given name, else the only one that has a baseline in the working tree.
/// Throws Error that lists the names when there are several.
std::string workload_name(const BaselineOptions &options, const GitRepository &repository);

/// The baseline whose history is meant: as above, but of each file apart.
std::string baseline_stem(const BaselineOptions &options, const GitRepository &repository);

/// What the files below `.buildprint` that end so are called before it, sorted; not the policy and the rules.
std::vector<std::string> stems_in(const GitRepository &repository, std::string_view ending);

/// The query, with what this process's CI environment says. `labels` are those of the run.
BaselineQuery query_of(const BaselineOptions &options, const std::string &name, const Labels &labels);

/// The workload that the file of `stem` below `.buildprint` belongs to: what the file says, else its stem.
std::string workload_of(const GitRepository &repository, const std::string &stem);

} // namespace buildprint

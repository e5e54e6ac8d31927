#pragma once

#include <string>

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

/// The workload that is meant: the given name, else the only one that ends in `suffix` below `.buildprint`.
/// Throws Error that lists the names when there are several.
std::string workload_name(const BaselineOptions &options, const GitRepository &repository,
                          std::string_view suffix);

/// The query, with what this process's CI environment says.
BaselineQuery query_of(const BaselineOptions &options, const std::string &name);

} // namespace buildprint

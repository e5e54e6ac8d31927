#include "cmd/baseline_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace buildprint {

void add_name_option(CLI::App &command, BaselineOptions &options) {
  command.add_option("-n,--name", options.name, "The workload; not needed when there is only one")
      ->type_name("NAME");
}

void add_base_option(CLI::App &command, BaselineOptions &options) {
  command
      .add_option(
          "--base", options.base,
          "The branch or commit that the change goes to (found out: the pull request's target branch, "
          "else the remote's default branch)")
      ->type_name("REF");
}

void add_store_option(CLI::App &command, BaselineOptions &options) {
  command
      .add_option("--store", options.store,
                  "Where baselines are kept: in the tree, in git notes, or in a ref")
      ->check(CLI::IsMember({"tree", "notes", "ref"}))
      ->capture_default_str();
}

Store store_of(const BaselineOptions &options) {
  return options.store == "notes" ? Store::notes : options.store == "ref" ? Store::ref : Store::tree;
}

std::string workload_name(const BaselineOptions &options, const GitRepository &repository,
                          std::string_view suffix) {
  if (!options.name.empty()) {
    require_workload_name(options.name);
    return options.name;
  }
  std::vector<std::string> names;
  std::error_code none;
  for (const auto &entry : std::filesystem::directory_iterator(*repository.workdir() / k_folder, none)) {
    const auto file = entry.path().filename().string();
    if (!file.ends_with(suffix) || file.size() == suffix.size()) continue;
    const auto name = file.substr(0, file.size() - suffix.size());
    if (name != "policy" && name != "rules" && is_printable(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  if (names.size() == 1) return names.front();
  const std::string files = std::string(k_folder) + "/NAME" + std::string(suffix);
  if (names.empty()) throw Error("there is no " + files, "name the workload: --name NAME");
  throw Error("there are several workloads: " + join(names, ", "), "name one: --name " + names.front());
}

BaselineQuery query_of(const BaselineOptions &options, const std::string &name) {
  return {name, options.base, store_of(options), ci_context()};
}

} // namespace buildprint

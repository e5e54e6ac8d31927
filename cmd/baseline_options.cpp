#include "cmd/baseline_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "fingerprint/fingerprint_json.hpp"

namespace buildprint {

void add_name_option(CLI::App &command, BaselineOptions &options) {
  command.add_option("-n,--name", options.name, "The workload (needed only when there are several)")
      ->type_name("NAME");
}

void add_base_option(CLI::App &command, BaselineOptions &options) {
  command
      .add_option("--base", options.base,
                  "The branch or commit that the change targets (default: the pull request's target branch, "
                  "else the remote's default branch)")
      ->type_name("REF");
}

void add_store_option(CLI::App &command, BaselineOptions &options) {
  command
      .add_option("--store", options.store,
                  "Where baselines are stored: in the tree, in git notes, or in a ref")
      ->check(CLI::IsMember({"tree", "notes", "ref"}))
      ->capture_default_str();
}

Store store_of(const BaselineOptions &options) {
  return options.store == "notes" ? Store::notes : options.store == "ref" ? Store::ref : Store::tree;
}

std::vector<std::string> stems_in(const GitRepository &repository, std::string_view ending) {
  std::vector<std::string> stems;
  std::error_code none;
  for (const auto &entry : std::filesystem::directory_iterator(*repository.workdir() / k_folder, none)) {
    const auto file = entry.path().filename().string();
    if (!file.ends_with(ending) || file.size() == ending.size()) continue;
    const auto stem = file.substr(0, file.size() - ending.size());
    if (stem != "policy" && stem != "rules" && is_printable(stem)) stems.push_back(stem);
  }
  std::sort(stems.begin(), stems.end());
  return stems;
}

std::string workload_of(const GitRepository &repository, const std::string &stem) {
  try {
    return load_fingerprint(*repository.workdir() / fingerprint_path(stem)).name;
  } catch (const Error &) {
    return stem; // gone from the tree, or damaged: its history can be asked for all the same
  }
}

namespace {

std::string only_one(const std::vector<std::string> &names, std::string_view what) {
  if (names.size() == 1) return names.front();
  if (names.empty())
    throw Error("there is no " + std::string(k_folder) + "/NAME.json",
                "pass the name of the workload: --name NAME");
  throw Error("there are several " + std::string(what) + ": " + join(names, ", "),
              "choose one: --name " + names.front());
}

} // namespace

std::string workload_name(const BaselineOptions &options, const GitRepository &repository) {
  if (!options.name.empty()) {
    require_workload_name(options.name);
    return options.name;
  }
  std::vector<std::string> names;
  for (const auto &stem : stems_in(repository, ".json")) {
    auto name = workload_of(repository, stem);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return only_one(names, "workloads");
}

std::string baseline_stem(const BaselineOptions &options, const GitRepository &repository) {
  return options.name.empty() ? only_one(stems_in(repository, ".json"), "baselines") : options.name;
}

BaselineQuery query_of(const BaselineOptions &options, const std::string &name, const Labels &labels) {
  return {name, options.base, store_of(options), ci_context(), labels};
}

} // namespace buildprint

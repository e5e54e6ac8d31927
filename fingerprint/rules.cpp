#include "fingerprint/rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "fingerprint/catalogue.hpp"

namespace buildprint {
namespace {

// Counts changes of the rules that no table holds: those written as code.
constexpr std::string_view k_version = "5";

constexpr std::array<std::string_view, 13> k_titles{
    "roots",      "users",     "program", "random names",    "hashes",  "versions",   "pids and hosts",
    "fork noise", "addresses", "ports",   "order and count", "daemons", "write class"};

/// What a recorder can watch for: a name, "PREFIX*" or "*SUFFIX"; empty when too little is fixed.
std::string name_pattern(std::string_view file) {
  constexpr std::size_t k_least = 3, k_longest_prefix = 32, k_longest_suffix = 8;
  const auto first = file.find('*');
  if (first == file.npos) return std::string(file);
  const auto prefix = file.substr(0, std::min(first, k_longest_prefix));
  if (prefix.size() >= k_least) return std::string(prefix) + '*';
  auto suffix = file.substr(file.rfind('*') + 1);
  if (suffix.size() > k_longest_suffix) suffix.remove_prefix(suffix.size() - k_longest_suffix);
  return suffix.size() >= k_least ? '*' + std::string(suffix) : std::string();
}

} // namespace

std::string Rules::id() const {
  Digest digest;
  digest.field("version", k_version);
  for (const auto &row : tools)
    for (const auto &program : row.programs) digest.field("tool", row.name).field("program", program);
  for (const auto &row : random_names)
    digest.field("random", row.tool)
        .field("under", row.under)
        .field("pattern", row.pattern)
        .field("created", row.only_seen_created);
  for (const auto &row : sinks) digest.field("sink", row.name).field("path", row.path);
  for (const auto &row : secrets) digest.field("secret", row.name).field("path", row.path);
  for (const auto &row : daemons) digest.field("daemon", row.name).field("path", row.path);
  for (const auto &row : optional)
    digest.field("optional", row.kind)
        .field("program", row.program)
        .field("below", row.below)
        .field("object", row.object);
  const auto list = [&](std::string_view tag, const std::vector<std::string> &items) {
    for (const auto &item : items) digest.field(tag, item);
  };
  for (const auto &row : interpreters) {
    digest.field("interpreter", row.names)
        .field("inline", row.inline_flags)
        .field("module", row.module_flags);
    digest.field("valued", row.valued_flags)
        .field("attached", row.attached_flags)
        .field("input", row.input_flags);
    list("inline", row.inline_options), list("valued", row.valued_options),
        list("naming", row.naming_options);
  }
  for (const auto &row : verb_tools) {
    digest.field("verb", row.names).field("valued", row.valued_flags);
    list("valued", row.valued_options);
  }
  list("multi-call", multi_call);
  for (const auto &row : test_runners) digest.field("runner", row.program).field("test", row.test);
  for (const auto &row : pool_workers) digest.field("pool", row.runner).field("worker", row.task);
  return std::string(k_version) + '-' + digest.hex().substr(0, 12);
}

Rules builtin_rules() {
  Rules rules;
  rules.tools = catalogue::tools();
  rules.random_names = catalogue::random_names();
  rules.sinks = catalogue::sinks();
  rules.secrets = catalogue::secrets();
  rules.daemons = catalogue::daemons();
  rules.optional = catalogue::optional();
  rules.interpreters = catalogue::interpreters();
  rules.verb_tools = catalogue::verb_tools();
  rules.test_runners = catalogue::test_runners();
  rules.pool_workers = catalogue::pool_workers();
  rules.multi_call = {"busybox*", "toybox*", "coreutils", "rustup", "rustup-init"};
  return rules;
}

std::string_view rule_title(std::string_view rule) {
  std::size_t number = 0;
  if (!rule.starts_with('R')) return {};
  std::from_chars(rule.data() + 1, rule.data() + rule.size(), number);
  return number >= 1 && number <= k_titles.size() ? k_titles[number - 1] : std::string_view();
}

std::vector<std::string> watched_names(const Rules &rules) {
  // A directory is watched where it is the secrets' own (".ssh") or its files have no fixed names; else the
  // file. "cache" would be watched all over the machine.
  std::set<std::string> names;
  for (const auto &secret : rules.secrets) {
    const auto segments = split(secret.path, '/');
    const auto file = segments.back(), directory = segments.size() > 1 ? segments[segments.size() - 2] : file;
    const bool fixed = file.find('*') == std::string_view::npos;
    const bool own = directory.starts_with('.') || !fixed;
    const auto name = own ? directory : file;
    if (name.find_first_of("*~$") == std::string_view::npos && name != "cache")
      names.emplace(name);
    else if (const auto pattern = name_pattern(file); !pattern.empty())
      names.insert(pattern);
  }
  return {names.begin(), names.end()};
}

} // namespace buildprint

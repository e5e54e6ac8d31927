#include "fingerprint/compiled_rules.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "fingerprint/escape.hpp"

namespace buildprint {
namespace {

/// "$WS" of "$WS/build/a.o", "/etc" of "/etc/cron.d/x".
std::string_view first_segment(std::string_view path) {
  return path.substr(0, path.find('/', 1));
}

/// "$WS/build" of "$WS/build/a.o", "/etc/cron.d" of "/etc/cron.d/x".
std::string_view first_two_segments(std::string_view path) {
  const auto first = path.find('/', 1);
  return path.substr(0, first == std::string_view::npos ? first : path.find('/', first + 1));
}

std::vector<std::string> expand_home(const std::string &glob) {
  if (!glob.starts_with('~')) return {glob};
  std::vector<std::string> globs;
  for (const char *home : {"$HOME", "$WS", "/root", "/home/*"}) globs.push_back(home + glob.substr(1));
  return globs;
}

template <typename Rows>
auto find_named(const Rows &rows, std::string_view file_name) -> decltype(&rows.front().row) {
  const Pairs pairs(file_name);
  for (const auto &row : rows)
    if (row.names.may_match(pairs) && row.names.matches(file_name)) return &row.row;
  return nullptr;
}

} // namespace

Pairs::Pairs(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    const auto before = static_cast<unsigned char>(text[i - 1]), here = static_cast<unsigned char>(text[i]);
    bits_ |= std::uint64_t{1} << ((before * 5 + here) % 64);
  }
}

Glob::Glob(std::string_view text)
    : prefix_(text.substr(0, text.find('*'))), literal_(text.find('*') == std::string_view::npos),
      pattern_(Pattern::parse_glob(text)) {
  for (const auto part : split(text, '*')) pairs_.add(Pairs(part));
  for (const auto part : split(text.substr(prefix_.size()), '*'))
    if (part.size() > longest_literal_.size()) longest_literal_ = part;
}

bool Glob::matches(std::string_view text) const {
  if (literal_) return text == prefix_;
  if (!text.starts_with(prefix_) || text.find(longest_literal_, prefix_.size()) == std::string_view::npos)
    return false;
  return pattern_.matches(text);
}

void PathTable::put(Rows &rows, const std::string &name, std::string_view glob) {
  auto key = first_two_segments(glob);
  if (key.find('*') != std::string_view::npos) key = first_segment(glob);
  if (key.find('*') != std::string_view::npos) key = {};
  rows[std::string(key)].push_back({name, Glob(glob)});
}

void PathTable::add(const std::string &name, const std::string &glob) {
  for (const auto &one : expand_home(escape_separators(glob))) {
    put(rows_, name, one);
    for (auto above = one; above.rfind('/') != 0 && above.rfind('/') != std::string::npos;) {
      above.erase(above.rfind('/'));
      // Any directory may have something at any depth below it; that would name none.
      if (!above.ends_with("**") && globs_above_.insert(above).second) put(above_, name, above);
    }
  }
}

std::string_view PathTable::first(const Rows &rows, std::string_view path) {
  const Pairs pairs(path);
  for (const auto key : {first_two_segments(path), first_segment(path), std::string_view()}) {
    const auto found = rows.find(key);
    if (found == rows.end()) continue;
    for (const auto &row : found->second)
      if (row.glob.may_match(pairs) && row.glob.matches(path)) return row.name;
  }
  return {};
}

std::string_view PathTable::find(std::string_view path) const {
  return first(rows_, path);
}

std::string_view PathTable::first_below(std::string_view directory) const {
  return first(above_, directory);
}

CompiledRules::CompiledRules(const Rules &rules) {
  ToolSet bit = 1;
  std::map<std::string, ToolSet> bits;
  for (const auto &tool : rules.tools) {
    bits[tool.name] = bit;
    for (const auto &program : tool.programs) tools_.emplace_back(Glob(program), bit);
    bit <<= 1;
  }
  for (const auto &row : rules.random_names)
    random_names_.push_back({row.name, Glob(escape_separators(row.under)), Pattern::parse(row.pattern),
                             bits.at(row.tool), row.only_seen_created});
  // A loose scheme takes what no precise one does: it knows less of which part is random.
  std::stable_partition(random_names_.begin(), random_names_.end(),
                        [](const RandomRow &row) { return !row.only_seen_created; });
  for (const auto &sink : rules.sinks) sinks.add(sink.name, sink.path);
  for (const auto &secret : rules.secrets) secrets.add(secret.name, secret.path);
  for (const auto &daemon : rules.daemons) daemons.add(daemon.name, daemon.path);
  for (const auto &row : rules.interpreters) interpreters_.push_back({Glob(row.names), row});
  for (const auto &row : rules.verb_tools) verb_tools_.push_back({Glob(row.names), row});
  for (const auto &glob : rules.multi_call) multi_call_.emplace_back(glob);
  for (const auto &row : rules.test_runners)
    test_runners_.emplace_back(Glob(row.program), Glob(escape_separators(row.test)));
  for (const auto &row : rules.pool_workers) pool_workers_.emplace_back(Glob(row.runner), Glob(row.task));
  for (const auto &row : rules.optional)
    optional_.push_back({row.kind, Glob(row.program), Glob(row.below), Glob(row.object), row.below.empty(),
                         row.object.empty()});
}

ToolSet CompiledRules::tools_of(std::string_view executable, std::string_view program) const {
  ToolSet set = 0;
  for (const auto &[glob, bit] : tools_)
    if ((set & bit) == 0 && (glob.matches(executable) || glob.matches(program))) set |= bit;
  return set;
}

const Interpreter *CompiledRules::interpreter(std::string_view file_name) const {
  return find_named(interpreters_, file_name);
}

const VerbTool *CompiledRules::verb_tool(std::string_view file_name) const {
  return find_named(verb_tools_, file_name);
}

bool CompiledRules::is_multi_call(std::string_view file_name) const {
  return std::any_of(multi_call_.begin(), multi_call_.end(),
                     [&](const Glob &glob) { return glob.matches(file_name); });
}

bool CompiledRules::is_test_of(std::string_view runner, std::string_view path) const {
  return std::any_of(test_runners_.begin(), test_runners_.end(),
                     [&](const auto &row) { return row.first.matches(runner) && row.second.matches(path); });
}

bool CompiledRules::is_pool_worker(std::string_view parent, std::string_view executable,
                                   std::string_view program) const {
  const auto runs = [&](std::string_view name) {
    return name.size() > executable.size() && name.starts_with(executable) && name[executable.size()] == ' ';
  };
  return runs(parent) && runs(program) && std::ranges::any_of(pool_workers_, [&](const auto &row) {
           return row.first.matches(parent) && row.second.matches(program.substr(executable.size() + 1));
         });
}

bool CompiledRules::is_optional(std::string_view kind, const Lineage &lineage,
                                std::string_view object) const {
  return std::any_of(optional_.begin(), optional_.end(), [&](const OptionalRow &row) {
    if (row.kind != kind || lineage.empty() || !row.program.matches(lineage.back().text())) return false;
    if (!row.any_object && !row.object.matches(object)) return false;
    return row.any_below || (lineage.size() > 1 && row.below.matches(lineage[lineage.size() - 2].text()));
  });
}

} // namespace buildprint

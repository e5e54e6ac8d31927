#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "fingerprint/compiled_rules.hpp"
#include "fingerprint/rules.hpp"

// The project's rules file, "buildprint/rules/1". What it adds may only ever make fingerprints quieter, so
// that it is a way to hide: each row is checked against the ways in which it could.

namespace buildprint {
namespace {

using nlohmann::json;

constexpr std::string_view k_format = "buildprint/rules/1";
// A random part that is shorter is guessed or hit by chance; 36^4 names are not.
constexpr std::size_t k_least_random = 4;

/// Says which row of which file is wrong, and why.
class Complaints {
 public:
  explicit Complaints(std::string_view source) : source_(source) {}
  [[noreturn]] void fail(const std::string &what, const std::string &remedy = "see docs/rules.md") const {
    throw Error(source_ + (row_.empty() ? "" : ", " + row_) + ": " + what, remedy);
  }
  void at(const std::string &list, std::size_t index) { row_ = list + '[' + std::to_string(index) + ']'; }
  void at_file() { row_.clear(); }

 private:
  std::string source_, row_;
};

std::string text(const json &row, const char *name, const Complaints &complaints) {
  const auto found = row.find(name);
  if (found == row.end() || !found->is_string() || found->get_ref<const std::string &>().empty())
    complaints.fail(std::string("\"") + name + "\" is missing");
  auto value = found->get<std::string>();
  if (!is_printable(value)) complaints.fail(std::string("\"") + name + "\" holds control characters");
  return value;
}

void only_fields(const json &object, const std::set<std::string> &known, const Complaints &complaints) {
  if (!object.is_object()) complaints.fail("an object { } is expected");
  for (const auto &[name, value] : object.items())
    if (!known.contains(name)) complaints.fail("unknown field \"" + printable(name) + '"');
}

bool is_known_root(std::string_view path) {
  for (const std::string_view root : {"$WS", "$TMP", "$HOME", "$CACHE"})
    if (path == root || (path.starts_with(root) && (path[root.size()] == '/' || path[root.size()] == '*')))
      return true;
  return false;
}

/// Every path that the row may touch.
Pattern reach(const RandomName &row) {
  return Pattern::parse_glob(row.under + '/').followed_by(Pattern::parse(row.pattern));
}

/// `~` stands for all homes; in a project's tree every one of them may be meant.
std::vector<std::string> concrete(const std::string &glob) {
  if (!glob.starts_with('~')) return {glob};
  return {"$HOME" + glob.substr(1), "$WS" + glob.substr(1)};
}

void refuse_merging_sinks(const RandomName &row, const Rules &rules, const Complaints &complaints) {
  const auto touched = reach(row);
  const auto below = touched.followed_by(Pattern::parse_glob("/**"));
  const auto check = [&](const std::string &what, const std::string &name, const std::string &path) {
    for (const auto &one : concrete(path)) {
      const auto sensitive = Pattern::parse_glob(one);
      // A place at any depth ("**/.git/hooks") lies below every directory; there the sink itself is exempt.
      const bool any_depth = one.find("**") < one.rfind('/');
      if (touched.intersects(sensitive) || (!any_depth && below.intersects(sensitive)))
        complaints.fail("it would merge names of the " + what + " \"" + name + "\" (" + path + ')',
                        "narrow \"under\" or \"pattern\": sinks and secrets stay exact");
    }
  };
  for (const auto &sink : rules.sinks) check("sink", sink.name, sink.path);
  for (const auto &secret : rules.secrets) check("secret", secret.name, secret.path);
}

void refuse_overlap(const RandomName &row, const Rules &rules, const Complaints &complaints) {
  const auto mine = reach(row);
  for (const auto &other : rules.random_names)
    if (other.tool == row.tool && mine.intersects(reach(other)))
      complaints.fail("its pattern overlaps with the rule \"" + other.name + "\" of the same tool (" +
                          other.pattern + " under " + other.under + ')',
                      "two rules for one name make the result depend on their order: drop or narrow one");
}

RandomName read_random(const json &row, const Rules &rules, const Complaints &complaints) {
  only_fields(row, {"name", "tool", "under", "pattern", "example"}, complaints);
  RandomName random{text(row, "name", complaints),    text(row, "tool", complaints),
                    text(row, "under", complaints),   text(row, "pattern", complaints),
                    text(row, "example", complaints), false};
  const auto known = [&](const auto &list) {
    return std::any_of(list.begin(), list.end(), [&](const auto &one) { return one.name == random.tool; });
  };
  if (!known(rules.tools)) {
    std::string names;
    for (const auto &tool : rules.tools) names += (names.empty() ? "" : ", ") + tool.name;
    complaints.fail("unknown tool \"" + random.tool + '"', "one of " + names + ", or add it to \"tools\"");
  }
  if (!is_known_root(random.under))
    complaints.fail("\"under\" does not begin with $WS, $TMP, $HOME or $CACHE");
  const auto pattern = Pattern::parse(random.pattern);
  if (pattern.least_random() == 0) complaints.fail("no part of \"pattern\" is marked as random with ( )");
  if (pattern.least_random() < k_least_random)
    complaints.fail("the random part may be shorter than four characters: ordinary names would match");
  if (pattern.fixed_characters() == 0)
    complaints.fail("\"pattern\" fixes no character: it would match nearly any name");
  if (!pattern.matches(random.example)) complaints.fail("\"example\" does not match \"pattern\"");
  refuse_merging_sinks(random, rules, complaints);
  refuse_overlap(random, rules, complaints);
  return random;
}

Tool read_tool(const json &row, const Rules &rules, const Complaints &complaints) {
  only_fields(row, {"name", "programs"}, complaints);
  Tool tool{text(row, "name", complaints), {}};
  for (const auto &known : rules.tools)
    if (known.name == tool.name) complaints.fail("the tool \"" + tool.name + "\" is built in");
  if (!row.contains("programs") || !row["programs"].is_array() || row["programs"].empty())
    complaints.fail("\"programs\" is missing");
  for (const auto &program : row["programs"]) {
    if (!program.is_string()) complaints.fail("\"programs\" holds something that is no text");
    const auto &glob = program.get_ref<const std::string &>();
    // A bare name would make every binary of that name the tool, wherever it lies.
    if (!(glob.starts_with('/') || is_known_root(glob)) || glob.starts_with("$TMP") || glob.find("**") < 2)
      complaints.fail("program \"" + printable(glob) + "\" is no path that is the tool's alone",
                      "begin with / or $WS, $HOME, $CACHE, and name its place");
    tool.programs.push_back(glob);
  }
  return tool;
}

template <typename Row> Row read_place(const json &row, const Complaints &complaints) {
  only_fields(row, {"name", "path"}, complaints);
  Row place{text(row, "name", complaints), text(row, "path", complaints)};
  if (!(place.path.starts_with('/') || place.path.starts_with("~/") || is_known_root(place.path)))
    complaints.fail("\"path\" does not begin with /, ~/, $WS, $HOME or $CACHE");
  Pattern::parse_glob(place.path);
  return place;
}

template <typename Read> void each(const json &file, const char *list, Complaints &complaints, Read read) {
  const auto found = file.find(list);
  if (found == file.end()) return;
  if (!found->is_array()) complaints.fail(std::string("\"") + list + "\" is no list");
  for (std::size_t i = 0; i < found->size(); ++i) {
    complaints.at(list, i);
    try {
      read((*found)[i]);
    } catch (const Error &error) {
      // Patterns complain without knowing where they stand.
      if (std::string_view(error.what()).starts_with("pattern "))
        complaints.fail(error.what(), error.remedy());
      throw;
    }
  }
  complaints.at_file();
}

json parse(std::string_view text, const Complaints &complaints) {
  try {
    return json::parse(text, nullptr, true, true);
  } catch (const json::parse_error &error) {
    const auto until = text.substr(0, std::min(error.byte, text.size()));
    complaints.fail("line " + std::to_string(1 + std::count(until.begin(), until.end(), '\n')) + ": not JSON",
                    "check the commas and quotes there");
  }
}

} // namespace

Rules parse_rules(std::string_view text, std::string_view source) {
  Complaints complaints(source);
  const auto file = parse(text, complaints);
  only_fields(file, {"format", "tools", "random_names", "sinks", "secrets"}, complaints);
  if (file.value("format", json()) != json(k_format))
    complaints.fail("\"format\" is not \"" + std::string(k_format) + '"', "update buildprint, or correct it");
  Rules rules = builtin_rules();
  each(file, "tools", complaints,
       [&](const json &row) { rules.tools.push_back(read_tool(row, rules, complaints)); });
  if (rules.tools.size() > k_most_tools) complaints.fail("too many tools");
  // Sinks and secrets first: random names must keep clear of the project's own too.
  each(file, "sinks", complaints,
       [&](const json &row) { rules.sinks.push_back(read_place<Sink>(row, complaints)); });
  each(file, "secrets", complaints,
       [&](const json &row) { rules.secrets.push_back(read_place<Secret>(row, complaints)); });
  each(file, "random_names", complaints,
       [&](const json &row) { rules.random_names.push_back(read_random(row, rules, complaints)); });
  return rules;
}

Rules load_rules(const std::filesystem::path &path) {
  return parse_rules(read_file(path), path.string());
}

} // namespace buildprint

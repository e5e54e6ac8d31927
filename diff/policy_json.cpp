// Reads `.buildprint/policy.json` into a Policy. Writing is in diff/acceptance.cpp: by text, never as a
// whole.
#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/jsonc.hpp"
#include "base/text.hpp"
#include "diff/pattern.hpp"
#include "diff/policy.hpp"

namespace buildprint {
namespace {

constexpr std::string_view k_format = "buildprint/policy/1";

class Reader {
 public:
  explicit Reader(std::string_view source) : source_(source) {}

  Policy policy(const Jsonc &document) {
    if (document.type != Jsonc::Type::object) fail(document.line, "a policy is an object in braces");
    const Jsonc *format = document.find("format");
    if (format == nullptr || format->type != Jsonc::Type::string || format->text != k_format)
      fail(format != nullptr ? format->line : 1, "\"format\" is not \"" + std::string(k_format) + "\"");
    Policy result;
    result.source = source_;
    for (const auto &member : document.members) {
      if (member.name == "format") continue;
      if (member.name == "levels")
        result.levels = levels(member.value);
      else if (member.name == "allow")
        result.allow = entries(member.value, Decision::allow);
      else if (member.name == "deny")
        result.deny = entries(member.value, Decision::deny);
      else if (member.name == "accepted")
        result.accepted = entries(member.value, Decision::allow);
      else
        fail_key(member, "format, levels, allow, deny, accepted");
    }
    for (const auto &entry : result.accepted)
      if (entry.behaviors.empty())
        fail(entry.line, "what is accepted is listed one by one, in \"behaviors\"");
    return result;
  }

 private:
  [[noreturn]] void fail(int line, const std::string &what, const std::string &remedy = {}) const {
    throw Error(std::string(source_) + ", line " + std::to_string(line) + ": " + what,
                remedy.empty() ? "see docs/policy.md" : remedy);
  }
  [[noreturn]] void fail_key(const JsoncMember &member, const std::string &known) const {
    fail(member.line, "unknown key \"" + member.name + "\"", "use one of: " + known);
  }

  const std::string &text(const Jsonc &value, std::string_view name) const {
    if (value.type != Jsonc::Type::string || value.text.find_first_not_of(' ') == std::string::npos)
      fail(value.line, "\"" + std::string(name) + "\" is a text, and not an empty one");
    return value.text;
  }

  std::vector<std::string> texts(const Jsonc &value, std::string_view name) const {
    if (value.type != Jsonc::Type::array) return {text(value, name)};
    std::vector<std::string> result;
    for (const auto &item : value.items) result.push_back(text(item, name));
    if (result.empty()) fail(value.line, "\"" + std::string(name) + "\" is empty");
    return result;
  }

  Kind kind(const std::string &name, int line) const {
    const auto result = kind_from(name);
    if (!result)
      fail(line, "unknown kind \"" + name + "\"",
           "use one of: exec, connect, listen, resolve, become, read, write, inspect, kernel");
    return *result;
  }

  std::map<Kind, Decision> levels(const Jsonc &object) const {
    if (object.type != Jsonc::Type::object) fail(object.line, "\"levels\" is an object: kind to level");
    std::map<Kind, Decision> result;
    for (const auto &member : object.members) {
      const auto &level = text(member.value, member.name);
      if (level != "deny" && level != "warn" && level != "allow")
        fail(member.value.line, "unknown level \"" + level + "\"", "use one of: deny, warn, allow");
      result[kind(member.name, member.line)] = level == "deny"   ? Decision::deny
                                               : level == "warn" ? Decision::warn
                                                                 : Decision::allow;
    }
    return result;
  }

  std::vector<PolicyEntry> entries(const Jsonc &array, Decision decision) const {
    if (array.type != Jsonc::Type::array) fail(array.line, "a list of entries in brackets is expected");
    std::vector<PolicyEntry> result;
    for (const auto &item : array.items) {
      result.push_back(entry(item));
      result.back().decision = decision;
    }
    return result;
  }

  PolicyEntry entry(const Jsonc &object) const {
    if (object.type != Jsonc::Type::object) fail(object.line, "an entry is an object in braces");
    PolicyEntry result;
    result.line = object.line;
    for (const auto &member : object.members) read_member(member, result);
    if (result.reason.empty())
      fail(object.line, "an entry without a \"reason\"", "say why, for those who come later");
    return result;
  }

  std::vector<Behavior> behaviors(const Jsonc &array) const {
    if (array.type != Jsonc::Type::array || array.items.empty())
      fail(array.line, "\"behaviors\" is a list of lines as a fingerprint has them");
    std::vector<Behavior> result;
    for (const auto &item : array.items) result.push_back(behavior(item));
    return result;
  }

  /// A line of a fingerprint: its key counts, and an id that is given has to fit.
  Behavior behavior(const Jsonc &object) const {
    if (object.type != Jsonc::Type::object)
      fail(object.line, "a behavior is a line as a fingerprint has them");
    Behavior result;
    std::string id, object_text;
    for (const auto &[name, line, value] : object.members) {
      if (name == "id")
        id = text(value, name);
      else if (name == "kind")
        result.kind = kind(text(value, name), line);
      else if (name == "user")
        result.user = text(value, name);
      else if (name == "lineage")
        result.lineage = parse_lineage(texts(value, name));
      else if (name == "object")
        object_text = text(value, name);
      else if (name != "seen" && name != "optional" && name != "package")
        fail(line, "unknown key \"" + name + "\"", "copy the line of the fingerprint");
    }
    if (object.find("kind") == nullptr || result.user.empty() || result.lineage.empty())
      fail(object.line, "a behavior without kind, user or lineage", "copy the line of the fingerprint");
    result.object = Object::parse(result.kind, object_text);
    if (!id.empty() && id != behavior_id(result))
      fail(object.line, "a behavior whose id does not fit its content", "copy the line of the fingerprint");
    return result;
  }

  void read_member(const JsoncMember &member, PolicyEntry &entry) const {
    constexpr std::array<std::pair<std::string_view, std::string PolicyEntry::*>, 9> k_texts{{
        {"program", &PolicyEntry::program},
        {"lineage", &PolicyEntry::lineage},
        {"user", &PolicyEntry::user},
        {"destination", &PolicyEntry::destination},
        {"object", &PolicyEntry::object},
        {"workload", &PolicyEntry::workload},
        {"reason", &PolicyEntry::reason},
        {"owner", &PolicyEntry::owner},
        {"expires", &PolicyEntry::expires},
    }};
    if (member.name == "kind") {
      for (const auto &name : texts(member.value, "kind"))
        entry.kinds.push_back(kind(name, member.value.line));
    } else if (member.name == "behaviors") {
      entry.behaviors = behaviors(member.value);
    } else {
      const auto known = std::find_if(k_texts.begin(), k_texts.end(),
                                      [&](const auto &field) { return field.first == member.name; });
      if (known == k_texts.end())
        fail_key(
            member,
            "kind, program, lineage, user, destination, object, workload, behaviors, reason, owner, expires");
      entry.*(known->second) = text(member.value, member.name);
    }
    check(member, entry);
  }

  void check(const JsoncMember &member, const PolicyEntry &entry) const {
    if (member.name == "expires" && !is_date(entry.expires))
      fail(member.value.line, "\"expires\" is not a date", "write it as 2027-01-31");
    if (member.name == "destination")
      if (const auto problem = destination_problem(entry.destination); !problem.empty())
        fail(member.value.line, "destination " + entry.destination + ": " + problem);
  }

  std::string_view source_;
};

} // namespace

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const std::string digits =
      std::string(text.substr(0, 4)) + std::string(text.substr(5, 2)) + std::string(text.substr(8));
  if (digits.find_first_not_of("0123456789") != std::string::npos) return false;
  const int month = std::stoi(digits.substr(4, 2)), day = std::stoi(digits.substr(6));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

Policy parse_policy(std::string_view text, std::string_view source) {
  return Reader(source).policy(parse_jsonc(text, source));
}

} // namespace buildprint

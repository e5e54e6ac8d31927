#include "diff/acceptance.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/error.hpp"
#include "base/jsonc.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

constexpr std::string_view k_new_policy = "{\n  \"format\": \"buildprint/policy/1\"\n}\n";

/// As a fingerprint's line, without what is no part of the key.
std::string line_of(const Behavior &behavior) {
  std::string out = "{\"id\":\"" + behavior_id(behavior) + "\",\"kind\":\"" +
                    std::string(to_string(behavior.kind)) + "\",\"user\":" + json_quote(behavior.user) +
                    ",\"lineage\":[";
  for (const auto &program : behavior.lineage)
    (out += &program == &behavior.lineage.front() ? "" : ",") += json_quote(program.text());
  out += ']';
  if (!behavior.object.empty()) out += ",\"object\":" + json_quote(behavior.object.text());
  return out + '}';
}

std::string entry_text(const Acceptance &acceptance) {
  std::string out = "{\n";
  if (!acceptance.workload.empty()) out += "  \"workload\": " + json_quote(acceptance.workload) + ",\n";
  out += "  \"behaviors\": [\n";
  for (const auto &behavior : acceptance.behaviors) {
    const bool last = &behavior == &acceptance.behaviors.back();
    out += "    " + line_of(behavior) + (last ? "\n" : ",\n");
  }
  out += "  ],\n";
  if (!acceptance.owner.empty()) out += "  \"owner\": " + json_quote(acceptance.owner) + ",\n";
  if (!acceptance.expires.empty()) out += "  \"expires\": " + json_quote(acceptance.expires) + ",\n";
  return out + "  \"reason\": " + json_quote(acceptance.reason) + "\n}";
}

void require_complete(const Acceptance &acceptance) {
  if (acceptance.reason.find_first_not_of(' ') == std::string::npos)
    throw Error("accepting needs a reason", "add --reason TEXT");
  if (!is_printable(acceptance.reason) || !is_printable(acceptance.owner))
    throw Error("the reason or the owner holds control characters", "write it as one line of text");
  if (!acceptance.expires.empty() && !is_date(acceptance.expires))
    throw Error("\"" + printable(acceptance.expires) + "\" is not a date", "write it as 2027-01-31");
}

} // namespace

Fingerprint with_behaviors(const Fingerprint &committed, const Fingerprint &head,
                           const std::vector<Behavior> &behaviors) {
  Fingerprint result = committed;
  result.behaviors.insert(result.behaviors.end(), behaviors.begin(), behaviors.end());
  std::stable_sort(result.behaviors.begin(), result.behaviors.end(), key_less);
  result.behaviors.erase(std::unique(result.behaviors.begin(), result.behaviors.end(), same_key),
                         result.behaviors.end());
  std::set<std::string> known, wanted;
  for (const auto &attribute : committed.attributes) known.insert(attribute.subject);
  for (const auto &behavior : behaviors) {
    for (const auto &program : behavior.lineage) wanted.insert(program.text());
    wanted.insert(behavior.package.substr(0, behavior.package.find(' ')));
  }
  for (const auto &attribute : head.attributes)
    if (wanted.contains(attribute.subject) && !known.contains(attribute.subject))
      result.attributes.push_back(attribute);
  std::sort(result.attributes.begin(), result.attributes.end());
  return result;
}

Fingerprint without_absent(const Fingerprint &committed, const Fingerprint &head) {
  Fingerprint result = committed;
  result.behaviors.clear();
  std::set_intersection(committed.behaviors.begin(), committed.behaviors.end(), head.behaviors.begin(),
                        head.behaviors.end(), std::back_inserter(result.behaviors), key_less);
  return result;
}

std::string with_entry(std::string_view policy, std::string_view source, std::string_view list,
                       const Acceptance &acceptance) {
  require_complete(acceptance);
  const std::string text(policy.empty() ? k_new_policy : policy);
  parse_policy(text, source);
  const auto document = parse_jsonc(text, source);
  const auto *entries = document.find(list);
  if (entries != nullptr) return append_item(text, *entries, entry_text(acceptance));
  const auto with_list = append_member(text, document, list, "[]");
  const auto reparsed = parse_jsonc(with_list, source);
  return append_item(with_list, *reparsed.find(list), entry_text(acceptance));
}

} // namespace buildprint

#include "reports/attestation.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "reports/inert.hpp"

namespace buildprint {

using Json = nlohmann::ordered_json;

std::string attested(std::string_view predicate_type, const std::string &predicate,
                     const std::vector<Subject> &subjects) {
  if (subjects.empty()) return json_without_workflow_commands(predicate) + "\n";
  Json list = Json::array();
  for (const auto &subject : subjects) {
    Json digests = Json::object();
    for (const auto &[algorithm, value] : subject.digests) digests[algorithm] = value;
    list.push_back({{"name", subject.name}, {"digest", std::move(digests)}});
  }
  const Json statement{{"_type", "https://in-toto.io/Statement/v1"},
                       {"subject", std::move(list)},
                       {"predicateType", predicate_type},
                       {"predicate", Json::parse(predicate)}};
  return json_without_workflow_commands(statement.dump(1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

Subject parse_subject(std::string_view text) {
  const auto at = text.rfind('@'), colon = text.rfind(':');
  const auto is_digest_character = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (at == std::string_view::npos || colon == std::string_view::npos || colon < at + 2 || at == 0 ||
      text.size() - colon < 33 || !std::ranges::all_of(text.substr(colon + 1), is_digest_character))
    throw Error("not a subject: " + inert(text, 200), "write it as NAME@sha256:HEX (or NAME@gitCommit:HEX)");
  return {std::string(text.substr(0, at)),
          {{std::string(text.substr(at + 1, colon - at - 1)), std::string(text.substr(colon + 1))}}};
}

} // namespace buildprint

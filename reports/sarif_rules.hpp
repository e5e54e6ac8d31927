#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diff/diff.hpp"

namespace buildprint {

/// What a code-scanning page tells about every finding of one kind and level. GitHub reads the severity from
/// the rule, never from the result, so kind and level together make the rule.
struct SarifRule {
  std::string id;          ///< "new-connect-error"
  std::string name;        ///< "NewConnectError"
  std::string summary;     ///< one sentence
  std::string description; ///< two or three
  std::string help, help_markdown;
  std::string security_severity; ///< "8.2", as a string: a number would reject the file
  std::vector<std::string> tags;
};

SarifRule sarif_rule(Kind kind, Level level);

/// Of a finding's behaviors the kind that weighs most: its rule is the finding's.
Kind gravest_kind(const Finding &finding);

std::string sarif_rule_id(Kind kind, Level level);

} // namespace buildprint

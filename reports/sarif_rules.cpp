#include "reports/sarif_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace buildprint {
namespace {

struct KindText {
  std::string_view summary; ///< completes "The build … "
  std::string_view meaning;
  std::string_view look; ///< what to look at first
  std::string_view cwe, technique;
  /// Of an error; CVSS-like, GitHub's bands: above 9 critical, 7 high, 4 medium, below low.
  double severity;
};

// Indexed by Kind.
constexpr std::array<KindText, 9> k_kinds{{
    {"starts a program that it never started in this lineage",
     "A program runs under parents under which no accepted recording ever saw it. Install scripts, test "
     "helpers and compromised tools begin like this.",
     "Which change introduced the call: a dependency's install script, a build file, a test?", "cwe-829",
     "T1059", 7.5},
    {"connects to a destination that it never talked to",
     "A program opens a connection that no accepted recording has. Downloads of a second stage and stolen "
     "secrets leave by such connections.",
     "Who owns the destination, and which dependency or script asked for it?", "cwe-506", "T1071", 8.2},
    {"listens where it never listened",
     "A program accepts connections on an address that no accepted recording has.",
     "Is it a test server that should listen on the loopback address only?", "cwe-1327", "T1571", 7.2},
    {"asks for a name that it never asked for",
     "A host name is resolved that no accepted recording has. Names alone can carry data out of a build.",
     "Who owns the domain; does the name contain encoded data?", "cwe-200", "T1071.004", 7.4},
    {"changes its user as it never did",
     "A program gains another user's rights in a way that no accepted recording has.",
     "Why does this step need those rights (sudo, setuid)?", "cwe-250", "T1548", 8.8},
    {"reads a secret that it never read",
     "A file that holds credentials is read by a lineage that never did.",
     "Does this program have any business with the secret? If not, rotate it.", "cwe-522", "T1552.001", 8.6},
    {"writes where it never wrote",
     "A file that later runs or configures something (a hook, a workflow, a profile, tracked source) is "
     "written "
     "by a lineage that never did.",
     "Compare the written file with the repository's version.", "cwe-506", "T1546", 8.4},
    {"looks into another process",
     "A program reads or controls the memory of another process. Runners keep their secrets there.",
     "Treat every secret of this job as stolen until this is explained.", "cwe-522", "T1003.007", 9.4},
    {"asks the kernel for something that it never asked for",
     "Mounts, namespaces, modules, BPF or raw sockets: rights over the machine rather than over the build.",
     "Which step needs this, and could it do without?", "cwe-250", "T1611", 8.0},
}};

std::string fixed(double value) {
  const int tenths = static_cast<int>(value * 10 + 0.5);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string capitalized(std::string_view word) {
  std::string out(word);
  out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
  return out;
}

double severity_of(const KindText &text, Level level) {
  return level == Level::error     ? text.severity
         : level == Level::warning ? text.severity - 3
                                   : text.severity - 6;
}

} // namespace

Kind gravest_kind(const Finding &finding) {
  const auto severity = [](const NewBehavior &item) {
    return k_kinds[static_cast<std::size_t>(item.behavior.kind)].severity;
  };
  const auto gravest = std::ranges::max_element(finding.behaviors, {}, severity);
  return gravest == finding.behaviors.end() ? Kind::exec : gravest->behavior.kind;
}

std::string sarif_rule_id(Kind kind, Level level) {
  return "new-" + std::string(to_string(kind)) + "-" + std::string(to_string(level));
}

SarifRule sarif_rule(Kind kind, Level level) {
  const KindText &text = k_kinds[static_cast<std::size_t>(kind)];
  SarifRule rule;
  rule.id = sarif_rule_id(kind, level);
  rule.name = "New" + capitalized(to_string(kind)) + capitalized(to_string(level));
  rule.summary = "The build " + std::string(text.summary) + ".";
  rule.description = std::string(text.meaning) + " The behavior is new against the committed fingerprint.";
  const std::string accept = "buildprint accept ID --reason \"WHY\"";
  rule.help = std::string(text.meaning) + "\n\nLook first: " + std::string(text.look) +
              "\n\nExpected? Accept it with `" + accept +
              "` and commit the fingerprint; the alert closes with the next upload.";
  rule.help_markdown =
      std::string(text.meaning) + "\n\n**Look first:** " + std::string(text.look) +
      "\n\nThe paths of the alert show the lineage: every program from the recorded command "
      "down to the one that acted.\n\n**Expected?** Accept it and commit the fingerprint; the "
      "alert closes with the next upload.\n\n```sh\n" +
      accept + "\n```\n";
  rule.security_severity = fixed(severity_of(text, level));
  rule.tags = {"security", "supply-chain", "external/cwe/" + std::string(text.cwe),
               "external/mitre/" + std::string(text.technique)};
  return rule;
}

} // namespace buildprint

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "diff/diff.hpp"
#include "fingerprint/fingerprint.hpp"

namespace buildprint {

enum class Decision : std::uint8_t { allow, warn, deny };

/// One entry of a policy. What an entry leaves out, it does not ask for.
struct PolicyEntry {
  Decision decision = Decision::allow;
  std::vector<Kind> kinds;
  std::string program; ///< glob for the last element of the lineage
  std::string lineage; ///< globs joined by " > "; the element "**" stands for any number of elements
  std::string user;
  std::string destination; ///< connect, listen, resolve: names, wildcards by label, CIDR, port, protocol
  std::string object;      ///< glob for the whole object
  std::string workload;    ///< glob for the fingerprint's name
  std::vector<Behavior> behaviors; ///< these alone, field by field: an id is no proof of equality
  std::string reason, owner;
  std::string expires; ///< "2027-01-31", the last day on which it holds; empty = never
  int line = 0;        ///< in the policy's file
};

/// `.buildprint/policy.json`; see docs/policy.md. Deny outranks allow, and holds for known behaviors too.
struct Policy {
  std::string source;              ///< as named to the reader
  std::string today;               ///< entries that expired before this day do not count; empty = all count
  std::map<Kind, Decision> levels; ///< of new behaviors that no entry is about; deny where not given
  std::vector<PolicyEntry> allow, deny;
  std::vector<PolicyEntry> accepted; ///< single behaviors, as `buildprint accept` writes them
};

/// What a policy says of one behavior.
struct Ruling {
  Decision decision = Decision::deny;
  const PolicyEntry *entry = nullptr; ///< the entry that decided; null when a level or nothing did
};

/// Throws Error, naming `source` and the line, for what is not a policy: unknown keys, an entry without a
/// reason, a malformed date, address or pattern.
Policy parse_policy(std::string_view text, std::string_view source);

/// Of a behavior that the baseline does not know: the first entry that matches, else the level of its kind.
Ruling rule_on_new(const Policy &policy, const Behavior &behavior, std::string_view workload);
/// Of a behavior that the baseline knows: only an entry of `deny` matters; null otherwise.
const PolicyEntry *denied(const Policy &policy, const Behavior &behavior, std::string_view workload);

/// True when nothing but kind, user or workload narrows the entry.
bool too_broad(const PolicyEntry &entry);
bool expired(const PolicyEntry &entry, std::string_view today);
bool matches(const PolicyEntry &entry, const Behavior &behavior, std::string_view workload);
/// True for entries that ask for the same, for the same reason, wherever they stand in the file.
bool same_entry(const PolicyEntry &a, const PolicyEntry &b);
/// The entry in one line for a reader: "line 7, allow connect by /usr/bin/npm to *.example (reason)".
std::string describe(const PolicyEntry &entry);

/// One line for each entry that expired, that matches nothing in either fingerprint, or that is so broad
/// that it hides what nobody has looked at.
std::vector<std::string> policy_notices(const Policy &policy, const Fingerprint &base,
                                        const Fingerprint &head);

/// False for a finding of which every behavior is only warned of.
bool fails_gate(const Policy &policy, const Finding &finding, std::string_view workload);

/// "2026-11-24", of now, in UTC.
std::string today_utc();
bool is_date(std::string_view text);

} // namespace buildprint

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/object.hpp"
#include "fingerprint/program.hpp"

namespace buildprint {

/// `*` stands for any characters but '/', `**` for any at all, `?` for one that is not '/'. The rest is
/// literal.
bool glob_matches(std::string_view pattern, std::string_view text);

/// Globs joined by " > ", one an element; the element `**` stands for any number of elements. It describes
/// the whole lineage: "** > /usr/bin/npm *" ends at npm, "** > /usr/bin/npm * > **" passes through it.
bool lineage_matches(std::string_view pattern, const Lineage &lineage);

/// HOST[:PORT][/PROTOCOL] against the object of a connect, listen or resolve. HOST is a name, a name with
/// wildcards by label (`*.example.org` is one label more, `**.example.org` one or more), an address, a
/// network in CIDR form (IPv6 with a port in brackets) or `*`; PORT a number, a range or `*`. What begins
/// with `unix:`, `daemon:` or `loopback:(` is a glob for the whole object.
bool destination_matches(std::string_view pattern, const Object &object);

/// Empty, or what is wrong with the pattern.
std::string destination_problem(std::string_view pattern);

/// True for a pattern that matches every host, every name of a top-level domain, or a network larger than
/// /8 (IPv4) or /16 (IPv6).
bool destination_too_broad(std::string_view pattern);

} // namespace buildprint

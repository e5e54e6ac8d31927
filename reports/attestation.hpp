#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/reports.hpp"

namespace buildprint {

/// The predicate as it is, when there are no subjects: what `cosign attest --predicate` and actions/attest
/// want. Otherwise the whole in-toto statement about the subjects. `predicate` is a JSON document.
std::string attested(std::string_view predicate_type, const std::string &predicate,
                     const std::vector<Subject> &subjects);

/// "NAME@sha256:HEX" as a subject. Throws Error for anything else.
Subject parse_subject(std::string_view text);

} // namespace buildprint

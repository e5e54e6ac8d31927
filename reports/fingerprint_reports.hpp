#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/fingerprint.hpp"
#include "reports/reports.hpp"

namespace buildprint {

/// A format of one fingerprint, for `show`. To add one: write its function and file, and list it in
/// fingerprint_reports.cpp.
struct FingerprintReport {
  std::string_view name; ///< as in --format
  std::string (*render)(const Fingerprint &fingerprint, const std::vector<Subject> &subjects);
  std::string_view help;
};

std::span<const FingerprintReport> fingerprint_reports();

/// nullptr when there is no such format.
const FingerprintReport *find_fingerprint_report(std::string_view name);

std::string render_dot(const Fingerprint &fingerprint);
std::string render_mermaid(const Fingerprint &fingerprint);
std::string render_spyderbat(const Fingerprint &fingerprint);
/// An in-toto runtime-trace predicate, or the statement about `subjects` when there are some.
std::string render_runtime_trace(const Fingerprint &fingerprint, const std::vector<Subject> &subjects);

} // namespace buildprint

#include "reports/fingerprint_reports.hpp"

#include <algorithm>
#include <array>

namespace buildprint {
namespace {

template <std::string (*render)(const Fingerprint &)>
std::string without_subjects(const Fingerprint &fingerprint, const std::vector<Subject> &) {
  return render(fingerprint);
}

constexpr std::array k_reports{
    FingerprintReport{"dot", without_subjects<render_dot>, "the lineages as a graph, for Graphviz"},
    FingerprintReport{"mermaid", without_subjects<render_mermaid>,
                      "the same for Mermaid, as GitHub draws it"},
    FingerprintReport{"spyderbat", without_subjects<render_spyderbat>, "a SpyderbatFingerprint in YAML"},
    FingerprintReport{"runtime-trace", render_runtime_trace,
                      "in-toto runtime-trace predicate, or a statement"},
};

} // namespace

std::span<const FingerprintReport> fingerprint_reports() {
  return k_reports;
}

const FingerprintReport *find_fingerprint_report(std::string_view name) {
  const auto found = std::ranges::find(k_reports, name, &FingerprintReport::name);
  return found == k_reports.end() ? nullptr : &*found;
}

} // namespace buildprint

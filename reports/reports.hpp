#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diff/diff.hpp"
#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// What an attestation speaks about: an artifact or a commit, and its digests ("sha256", "gitCommit").
struct Subject {
  std::string name;
  std::vector<std::pair<std::string, std::string>> digests;
};

/// What a report may need beside the diff. Everything has a default; a report takes what concerns it.
struct RenderOptions {
  bool color = false;
  bool unicode = true;           ///< box-drawing characters; false for terminals of another character set
  int width = 100;               ///< columns of the text report
  bool verbose = false;          ///< text: raw values, and the behaviors that the short form leaves out
  bool include_accepted = false; ///< sarif: accepted behaviors too, as suppressed results
  std::string
      fingerprint_file; ///< the committed file, relative to the repository; empty = .buildprint/NAME.json
  std::string details;  ///< where the whole report is kept (a path or URL), for those that are cut
  std::string version = "0.1.0";     ///< buildprint's own
  const Fingerprint *base = nullptr; ///< the two sides in full, where the caller has them
  const Fingerprint *head = nullptr;
  const std::vector<Evidence> *evidence = nullptr; ///< html: parallel to head->behaviors, from a recording
  std::vector<Subject>
      subjects; ///< attestations: a whole statement about these instead of the bare predicate
};

/// A report format. To add one: write its function and file, and list it in reports.cpp.
struct Report {
  std::string_view name;      ///< as in --format
  std::string_view extension; ///< of the file in a report directory, with its dot
  std::string (*render)(const Diff &diff, const RenderOptions &options);
  std::string_view help;
};

/// Those that this build has, in the order of `--help`; the first is the default.
std::span<const Report> reports();

/// nullptr when there is no such format. One that this build lacks is found: it says itself what is missing.
const Report *find_report(std::string_view name);

std::string render_text(const Diff &diff, const RenderOptions &options);
std::string render_json(const Diff &diff, const RenderOptions &options);
std::string render_html(const Diff &diff, const RenderOptions &options);
std::string render_markdown(const Diff &diff, const RenderOptions &options);
std::string render_comment(const Diff &diff, const RenderOptions &options);
std::string render_sarif(const Diff &diff, const RenderOptions &options);
std::string render_junit(const Diff &diff, const RenderOptions &options);
std::string render_code_quality(const Diff &diff, const RenderOptions &options);
std::string render_annotations(const Diff &diff, const RenderOptions &options);
std::string render_verdict(const Diff &diff, const RenderOptions &options);

} // namespace buildprint

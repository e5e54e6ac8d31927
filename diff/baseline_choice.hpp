#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

// A workload may have several baselines: one for each architecture, operating system or job of a matrix. The
// labels in the files tell which is whose; the files' names only keep them apart.

using Labels = std::map<std::string, std::string>;

struct Candidate {
  std::string stem;   ///< of the file: "unit-tests", "unit-tests.python-3.12"
  std::string source; ///< as named to the reader
  Fingerprint fingerprint;
};

/// Whether a baseline with these labels says something about a run with those: the same architecture, and
/// every label that a person gave it. Another operating system does not keep them apart, it is told as a
/// notice.
bool speaks_of(const Labels &baseline, const Labels &run);

/// The one that speaks of the run and has most labels in common with it, the plain `name` among equals; its
/// index, nullopt when none speaks of it.
std::optional<std::size_t> choose(const std::vector<Candidate> &candidates, const Labels &run,
                                  const std::string &name);

/// The stem for a baseline of this run beside those there are.
std::string stem_beside(const std::vector<Candidate> &candidates, const Labels &run, const std::string &name);

/// "arch=x86_64, python=3.12"; "no labels".
std::string in_words(const Labels &labels);

} // namespace buildprint

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// What N runs say about the next one. Each run is one sampling unit, a behavior is in it or not (incidence
/// data: Chao and Colwell, SORT 41, 2017); Q1 and Q2 are the behaviors seen in exactly one and two runs.
///
/// Good and Turing's Q1/T is what a run shows that T-1 others did not; the next run has T before it. How much
/// less it shows is Chao and Jost's A (Ecology 93, 2012): see shrinkage().
struct Stability {
  std::uint32_t runs = 0;            ///< T
  std::uint32_t once = 0, twice = 0; ///< Q1, Q2
  double expected_new = 0;           ///< Q1/T · A new lines on an unchanged rebuild
  double chance_of_new = 0;          ///< 1 - e^(-expected_new)
  double upper_chance = 0;           ///< 95 % bound where Q1 = 0: 1 - 0.05^(1/T)
  std::uint32_t more_runs = 0;       ///< that bring the chance to 5 %; 0 = none needed or not computable
  bool looks_random = false;         ///< new lines do not become fewer: a random token, not a rare branch
};

/// REQUIRES: `merged` was merged from whole runs.
Stability stability_of(const Fingerprint &merged);

/// Behaviors that differ in one field only, each seen in few runs: the field holds something random.
struct RandomField {
  std::string field;                  ///< "object", or "lineage element 3"
  std::string around;                 ///< the value with <…> for what differs
  std::vector<std::string> examples;  ///< at most three values
  std::uint32_t values = 0;           ///< how many
  std::string suggested_rule;         ///< a row for the project's rules file; empty when none comes to mind
  std::vector<std::size_t> behaviors; ///< of the fingerprint: those that differ there, by position
};
std::vector<RandomField> random_fields(const Fingerprint &merged);

/// "5 runs: about 0.2 new lines on an unchanged rebuild (18 % would show something new); 7 more runs would
/// bring that to 5 %".
std::string in_words(const Stability &stability);
/// Which field holds something random, with examples and, where one comes to mind, a rule to accept.
std::string in_words(const RandomField &field);

} // namespace buildprint

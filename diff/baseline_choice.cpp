#include "diff/baseline_choice.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

namespace buildprint {
namespace {

std::size_t in_common(const Labels &a, const Labels &b) {
  return static_cast<std::size_t>(std::count_if(a.begin(), a.end(), [&](const auto &label) {
    const auto other = b.find(label.first);
    return other != b.end() && other->second == label.second;
  }));
}

/// Labels that the recorder gives by itself.
bool is_automatic(const std::string &name) {
  return name == "arch" || name == "os";
}

/// "python-3.12", with nothing that a file's name had better not hold.
std::string as_file_name(const std::string &name, const std::string &value) {
  auto text = name + '-' + value;
  for (char &c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') c = '_';
  return text;
}

} // namespace

bool speaks_of(const Labels &baseline, const Labels &run) {
  return std::all_of(baseline.begin(), baseline.end(), [&](const auto &label) {
    const auto &[name, value] = label;
    if (name == "os") return true;
    const auto of_run = run.find(name);
    return of_run == run.end() ? is_automatic(name) : of_run->second == value;
  });
}

std::optional<std::size_t> choose(const std::vector<Candidate> &candidates, const Labels &run,
                                  const std::string &name) {
  std::optional<std::size_t> best;
  const auto merit = [&](std::size_t i) {
    return std::tuple(in_common(candidates[i].fingerprint.labels, run), candidates[i].stem == name);
  };
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (speaks_of(candidates[i].fingerprint.labels, run) && (!best || merit(i) > merit(*best))) best = i;
  return best;
}

std::string stem_beside(const std::vector<Candidate> &candidates, const Labels &run,
                        const std::string &name) {
  const auto taken = [&](const std::string &stem) {
    return std::any_of(candidates.begin(), candidates.end(),
                       [&](const Candidate &candidate) { return candidate.stem == stem; });
  };
  std::string stem = name;
  for (const auto &[label, value] : run)
    if (!is_automatic(label)) stem += '.' + as_file_name(label, value);
  for (const char *label : {"arch", "os"})
    if (const auto value = run.find(label); taken(stem) && value != run.end())
      stem += '.' + as_file_name(label, value->second);
  while (taken(stem)) stem += ".other";
  return stem;
}

std::string in_words(const Labels &labels) {
  std::string text;
  for (const auto &[name, value] : labels) text += (text.empty() ? "" : ", ") + name + '=' + value;
  return text.empty() ? "no labels" : text;
}

} // namespace buildprint

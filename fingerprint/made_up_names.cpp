#include "fingerprint/made_up_names.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "fingerprint/paths.hpp"

namespace buildprint {
namespace {

/// A script that makes up names without end must not make templates without end.
constexpr std::size_t k_most_templates = 1000;
constexpr std::size_t k_shortest_random = 3; ///< mktemp(1) refuses fewer

bool is_random_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// mktemp's command line: GNU's, and what busybox and BSD share with it.
struct MktempWords {
  std::string pattern, directory, suffix;
  bool in_temporary = false;

  explicit MktempWords(const std::vector<std::string> &words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string_view word = words[i];
      const auto next = [&] { return i + 1 < words.size() ? words[++i] : std::string(); };
      if (word.starts_with("--tmpdir"))
        take_directory(word.find('=') == std::string_view::npos ? "" : word.substr(9));
      else if (word.starts_with("--suffix"))
        suffix = word.size() > 9 ? std::string(word.substr(9)) : next();
      else if (word.starts_with("--"))
        continue;
      else if (word.starts_with('-') && word.size() > 1)
        take_letters(word.substr(1), next);
      else
        pattern = word;
    }
  }

 private:
  void take_directory(std::string_view given) {
    in_temporary = given.empty();
    directory = given;
  }
  template <typename Next> void take_letters(std::string_view letters, Next next) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (letters[i] == 't') in_temporary = true;
      if (letters[i] != 'p') continue;
      take_directory(i + 1 < letters.size() ? std::string(letters.substr(i + 1)) : next());
      return;
    }
  }
};

} // namespace

void MadeUpNames::mktemp_ran(const Exec &exec) {
  const MktempWords words(exec.argv);
  auto pattern = words.pattern.empty() ? std::string("tmp.XXXXXXXXXX") : words.pattern;
  pattern += words.suffix;
  Template made;
  const auto slash = pattern.rfind('/');
  const bool temporary = words.in_temporary || words.pattern.empty();
  if (slash != std::string::npos)
    made.directory =
        absolute_path(words.directory.empty() ? exec.cwd : absolute_path(exec.cwd, words.directory),
                      pattern.substr(0, slash + 1));
  else if (!words.directory.empty() || !temporary)
    made.directory = absolute_path(exec.cwd, words.directory);
  const auto name = pattern.substr(slash + 1);
  const auto last = name.rfind('X');
  if (last == std::string::npos) return;
  std::size_t first = last;
  while (first > 0 && name[first - 1] == 'X') --first;
  made.prefix = name.substr(0, first);
  made.suffix = name.substr(last + 1);
  made.length = last + 1 - first;
  if (made.length >= k_shortest_random && templates_.size() < k_most_templates)
    templates_.insert(std::move(made));
}

std::optional<Pattern::Part> MadeUpNames::random_part(std::string_view directory, bool temporary,
                                                      std::string_view name) const {
  for (const auto &made : templates_) {
    if (made.directory.empty() ? !temporary : made.directory != directory) continue;
    if (name.size() != made.prefix.size() + made.length + made.suffix.size()) continue;
    if (!name.starts_with(made.prefix) || !name.ends_with(made.suffix)) continue;
    const auto random = name.substr(made.prefix.size(), made.length);
    if (std::ranges::all_of(random, is_random_character))
      return Pattern::Part{made.prefix.size(), made.prefix.size() + made.length};
  }
  return std::nullopt;
}

} // namespace buildprint

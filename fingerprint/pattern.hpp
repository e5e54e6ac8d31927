#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

/// A pattern for names, matched as a whole in time linear in the text: every position of the pattern is
/// followed at once (Thompson 1968), nothing is ever tried again. A hostile name cannot make it slow.
///
///   c        itself; \c takes c literally
///   .        any character but '/'
///   [a-z_]   one of these
///   {n} {n,m} {n,} + * ?   how often what stands before
///   ( )      once: the part that is random
class Pattern {
 public:
  /// Throws Error that says what is wrong with the pattern.
  static Pattern parse(std::string_view text);
  /// As a path glob: '*' anything within a segment, '**' anything at all, the rest itself.
  static Pattern parse_glob(std::string_view text);

  struct Part {
    std::size_t begin, end;
  };
  bool matches(std::string_view text) const { return find(text).has_value(); }
  /// Where the random part of `text` is: as far left and as long as can be. nullopt when `text` as a whole
  /// does not match.
  std::optional<Part> find(std::string_view text) const;
  /// Whether some text matches both.
  bool intersects(const Pattern &other) const;
  /// This, then that.
  Pattern followed_by(const Pattern &other) const;
  /// The fewest characters that the random part has; 0 without one.
  std::size_t least_random() const;
  /// Characters that must be matched by exactly themselves, outside the random part.
  std::size_t fixed_characters() const;

 private:
  using Characters = std::bitset<256>;
  struct Item {
    Characters characters;
    bool may_skip = false, may_repeat = false;
  };
  void append(const Characters &characters, std::size_t least, std::size_t most, bool unbounded);
  std::vector<Item> items_;
  std::size_t random_begin_ = 0, random_end_ = 0; ///< items; equal when no part is marked
};

} // namespace buildprint

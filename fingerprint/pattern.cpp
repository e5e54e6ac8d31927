#include "fingerprint/pattern.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace buildprint {
namespace {

constexpr std::size_t k_most_items = 300; // a file name has at most 255 bytes

[[noreturn]] void refuse(std::string_view pattern, const std::string &why) {
  throw Error("pattern \"" + std::string(pattern) + "\": " + why, "see docs/rules.md, \"Patterns\"");
}

std::size_t index_of(char c) {
  return static_cast<unsigned char>(c);
}

/// Reads a pattern's text from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool done() const { return at_ == text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }
  char next() {
    if (done()) fail("it ends too early");
    return text_[at_++];
  }
  bool accept(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::size_t number() {
    std::size_t value = 0;
    if (peek() < '0' || peek() > '9') fail("a number is missing in { }");
    while (peek() >= '0' && peek() <= '9')
      value = std::min<std::size_t>(value * 10 + (next() - '0'), 100'000);
    return value;
  }
  [[noreturn]] void fail(const std::string &why) const { refuse(text_, why); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::bitset<256> read_class(Reader &reader) {
  std::bitset<256> set;
  while (!reader.accept(']')) {
    if (reader.peek() == '^' && set.none()) reader.fail("[^…] is not known: name what may stand there");
    if (reader.accept('\\')) {
      set.set(index_of(reader.next()));
      continue;
    }
    const char first = reader.next();
    char last = first;
    if (reader.peek() == '-') {
      reader.next();
      if (reader.peek() == ']') {
        set.set(index_of('-'));
      } else {
        last = reader.next();
      }
    }
    if (index_of(last) < index_of(first)) reader.fail("a range in [ ] runs backwards");
    for (std::size_t c = index_of(first); c <= index_of(last); ++c) set.set(c);
  }
  if (set.none()) reader.fail("[] matches nothing");
  return set;
}

std::bitset<256> any_but_slash() {
  std::bitset<256> set;
  set.set();
  return set.reset(index_of('/'));
}

struct Quantity {
  std::size_t least = 1, most = 1;
  bool unbounded = false;
};

Quantity read_quantity(Reader &reader) {
  if (reader.accept('*')) return {0, 1, true};
  if (reader.accept('+')) return {1, 1, true};
  if (reader.accept('?')) return {0, 1, false};
  if (!reader.accept('{')) return {};
  Quantity quantity;
  quantity.least = quantity.most = reader.number();
  if (reader.accept(',')) {
    if (reader.peek() == '}') {
      quantity.unbounded = true;
      quantity.most = std::max<std::size_t>(quantity.least, 1);
    } else {
      quantity.most = reader.number();
    }
  }
  if (!reader.accept('}')) reader.fail("a } is missing");
  if (quantity.most < quantity.least || (quantity.most == 0 && !quantity.unbounded))
    reader.fail("{ } allows nothing");
  return quantity;
}

/// One way to have come to a position: where the random part began and ended.
struct Way {
  bool open = false;
  std::size_t begin = 0, end = 0;
  bool better_than(const Way &other) const {
    return !other.open || begin < other.begin || (begin == other.begin && end > other.end);
  }
};

} // namespace

void Pattern::append(const Characters &characters, std::size_t least, std::size_t most, bool unbounded) {
  for (std::size_t i = 0; i < std::max(least, most); ++i) items_.push_back({characters, i >= least, false});
  if (unbounded) items_.back().may_repeat = true;
}

Pattern Pattern::parse(std::string_view text) {
  Pattern pattern;
  Reader reader(text);
  bool opened = false, closed = false;
  while (!reader.done()) {
    Characters characters;
    const char c = reader.next();
    if (c == '(') {
      if (std::exchange(opened, true)) reader.fail("only one part can be random");
      pattern.random_begin_ = pattern.random_end_ = pattern.items_.size();
      continue;
    }
    if (c == ')') {
      if (!opened || std::exchange(closed, true)) reader.fail("a ) without its (");
      pattern.random_end_ = pattern.items_.size();
      continue;
    }
    if (c == '*' || c == '+' || c == '?' || c == '{') reader.fail("nothing stands before a quantity");
    if (c == '|' || c == '^') reader.fail("alternatives are not known: write two rules");
    if (c == '[')
      characters = read_class(reader);
    else if (c == '.')
      characters = any_but_slash();
    else
      characters.set(index_of(c == '\\' ? reader.next() : c));
    const auto quantity = read_quantity(reader);
    pattern.append(characters, quantity.least, quantity.most, quantity.unbounded);
    if (pattern.items_.size() > k_most_items) reader.fail("it is longer than any file name");
  }
  if (opened != closed) reader.fail("a ( without its )");
  return pattern;
}

Pattern Pattern::parse_glob(std::string_view text) {
  Pattern pattern;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '*') {
      Characters one;
      pattern.append(one.set(index_of(text[i])), 1, 1, false);
    } else if (i + 1 < text.size() && text[i + 1] == '*') {
      Characters all;
      pattern.append(all.set(), 0, 1, true);
      ++i;
    } else {
      pattern.append(any_but_slash(), 0, 1, true);
    }
  }
  return pattern;
}

std::optional<Pattern::Part> Pattern::find(std::string_view text) const {
  std::vector<Way> here(items_.size() + 1), next(items_.size() + 1);
  const auto arrive = [&](std::vector<Way> &ways, std::size_t item, Way way, std::size_t at) {
    while (true) {
      if (item == random_begin_) way.begin = at;
      if (item == random_end_) way.end = at;
      if (!way.better_than(ways[item])) return;
      ways[item] = way;
      if (item == items_.size() || !items_[item].may_skip) return;
      ++item;
    }
  };
  arrive(here, 0, {true, 0, 0}, 0);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::fill(next.begin(), next.end(), Way{});
    bool any = false;
    for (std::size_t item = 0; item < items_.size(); ++item) {
      if (!here[item].open || !items_[item].characters.test(index_of(text[at]))) continue;
      any = true;
      // Staying at an item keeps the borders as they are: only entering it sets them.
      if (items_[item].may_repeat && here[item].better_than(next[item])) next[item] = here[item];
      arrive(next, item + 1, here[item], at + 1);
    }
    if (!any) return std::nullopt;
    std::swap(here, next);
  }
  const auto &end = here[items_.size()];
  if (!end.open) return std::nullopt;
  return Part{end.begin, end.end};
}

bool Pattern::intersects(const Pattern &other) const {
  const std::size_t width = other.items_.size() + 1;
  std::vector<bool> seen((items_.size() + 1) * width);
  std::vector<std::pair<std::size_t, std::size_t>> open;
  const auto visit = [&](std::size_t mine, std::size_t theirs) {
    if (seen[mine * width + theirs]) return;
    seen[mine * width + theirs] = true;
    open.emplace_back(mine, theirs);
  };
  visit(0, 0);
  while (!open.empty()) {
    const auto [mine, theirs] = open.back();
    open.pop_back();
    const bool my_end = mine == items_.size(), their_end = theirs == other.items_.size();
    if (my_end && their_end) return true;
    if (!my_end && items_[mine].may_skip) visit(mine + 1, theirs);
    if (!their_end && other.items_[theirs].may_skip) visit(mine, theirs + 1);
    if (my_end || their_end || (items_[mine].characters & other.items_[theirs].characters).none()) continue;
    for (const std::size_t a : {mine + 1, items_[mine].may_repeat ? mine : mine + 1})
      for (const std::size_t b : {theirs + 1, other.items_[theirs].may_repeat ? theirs : theirs + 1})
        visit(a, b);
  }
  return false;
}

Pattern Pattern::followed_by(const Pattern &other) const {
  Pattern both = *this;
  both.items_.insert(both.items_.end(), other.items_.begin(), other.items_.end());
  return both;
}

std::size_t Pattern::least_random() const {
  return static_cast<std::size_t>(std::count_if(items_.begin() + static_cast<std::ptrdiff_t>(random_begin_),
                                                items_.begin() + static_cast<std::ptrdiff_t>(random_end_),
                                                [](const Item &item) { return !item.may_skip; }));
}

std::size_t Pattern::fixed_characters() const {
  std::size_t fixed = 0;
  for (std::size_t i = 0; i < items_.size(); ++i)
    if ((i < random_begin_ || i >= random_end_) && !items_[i].may_skip && items_[i].characters.count() == 1)
      ++fixed;
  return fixed;
}

} // namespace buildprint

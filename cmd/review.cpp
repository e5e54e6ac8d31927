#include "cmd/review.hpp"

#include <algorithm>
#include <cctype>
#include <iostream>

#include "base/text.hpp"

namespace buildprint {
namespace {

class Review {
 public:
  Review(const Diff &diff, std::string reason, const RenderOptions &look, std::istream &in, std::ostream &out)
      : diff_(diff), reason_(std::move(reason)), look_(look), in_(in), out_(out) {}

  std::vector<Reviewed> all() {
    std::vector<Reviewed> answers;
    for (std::size_t i = 0; i < diff_.findings.size(); ++i) {
      const auto answer = one(i);
      if (!answer) break;
      answers.push_back(*answer);
    }
    return answers;
  }

 private:
  std::optional<std::string> ask(const std::string &question) {
    out_ << question << std::flush;
    std::string line;
    if (!std::getline(in_, line)) return std::nullopt;
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.pop_back();
    return line;
  }

  void show(std::size_t index, bool verbose) {
    Diff one;
    one.verdict = diff_.verdict;
    one.base = diff_.base;
    one.head = diff_.head;
    one.findings = {diff_.findings[index]};
    RenderOptions options = look_;
    options.verbose = verbose;
    constexpr const char *k_clear = "\x1b[2J\x1b[H";
    out_ << (look_.color ? k_clear : "\n") << "Finding " << index + 1 << " of " << diff_.findings.size()
         << "\n\n"
         << render_text(one, options) << '\n';
  }

  /// nullopt when the person quits.
  std::optional<Reviewed> one(std::size_t index) {
    show(index, false);
    while (true) {
      const auto key = ask("[a]ccept  [r]eject for good  [s]kip  [e]xplain  [q]uit: ");
      if (!key || *key == "q") return std::nullopt;
      if (*key == "s") return Reviewed{index, Answer::skipped, {}};
      if (*key == "e") show(index, true);
      if (*key != "a" && *key != "r") continue;
      const auto reason = reason_for(*key == "a" ? "accepted" : "rejected");
      if (!reason) return std::nullopt;
      return Reviewed{index, *key == "a" ? Answer::accepted : Answer::rejected, *reason};
    }
  }

  std::optional<std::string> reason_for(const std::string &what) {
    if (!reason_.empty()) return reason_;
    while (true) {
      auto reason = ask("Why is it " + what + "? ");
      if (!reason || (!reason->empty() && is_printable(*reason))) return reason;
    }
  }

  const Diff &diff_;
  std::string reason_;
  RenderOptions look_;
  std::istream &in_;
  std::ostream &out_;
};

} // namespace

std::vector<Reviewed> review(const Diff &diff, const std::string &reason, const RenderOptions &look,
                             std::istream &in, std::ostream &out) {
  return Review(diff, reason, look, in, out).all();
}

} // namespace buildprint

#include "diff/history.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "fingerprint/fingerprint_json.hpp"

namespace buildprint {
namespace {

constexpr std::string_view k_line_start = "{\"id\":\"";
constexpr std::size_t k_id_length = 32;

using Text = std::shared_ptr<const std::string>;
using LinesById = std::unordered_map<std::string_view, std::string_view>;

/// The behavior lines of `text`: one behavior a line is a promise of the format.
LinesById behavior_lines(std::string_view text) {
  LinesById lines;
  for (auto line : split(text, '\n')) {
    if (!line.starts_with(k_line_start) || line.size() < k_line_start.size() + k_id_length) continue;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.ends_with(',')) line.remove_suffix(1);
    lines.emplace(line.substr(k_line_start.size(), k_id_length), line);
  }
  return lines;
}

/// The digest in the head changes with every version; what is to be compared starts behind it.
std::string_view without_head(std::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find("\"behaviors\":")));
  return text;
}

/// Takes off what both texts begin and end with, in whole lines: consecutive versions differ by few.
void trim_common(std::string_view &a, std::string_view &b) {
  const auto front = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
  const auto line = front == 0 ? std::string_view::npos : a.rfind('\n', static_cast<std::size_t>(front) - 1);
  const auto skip = line == std::string_view::npos ? 0 : line + 1;
  a.remove_prefix(skip);
  b.remove_prefix(skip);
  const auto back = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin();
  const auto end = a.find('\n', a.size() - static_cast<std::size_t>(back));
  if (end == std::string_view::npos) return;
  const auto drop = a.size() - end - 1;
  a.remove_suffix(drop);
  b.remove_suffix(drop);
}

/// A behavior out of its line; none when the line is damaged.
std::optional<Behavior> behavior_in(std::string_view line) {
  const std::string text =
      R"({"format":"buildprint/fingerprint/1","name":"","rules":"-","runs":1,"behaviors":[)" +
      std::string(line) + "]}";
  try {
    return parse_fingerprint(text, "line").behaviors.at(0);
  } catch (const Error &) {
    return std::nullopt;
  }
}

/// The behaviors of `lines` whose id `is_known` does not say to be known, in file order.
template <class IsKnown> std::vector<Behavior> unknown(const LinesById &lines, IsKnown is_known) {
  std::vector<Behavior> behaviors;
  for (const auto &[id, line] : lines)
    if (!is_known(id))
      if (auto behavior = behavior_in(line)) behaviors.push_back(std::move(*behavior));
  std::sort(behaviors.begin(), behaviors.end(), key_less);
  return behaviors;
}

/// What a commit added is in none of its parents; what it removed was in all of them.
void fill_changes(FingerprintVersion &version, std::string_view after, const std::vector<Text> &parents) {
  std::vector<std::string_view> before;
  for (const auto &parent : parents) before.push_back(without_head(*parent));
  after = without_head(after);
  if (before.size() == 1) trim_common(before.front(), after);
  const auto new_lines = behavior_lines(after);
  std::vector<LinesById> old_lines;
  for (const auto text : before) old_lines.push_back(behavior_lines(text));
  const auto old_has = [&](auto id) { return [id](const LinesById &lines) { return lines.contains(id); }; };
  version.added = unknown(new_lines, [&](auto id) { return std::ranges::any_of(old_lines, old_has(id)); });
  if (old_lines.empty()) return;
  version.removed = unknown(old_lines.front(), [&](auto id) {
    return new_lines.contains(id) || !std::ranges::all_of(old_lines, old_has(id));
  });
}

/// The texts of versions, each read once when they are asked for in the order of history; few are kept.
class Texts {
 public:
  explicit Texts(std::function<std::string(const ObjectId &)> read) : read_(std::move(read)) {}

  Text of(const ObjectId &id) {
    const auto known = std::ranges::find(kept_, id, &std::pair<ObjectId, Text>::first);
    if (known != kept_.end()) return known->second;
    constexpr std::size_t k_most = 4;
    if (kept_.size() == k_most) kept_.pop_front();
    return kept_.emplace_back(id, std::make_shared<const std::string>(read_(id))).second;
  }

 private:
  std::function<std::string(const ObjectId &)> read_;
  std::deque<std::pair<ObjectId, Text>> kept_;
};

/// As if they were versions of a file: each commit's note follows the one before it in time.
std::vector<FileVersion> versions_in_notes(const GitRepository &repository, const std::string &reference) {
  std::vector<FileVersion> versions;
  for (const auto &id : repository.annotated(reference))
    versions.push_back({repository.commit(id), id, {}, false});
  std::sort(versions.begin(), versions.end(),
            [](const auto &a, const auto &b) { return a.commit.time > b.commit.time; });
  for (std::size_t i = 1; i < versions.size(); ++i) versions[i - 1].before = {versions[i].blob};
  return versions;
}

std::vector<FileVersion> versions_of(const GitRepository &repository, const std::string &name, Store store) {
  if (store == Store::notes) return versions_in_notes(repository, notes_ref(name));
  const auto start = store == Store::ref ? repository.resolve(k_baselines_ref) : repository.head();
  return start ? repository.history(*start, fingerprint_path(name)) : std::vector<FileVersion>();
}

} // namespace

std::vector<FingerprintVersion> fingerprint_history(const GitRepository &repository, const std::string &name,
                                                    Store store) {
  require_workload_name(name);
  const auto versions = versions_of(repository, name, store);
  if (versions.empty())
    throw Error("no version of " + fingerprint_path(name) + " was ever committed",
                "see what is: ls .buildprint; another store: --store notes or --store ref");
  Texts texts([&](const ObjectId &id) {
    return store == Store::notes ? *repository.note(notes_ref(name), id) : repository.blob(id);
  });
  std::vector<FingerprintVersion> history;
  for (const auto &version : versions) {
    FingerprintVersion told{version.commit, version.history_ends, version.blob.empty(), {}, {}};
    const auto after = told.removed_file ? std::make_shared<const std::string>() : texts.of(version.blob);
    std::vector<Text> before;
    for (const auto &id : version.before) before.push_back(texts.of(id));
    fill_changes(told, *after, before);
    history.push_back(std::move(told));
  }
  return history;
}

const PolicyEntry *acceptance_of(const Policy &policy, const Behavior &behavior,
                                 const std::string &workload) {
  const PolicyEntry *found = nullptr;
  for (const auto &entry : policy.accepted)
    if (matches(entry, behavior, workload)) found = &entry;
  return found;
}

} // namespace buildprint

#include "diff/changes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "diff/program.hpp"
#include "fingerprint/volume.hpp"

namespace buildprint {
namespace {

/// Steps of ten. A hundredfold growth is always two of them or more; one alone may be a few bytes more.
constexpr int k_steps_of_note = 2;
constexpr std::string_view k_sent = "sent:";

constexpr std::size_t k_named_in_title = 3;

using Values = std::map<std::pair<std::string, std::string>, std::set<std::string>>;

Values values_of(const std::vector<Attribute> &attributes) {
  Values values;
  for (const auto &attribute : attributes)
    values[{attribute.name, attribute.subject}].insert(attribute.value);
  return values;
}

/// The writers themselves, whatever started them.
std::set<std::string> last_programs(const std::set<std::string> &lineages) {
  std::set<std::string> writers;
  for (const std::string_view lineage : lineages)
    writers.insert(display_name(parse_lineage_text(lineage).back()));
  return writers;
}

std::string joined(const std::set<std::string> &values) {
  return join({values.begin(), values.end()}, ", ");
}

int largest_step(const std::set<std::string> &values) {
  int largest = 0;
  for (const auto &value : values) largest = std::max(largest, volume_step(value).value_or(0));
  return largest;
}

std::string titled(std::size_t count, const char *one, const char *many,
                   const std::vector<std::string> &names) {
  std::string title = std::to_string(count) + " " + (count == 1 ? one : many);
  for (std::size_t i = 0; i < names.size() && i < k_named_in_title; ++i)
    title += (i == 0 ? ": " : ", ") + names[i];
  return names.size() > k_named_in_title ? title + ", …" : title;
}

/// Programs of the workspace that somebody writes who did not. Nothing is said of those that only one side
/// wrote: what is up to date is not made again.
Change writer_changes(const Values &before, const Values &now) {
  Change note{"writer", "", {}};
  std::vector<std::string> names;
  for (const auto &[key, lineages] : now) {
    const auto old = before.find(key);
    if (key.first != k_written_by || old == before.end()) continue;
    const auto was = last_programs(old->second), writers = last_programs(lineages);
    if (std::ranges::includes(was, writers)) continue;
    const auto program = display_name(Program::parse(key.second));
    note.details.push_back(program + " is now written by " + joined(writers) + " (was " + joined(was) + ')');
    names.emplace_back(base_name(program));
  }
  if (note.details.size() == 1) {
    note.title = note.details.front();
    note.details.clear();
  } else if (!names.empty()) {
    note.title = titled(names.size(), "", "programs of the workspace are now written by others", names);
  }
  return note;
}

} // namespace

std::vector<Change> attribute_changes(const std::vector<Attribute> &base,
                                      const std::vector<Attribute> &head) {
  const auto before = values_of(base);
  Change versions{"version", "", {}}, contents{"content", "", {}};
  std::vector<std::string> version_names, content_names;
  std::vector<Change> volumes;
  const auto now = values_of(head);
  const auto version_changed = [&](const std::string &subject) {
    const auto old = before.find({"version", subject}), fresh = now.find({"version", subject});
    return old != before.end() && fresh != now.end() && old->second != fresh->second;
  };
  for (const auto &[key, values] : now) {
    const auto &[name, subject] = key;
    const auto old = before.find(key);
    if (old == before.end() || old->second == values) continue;
    const auto change = joined(old->second) + " → " + joined(values);
    if (name == "version") {
      versions.details.push_back(subject + " " + change);
      version_names.push_back(std::string(base_name(subject)) + " " + change);
    } else if (name == "content" && !version_changed(subject)) {
      contents.details.push_back(subject);
      content_names.emplace_back(base_name(subject));
    } else if (name.starts_with(k_sent) &&
               largest_step(values) - largest_step(old->second) >= k_steps_of_note) {
      volumes.push_back(
          {"volume", subject + " sends far more to " + name.substr(k_sent.size()) + ": " + change, {}});
    }
  }
  std::vector<Change> changes;
  if (!versions.details.empty()) {
    versions.title = titled(versions.details.size(), "version changed", "versions changed", version_names);
    changes.push_back(std::move(versions));
  }
  if (!contents.details.empty()) {
    contents.title = titled(contents.details.size(), "program has other content under the same version",
                            "programs have other content under the same version", content_names);
    changes.push_back(std::move(contents));
  }
  if (auto writers = writer_changes(before, now); !writers.title.empty())
    changes.push_back(std::move(writers));
  changes.insert(changes.end(), volumes.begin(), volumes.end());
  return changes;
}

} // namespace buildprint

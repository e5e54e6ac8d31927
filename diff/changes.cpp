#include "diff/changes.hpp"

#include <charconv>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "diff/program.hpp"

namespace buildprint {
namespace {

constexpr double k_volume_growth = 100;
/// Below that a hundredfold is noise: a retry, a redirect.
constexpr double k_least_volume = 1024 * 1024;
constexpr std::size_t k_named_in_title = 3;

using Values = std::map<std::pair<std::string, std::string>, std::set<std::string>>;

Values values_of(const std::vector<Attribute> &attributes) {
  Values values;
  for (const auto &attribute : attributes)
    values[{attribute.name, attribute.subject}].insert(attribute.value);
  return values;
}

std::string joined(const std::set<std::string> &values) {
  return join({values.begin(), values.end()}, ", ");
}

double largest(const std::set<std::string> &values) {
  double most = 0;
  for (const auto &value : values) {
    std::uint64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    most = std::max(most, static_cast<double>(number));
  }
  return most;
}

std::string titled(std::size_t count, const char *one, const char *many,
                   const std::vector<std::string> &names) {
  std::string title = std::to_string(count) + " " + (count == 1 ? one : many);
  for (std::size_t i = 0; i < names.size() && i < k_named_in_title; ++i)
    title += (i == 0 ? ": " : ", ") + names[i];
  return names.size() > k_named_in_title ? title + ", …" : title;
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
    } else if (name.starts_with("volume") && largest(values) >= k_least_volume &&
               largest(values) >= k_volume_growth * largest(old->second)) {
      volumes.push_back({"volume", subject + ": " + name + " grew " + change, {}});
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
  changes.insert(changes.end(), volumes.begin(), volumes.end());
  return changes;
}

} // namespace buildprint

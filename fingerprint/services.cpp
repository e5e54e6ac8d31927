#include "fingerprint/services.hpp"

#include <algorithm>

namespace buildprint {
namespace {

constexpr std::string_view k_container = "container:";

} // namespace

std::set<std::string> containers_of(const Fingerprint &fingerprint) {
  std::set<std::string> containers;
  for (const auto &behavior : fingerprint.behaviors)
    for (const auto &program : behavior.lineage)
      if (program.starts_with(k_container)) containers.insert(program);
  return containers;
}

std::set<std::string> containers_called(const Fingerprint &fingerprint, const std::string &name) {
  const auto is_called = [&](const std::string &container) {
    const auto image = container.substr(k_container.size());
    return image == name || image.substr(image.rfind('/') + 1) == name ||
           std::ranges::any_of(fingerprint.attributes, [&](const Attribute &attribute) {
             return attribute.subject == container && attribute.name == "service" && attribute.value == name;
           });
  };
  auto containers = containers_of(fingerprint);
  std::erase_if(containers, [&](const std::string &container) { return !is_called(container); });
  return containers;
}

bool happens_in(const Behavior &behavior, const std::set<std::string> &containers) {
  return std::ranges::any_of(behavior.lineage,
                             [&](const std::string &program) { return containers.contains(program); });
}

} // namespace buildprint

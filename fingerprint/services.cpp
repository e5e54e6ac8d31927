#include "fingerprint/services.hpp"

#include <algorithm>

namespace buildprint {
std::set<Program> containers_of(const Fingerprint &fingerprint) {
  std::set<Program> containers;
  for (const auto &behavior : fingerprint.behaviors)
    for (const auto &program : behavior.lineage)
      if (program.parts().kind == ProgramParts::Kind::container) containers.insert(program);
  return containers;
}

std::set<Program> containers_called(const Fingerprint &fingerprint, const std::string &name) {
  const auto is_called = [&](const Program &container) {
    const auto &image = container.parts().path;
    return image == name || image.substr(image.rfind('/') + 1) == name ||
           std::ranges::any_of(fingerprint.attributes, [&](const Attribute &attribute) {
             return attribute.subject == container.text() && attribute.name == "service" &&
                    attribute.value == name;
           });
  };
  auto containers = containers_of(fingerprint);
  std::erase_if(containers, [&](const Program &container) { return !is_called(container); });
  return containers;
}

bool happens_in(const Behavior &behavior, const std::set<Program> &containers) {
  return std::ranges::any_of(behavior.lineage,
                             [&](const Program &program) { return containers.contains(program); });
}

} // namespace buildprint

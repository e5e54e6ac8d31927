#include "diff/capabilities.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "diff/object.hpp"
#include "diff/program.hpp"

namespace buildprint {
namespace {

struct Capability {
  bool (*fits)(const Behavior &behavior);
  const char *words;
};
constexpr std::array k_capabilities{
    Capability{[](const Behavior &b) { return b.user == "root"; }, "first program run as root"},
    Capability{[](const Behavior &b) { return is_egress(b); }, "first network connection"},
    Capability{[](const Behavior &b) { return inspects_foreign(b) && touches_memory(b); },
               "first look into the memory of another process"},
    Capability{[](const Behavior &b) { return reads_secret(b); }, "first secret read"},
    Capability{[](const Behavior &b) { return b.kind == Kind::exec && is_temporary(b.lineage.back()); },
               "first program run from a temporary place"},
    Capability{[](const Behavior &b) { return writes_tracked_source(b); },
               "first tracked source file written"},
    Capability{[](const Behavior &b) { return writes_sink(b) && !writes_tracked_source(b); },
               "first file written that runs or rules later"},
    Capability{[](const Behavior &b) { return b.kind == Kind::listen; }, "first listener"},
    Capability{[](const Behavior &b) { return talks_to_daemon(b); }, "first connection to a daemon"},
    Capability{[](const Behavior &b) { return b.kind == Kind::kernel; },
               "first operation on the kernel or on namespaces"},
};

/// The drivers that stand above the actor, outermost first.
std::vector<std::string_view> drivers_above(const Behavior &behavior) {
  std::vector<std::string_view> drivers;
  for (const auto &program : behavior.lineage)
    if (const auto driver = driver_of(program);
        !driver.empty() && std::find(drivers.begin(), drivers.end(), driver) == drivers.end())
      drivers.push_back(driver);
  return drivers;
}

} // namespace

Capabilities::Capabilities(const std::vector<Behavior> &base) : had_(k_capabilities.size()) {
  std::unordered_map<Program, std::string_view> drivers; // programs repeat
  for (const auto &behavior : base)
    for (std::size_t i = 0; i < k_capabilities.size(); ++i) {
      if (!k_capabilities[i].fits(behavior)) continue;
      had_[i].any = true;
      for (const auto &program : behavior.lineage) {
        const auto [driver, fresh] = drivers.try_emplace(program);
        if (fresh) driver->second = driver_of(program);
        if (!driver->second.empty()) had_[i].drivers.insert(driver->second);
      }
    }
}

std::vector<std::string> Capabilities::first_in(const Finding &finding) const {
  std::vector<const Behavior *> items;
  for (const auto *list : {&finding.behaviors, &finding.more})
    for (const auto &item : *list) items.push_back(&item.behavior);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < k_capabilities.size(); ++i) {
    const auto item = std::find_if(items.begin(), items.end(),
                                   [&](const auto *behavior) { return k_capabilities[i].fits(*behavior); });
    if (item == items.end()) continue;
    if (!had_[i].any) {
      words.emplace_back(k_capabilities[i].words);
      continue;
    }
    for (const auto driver : drivers_above(**item))
      if (had_[i].drivers.count(driver) == 0) {
        words.push_back(std::string(k_capabilities[i].words) + " of the " + std::string(driver) + " lineage");
        break;
      }
  }
  return words;
}

} // namespace buildprint

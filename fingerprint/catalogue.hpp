#pragma once

#include <vector>

#include "fingerprint/rules.hpp"

namespace buildprint::catalogue {

// The built-in rules, as data, one function a table. docs/rules.md tells why each row is there.

std::vector<Tool> tools();
std::vector<RandomName> random_names();
std::vector<Sink> sinks();
std::vector<Secret> secrets();
std::vector<Daemon> daemons();
std::vector<OptionalBehavior> optional();
std::vector<Interpreter> interpreters();
std::vector<VerbTool> verb_tools();
std::vector<TestRunner> test_runners();
std::vector<PoolWorker> pool_workers();

} // namespace buildprint::catalogue

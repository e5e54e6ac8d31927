#include "base/error.hpp"
#include "fingerprint/compiled_rules.hpp"

// A rules file is refused or can be used; it never ends the program.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
  try {
    const buildprint::CompiledRules rules(
        buildprint::parse_rules({reinterpret_cast<const char *>(data), size}, "input"));
    rules.sinks.find("$WS/.github/workflows/x.yml");
  } catch (const buildprint::Error &) {
  }
  return 0;
}

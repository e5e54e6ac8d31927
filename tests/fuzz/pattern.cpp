#include "fingerprint/pattern.hpp"

#include <cstdlib>

#include "base/error.hpp"

// The first line is a pattern, the rest a text.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char *>(data), size);
  const auto line = input.substr(0, input.find('\n'));
  const auto text = input.substr(line.size());
  try {
    const auto pattern = buildprint::Pattern::parse(line);
    const auto part = pattern.find(text);
    if (part && (part->begin > part->end || part->end > text.size())) std::abort();
  } catch (const buildprint::Error &) {
  }
  return 0;
}

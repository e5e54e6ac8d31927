#include "fingerprint/fingerprint_json.hpp"

#include <cstdlib>

#include "base/error.hpp"

// Whatever is accepted as a fingerprint must be written and read again as the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  try {
    const auto once = buildprint::render_fingerprint(buildprint::parse_fingerprint(text, "input"));
    if (buildprint::render_fingerprint(buildprint::parse_fingerprint(once, "output")) != once) std::abort();
  } catch (const buildprint::Error &) {
  }
  return 0;
}

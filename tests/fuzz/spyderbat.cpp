// A foreign document is refused with an Error, or becomes a fingerprint that can be written and read.

#include <cstdlib>

#include "base/error.hpp"
#include "fingerprint/fingerprint_json.hpp"
#include "reports/spyderbat.hpp"

using namespace buildprint;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
  try {
    const auto text = render_fingerprint(
        import_spyderbat({reinterpret_cast<const char *>(data), size}, "input", {"builder", "1-x"}));
    if (render_fingerprint(parse_fingerprint(text, "output")) != text) std::abort();
  } catch (const Error &) {
  }
  return 0;
}

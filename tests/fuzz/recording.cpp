// A recording file is refused with an Error or can be canonicalized, and what comes of it is a fingerprint.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "fingerprint/canonicalize.hpp"
#include "fingerprint/fingerprint_json.hpp"

using namespace buildprint;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
  static const Rules rules = builtin_rules();
  const Fd file(::memfd_create("input", MFD_CLOEXEC));
  if (!file || ::write(file.get(), data, size) != static_cast<ssize_t>(size)) std::abort();
  try {
    const auto run = canonicalize_file("/proc/self/fd/" + std::to_string(file.get()), rules);
    if (run.evidence.size() != run.fingerprint.behaviors.size()) std::abort();
    const auto text = render_fingerprint(run.fingerprint);
    if (render_fingerprint(parse_fingerprint(text, "output")) != text) std::abort();
  } catch (const Error &) {
  }
  return 0;
}

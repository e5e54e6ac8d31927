// What the machine says of itself: resolv.conf, os-release, and the probe's report of its programs.

#include <cstdlib>

#include "base/error.hpp"
#include "base/text.hpp"
#include "recorder/readiness.hpp"
#include "recorder/run_info.hpp"

using namespace buildprint;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  for (const auto &address : parse_resolv_conf(text).addresses)
    if (!is_printable(address)) std::abort();
  if (!is_printable(parse_os_release(text))) std::abort();
  for (const auto &proxy : find_proxies({"https_proxy=" + std::string(text)}))
    if (!is_printable(proxy) || proxy.find('@') != std::string::npos) std::abort();
  try {
    parse_readiness(text);
  } catch (const Error &) {
  }
  return 0;
}

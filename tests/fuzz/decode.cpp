// The decoder on any bytes, cut in two anywhere: it neither crashes nor lets anything through that is not
// inert.

#include <cstdlib>
#include <variant>

#include "base/text.hpp"
#include "recorder/decode.hpp"

using namespace buildprint;

namespace {

void require_inert(const std::string &text) {
  if (!is_printable(text)) std::abort();
}

void inspect(const Event &event) {
  if (const auto *exec = std::get_if<Exec>(&event.body)) {
    for (const std::string *text : {&exec->exe, &exec->invoked, &exec->cwd}) require_inert(*text);
    for (const std::string &argument : exec->argv) require_inert(argument);
    for (const auto &[name, value] : exec->environment) require_inert(name + value);
  } else if (const auto *answer = std::get_if<NameAnswer>(&event.body)) {
    require_inert(answer->name);
    for (const std::string &address : answer->addresses) require_inert(address);
  } else if (const auto *use = std::get_if<FileUse>(&event.body)) {
    require_inert(use->path + use->target);
  } else if (const auto *socket = std::get_if<UnixConnect>(&event.body)) {
    require_inert(socket->path);
  } else if (const auto *kernel = std::get_if<KernelUse>(&event.body)) {
    require_inert(kernel->operation + kernel->detail);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
  Decoder decoder(inspect);
  const auto bytes = std::as_bytes(std::span(data, size));
  const std::size_t half = size == 0 ? 0 : data[0] % (size + 1);
  decoder.feed(bytes.first(half));
  decoder.feed(bytes.subspan(half));
  (void)decoder.loss();
  return 0;
}

#include "cmd/progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace buildprint {
namespace {

using std::chrono::steady_clock;

constexpr auto k_interval = std::chrono::milliseconds(500);
constexpr const char *k_erase_line = "\r\x1b[K";

} // namespace

Progress::Progress()
    : begun_(steady_clock::now()), shown_(begun_),
      enabled_(::isatty(STDERR_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 0) {}

Progress::~Progress() {
  if (drawn_) std::fputs(k_erase_line, stderr);
}

std::chrono::seconds Progress::elapsed() const {
  return std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - begun_);
}

void Progress::show(std::uint64_t processes, std::uint64_t behaviors) {
  const auto now = steady_clock::now();
  if (!enabled_ || now - shown_ < k_interval) return;
  shown_ = now;
  drawn_ = true;
  std::fprintf(stderr, "%srecording: %lld s, %llu processes, %llu behaviors", k_erase_line,
               static_cast<long long>(elapsed().count()), static_cast<unsigned long long>(processes),
               static_cast<unsigned long long>(behaviors));
}

} // namespace buildprint

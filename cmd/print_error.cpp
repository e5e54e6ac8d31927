#include <cstdio>

#include "base/error.hpp"
#include "cmd/commands.hpp"

namespace buildprint {

void print_error(const Error &error) {
  std::fprintf(stderr, "buildprint: %s\n", error.what());
  if (!error.remedy().empty()) std::fprintf(stderr, "  try: %s\n", error.remedy().c_str());
}

} // namespace buildprint

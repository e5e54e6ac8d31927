#pragma once

#include <chrono>
#include <cstdint>

namespace buildprint {

/// One line on a terminal that says how far a recording is. Silent where stderr is no terminal, and where
/// stdout is one too: that screen is the recorded command's, which must not see its output overwritten.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  void show(std::uint64_t processes, std::uint64_t behaviors);
  std::chrono::seconds elapsed() const;

 private:
  std::chrono::steady_clock::time_point begun_, shown_;
  bool enabled_, drawn_ = false;
};

} // namespace buildprint

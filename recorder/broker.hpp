#pragma once

#include <string>
#include <vector>

#include "base/fd.hpp"

namespace buildprint {

/// Root, kept apart. Several recordings in a row need a probe each, and what a recording says must not be
/// read by a process that can become root again. So a child stays root and does one thing: it starts this
/// binary's `probe` for a recorder that is root no more, which is what `sudo -n` does for an ordinary user.
/// It reads nothing that a recorded program wrote, and ends with the recorder.
class Broker {
 public:
  /// Starts it. REQUIRES: this process has root in reserve.
  Broker();
  ~Broker();
  Broker(const Broker &) = delete;
  Broker &operator=(const Broker &) = delete;

  /// Starts `buildprint ARGUMENTS` with these standard streams. From the returned descriptor its wait status
  /// (an int) can be read when it has ended.
  Fd start(const std::vector<std::string> &arguments, int input, int output, int errors);

 private:
  int pid_ = -1;
  Fd socket_;
};

/// The recorder's broker; nullptr as long as it needs none.
Broker *broker();
/// Has one from here on, where this process has root in reserve and `uid` is somebody else.
void keep_broker(unsigned uid);

} // namespace buildprint

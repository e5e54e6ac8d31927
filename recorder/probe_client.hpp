#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "recorder/decode.hpp"
#include "recorder/probe.hpp"

namespace buildprint {

/// How this process can get a probe with the privilege that it needs.
enum class ProbeAccess : std::uint8_t {
  root,         ///< it is root, or has root in reserve
  capabilities, ///< the binary's own file capabilities
  sudo,         ///< `sudo -n`, which may still refuse
  none,         ///< not root, and there is no sudo
};
ProbeAccess probe_access();

/// This binary, run as `buildprint ARGUMENTS` with the privilege of the probe, in a process group of its own:
/// a Ctrl-C is the command's. `sudo -n` never asks for a password.
class PrivilegedHelper {
 public:
  explicit PrivilegedHelper(const std::vector<std::string> &arguments);
  /// Closes its standard input, which ends a probe, and waits for it.
  ~PrivilegedHelper();
  PrivilegedHelper(const PrivilegedHelper &) = delete;
  PrivilegedHelper &operator=(const PrivilegedHelper &) = delete;

  int output_fd() const { return output_.get(); }
  void close_input() { input_.reset(); }
  /// Waits for its end; the status is waitpid's.
  int wait();
  /// The last lines of its standard error, printable.
  std::vector<std::string> last_lines() const;

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  Fd input_, output_, errors_;
  Fd told_status_; ///< where the broker that started it tells its end
};

/// The probe of one recording. What it sends is decoded here, without its privilege.
class ProbeClient {
 public:
  ProbeClient(const ProbeOptions &options, EventSink sink);

  /// Returns when the probe follows the process. Throws Error, with the remedy, when it cannot.
  void wait_until_ready();
  int fd() const { return helper_.output_fd(); }
  /// Decodes what has come, after fd() became readable. False at the end of the stream.
  bool receive();
  /// The command has ended: the probe ends when nothing that it follows is left, or lingers no more.
  void command_ended() { helper_.close_input(); }
  const Decoder &decoder() const { return decoder_; }
  /// Why the stream ended before the probe said so, in words.
  std::string cause_of_death();

 private:
  [[noreturn]] void refuse_to_start();

  PrivilegedHelper helper_;
  Decoder decoder_;
  std::vector<std::byte> buffer_;
};

} // namespace buildprint

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "recorder/event.hpp"
#include "recorder/recording.hpp"

namespace buildprint {

/// A probe that could not do its work.
struct ProbeFailure {
  std::string message, remedy;
};

/// An optional BPF program that the kernel did not take: some behaviors are not seen.
struct MissingProgram {
  std::string name, reason;
};

/// Turns the probe's bytes (bpf/event.h) into events. Pure; the bytes may be cut anywhere and may be hostile:
/// what is malformed is counted in loss().undecodable and skipped, or ends the stream where nothing tells
/// how long it is.
class Decoder {
 public:
  explicit Decoder(EventSink sink);
  ~Decoder();
  Decoder(Decoder &&) noexcept;

  void feed(std::span<const std::byte> bytes);

  /// The probe has attached everything and follows the process: it may run. Event times count from here.
  bool ready() const;
  /// The followed process as the probe sees it; meaningful when ready().
  ProcessKey main_process() const;
  const std::vector<MissingProgram> &missing_programs() const;
  const std::optional<ProbeFailure> &failure() const;
  /// The probe said that it is done: loss() and still_running() are final.
  bool ended() const;
  const std::vector<ProcessKey> &still_running() const;
  /// Everything lost so far. Without ended(), `probe_died` is set. `unclosed_processes` is counted by
  /// whoever keeps the process tree, with still_running().
  Loss loss() const;
  /// What stands behind it; empty without ended().
  Census census() const;
  std::uint64_t truncated_strings() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace buildprint

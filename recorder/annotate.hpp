#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "recorder/recording.hpp"

namespace buildprint {

/// Adds to a stream of events what the kernel does not know and this machine does: the names of users, which
/// files git tracks, and the contents of the system's programs.
class Annotator {
 public:
  Annotator(const RunInfo &run, EventSink sink);
  void add(Event event);
  /// After the last event: the contents of the programs that ran.
  void finish();

 private:
  void name_user(const Event &event, std::uint32_t uid);

  EventSink sink_;
  std::unordered_set<std::string> tracked_; ///< absolute
  std::set<std::uint32_t> named_;
  std::map<std::string, FileIdentity> programs_;
  std::uint64_t last_ns_ = 0;
};

} // namespace buildprint

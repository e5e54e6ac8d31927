#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "recorder/devices.hpp"
#include "recorder/recording.hpp"

namespace buildprint {

/// Where the recorded programs' users and files are to be looked up.
struct Surroundings {
  /// The name of a uid; empty when it has none.
  std::function<std::string(std::uint32_t uid)> user_name = name_on_this_machine;
  /// Directories here, and what the recorded programs call them; none: they see what is here.
  std::vector<std::pair<std::string, std::string>> trees;
  bool programs = true; ///< what they execute is what is here under the same path

  static std::string name_on_this_machine(std::uint32_t uid);
};

/// Adds to a stream of events what the kernel does not know and this machine does: the names of users, which
/// files git tracks, and the contents of the system's programs.
class Annotator {
 public:
  Annotator(const RunInfo &run, Surroundings surroundings, EventSink sink);
  void add(Event event);
  /// After the last event: the contents of the programs that ran.
  void finish();

 private:
  void name_user(const Event &event, std::uint32_t uid);
  /// Of a directory, too, that holds tracked files.
  bool is_tracked(const std::string &path) const;

  const Surroundings surroundings_;
  EventSink sink_;
  const DeviceNames devices_;
  std::unordered_set<std::string> tracked_;       ///< absolute
  std::unordered_set<std::string> above_tracked_; ///< the directories that hold these, below the topmost
  std::set<std::uint32_t> named_;
  std::map<std::string, FileIdentity> programs_;
  std::uint64_t last_ns_ = 0;
};

} // namespace buildprint

#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "cmd/record_runs.hpp"

namespace buildprint {

/// What can be varied between runs without touching what the command works on.
const std::vector<std::string> &variable_axes();

/// What is around one of several runs: changed here, and told for the reader.
class RunConditions {
 public:
  /// The first run's are as they were found, but for a copied workspace. `run` counts from 1. Throws Error
  /// when the workspace cannot be copied.
  RunConditions(const RecordRequest &request, const Identity &identity, unsigned run);
  /// Removes what was made.
  ~RunConditions();
  RunConditions(const RunConditions &) = delete;
  RunConditions &operator=(const RunConditions &) = delete;

  /// With the changed environment.
  const Identity &identity() const { return identity_; }
  const RunQuestion &question() const { return question_; }
  /// In the command's process, before it becomes the command.
  void prepare_command() const;
  /// The machine's name as the command sees it; empty when it was left alone.
  const std::string &hostname() const { return hostname_; }
  /// "LC_ALL=C", "1 CPU": what another run had otherwise.
  const std::set<std::string> &words() const { return words_; }

 private:
  void vary(const RecordRequest &request, unsigned run);
  void set_variable(const std::string &name, const std::string &value);
  void copy_workspace(const RecordRequest &request, unsigned run);
  void start_load(unsigned programs);

  Identity identity_;
  RunQuestion question_;
  std::filesystem::path made_;      ///< holds all that was made; removed
  std::filesystem::path left_from_; ///< the directory to go back to
  int umask_ = -1;
  unsigned cpus_ = 0; ///< 0 = all
  bool quiet_ = false;
  std::string hostname_;
  std::vector<int> load_;
  std::set<std::string> words_;
};

} // namespace buildprint

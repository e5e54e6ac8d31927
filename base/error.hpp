#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace buildprint {

/// The one exception type: the run cannot continue. The message says what failed and on which path; the remedy
/// says what to try. main() prints it; docs/architecture.md lists where it is caught earlier. Absence is
/// std::optional and loss is data: neither is an Error.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string &what, std::string remedy = {})
      : std::runtime_error(what), remedy_(std::move(remedy)) {}

  /// What the user can try; empty when there is nothing to add.
  const std::string &remedy() const { return remedy_; }

 private:
  std::string remedy_;
};

/// An Error for a failed system call: "WHAT: strerror(errno_value)".
Error system_error(std::string_view what, int errno_value, std::string remedy = {});

} // namespace buildprint

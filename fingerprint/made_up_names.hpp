#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "fingerprint/pattern.hpp"
#include "recorder/event.hpp"

namespace buildprint {

/// Names that a recording's own `mktemp` was asked to make up (R4): its command line says where, and which
/// part is random. Nobody sees it make a directory, and whoever works in there is some other program.
class MadeUpNames {
 public:
  /// REQUIRES: the program is mktemp, by its path.
  void mktemp_ran(const Exec &exec);
  /// The random part of `name`, a file or directory in `directory` as it was recorded. `temporary` says that
  /// `directory` is one of those for temporary files.
  std::optional<Pattern::Part> random_part(std::string_view directory, bool temporary,
                                           std::string_view name) const;

 private:
  struct Template {
    std::string directory; ///< empty: where temporary files go
    std::string prefix, suffix;
    std::size_t length = 0; ///< of the random part
    friend auto operator<=>(const Template &, const Template &) = default;
  };
  std::set<Template> templates_;
};

} // namespace buildprint

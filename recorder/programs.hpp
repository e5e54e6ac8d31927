#pragma once

#include <string_view>

namespace buildprint {

/// What is known of a BPF program beside its code.
struct ProgramEntry {
  std::string_view name;       ///< of the function in bpf/
  std::string_view sees;       ///< what stays unseen without it, in words
  bool required = false;       ///< a recording without it would be of no use
  std::string_view calls = {}; ///< the system calls at whose end it runs
  enum class Loaded { always, unless_no_files, for_no_loss } loaded = Loaded::always;
};

/// Throws Error for a name that the table does not have.
const ProgramEntry &program_entry(std::string_view name);

} // namespace buildprint

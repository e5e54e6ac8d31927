#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

#include "base/fd.hpp"
#include "recorder/identity.hpp"

namespace buildprint {

/// The place of a result, taken before the recorder gives up root: what the recording says is read without
/// privilege, but its result may belong where only root can write. Then a child that does nothing else
/// keeps root, takes the finished bytes, writes them and gives the file to the command's user.
///
/// Root follows no link and enters no directory that somebody else could have put there: every part of the
/// path has to be root's own, or the constructor throws Error.
class ReservedFile {
 public:
  /// Throws Error when the file could not be written later.
  ReservedFile(std::filesystem::path path, const Identity &identity);
  ~ReservedFile();
  ReservedFile(const ReservedFile &) = delete;
  ReservedFile &operator=(const ReservedFile &) = delete;

  /// Replaces the file as a whole. Once.
  void write(std::string_view content);

 private:
  std::filesystem::path path_;
  pid_t writer_ = -1;
  Fd to_writer_;
};

} // namespace buildprint

#pragma once

#include <filesystem>
#include <memory>

#include "recorder/recording.hpp"

namespace buildprint {

// The recording file "buildprint/recording/1": JSON Lines, described in docs/recording-format.md.
// First the run, then an event a line, last the end: a file without its end was cut short.

/// Writes a recording as it happens, to a temporary beside `path`; finish() renames it into place.
/// Destroyed unfinished, it removes the temporary and leaves what was at `path`. Throws Error.
class RecordingWriter {
 public:
  RecordingWriter(const std::filesystem::path &path, const RunInfo &run);
  ~RecordingWriter();
  RecordingWriter(RecordingWriter &&) noexcept;
  void write(const Event &event);
  void finish(const RunEnd &end);

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// Reads a recording in constant memory. Throws Error, with the line number, for a file that is not a
/// recording, is of a newer format, malformed or cut short.
/// Returns the run's end; `begin` is called once before the first event.
RunEnd read_recording(const std::filesystem::path &path, const std::function<void(const RunInfo &)> &begin,
                      const EventSink &sink);

Recording load_recording(const std::filesystem::path &path);
void save_recording(const std::filesystem::path &path, const Recording &recording);

} // namespace buildprint

#pragma once

namespace CLI {
class App;
}

namespace buildprint {

struct RecordRequest;

/// --workspace, --user, --linger, --label.
void add_recording_options(CLI::App &command, RecordRequest &request);
/// --prepare, --copy, --keep: what several runs have of their own.
void add_run_options(CLI::App &command, RecordRequest &request);

} // namespace buildprint
